"""`rnnkit train`: a config -> a run folder with a trained model, its history, plots and report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from rnnkit.data.cache import conversions_in
from rnnkit.runs import CACHE, Run, create_run
from rnnkit.training.lock import held
from rnnkit.workflows.check import Checked, ConfigSource, check, load
from rnnkit.workflows.record import record_start
from rnnkit.workflows.setup import prepare
from rnnkit.workflows.training import Callbacks, carry_out
from rnnkit.workflows.worker import send_start, take_part


def train(
    config: ConfigSource | Checked,
    *,
    overrides: Sequence[str] = (),
    runs: str | Path = "runs",
    smoke: bool = False,
    callbacks: Callbacks = (),
    on_start: Callable[[list[tuple[str, str]]], None] | None = None,
    on_message: Callable[[str], None] | None = None,
    command: Sequence[str] | None = None,
) -> Run:
    """Train the model that a config describes.

    Args:
        config: a YAML file, or the same structure as a dict.
        overrides: `key.path=value` texts, stronger than the file.
        runs: the folder under which the run's own folder is made.
        smoke: a tiny subset and one short epoch, to see that everything works.
        callbacks: further Keras callbacks.
        on_start: called once before the first step with (label, text) lines: the data, the
            model, the device, the run, and a note for each layer without a kernel.
        on_message: called with what the task has to say between epochs, such as a sample.
        command: what the user typed, for run.json.

    Where TF_CONFIG names several workers, each must call this; the chief alone writes.

    Returns:
        The run, with everything written; on another worker, where the chief has written it.

    Raises:
        ConfigError: the config is wrong; nothing was written.
        DataError: the data cannot be used; nothing was written.
        DivergedError: the loss became NaN or infinite; the last good checkpoint is kept.
        Interrupted: Ctrl-C or SIGTERM; everything reached so far is saved, `resume` goes on.
        RunError: the folder cannot be written, memory ran out, or another worker is gone.
    """
    name = load(config, overrides=overrides, smoke=smoke).config.name
    with conversions_in(Path(runs) / name / CACHE, on_message):
        checked = check(config, overrides=overrides, smoke=smoke)
        setup = prepare(checked, distributed=True)
    if not setup.distribution.is_chief:
        return take_part(setup, callbacks=callbacks, on_start=on_start)
    run = create_run(Path(runs), name)
    with held(run.lock):
        record_start(run, setup, command)
        carry_out(
            run,
            setup,
            callbacks=callbacks,
            on_start=on_start,
            on_message=on_message,
            on_begin=partial(send_start, run, setup),
        )
    return run
