"""`rnnkit train`: a config -> a run folder with a trained model, its history, plots and report."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from rnnkit.data.cache import Place
from rnnkit.data.given import Given, as_file, suffix_for
from rnnkit.run import CACHE, GIVEN, Run
from rnnkit.runs import create_run
from rnnkit.training.lock import held
from rnnkit.workflows.begin import started
from rnnkit.workflows.check import ConfigSource, Ready, load, read
from rnnkit.workflows.record import record_start
from rnnkit.workflows.setup import prepare
from rnnkit.workflows.training import carry_out
from rnnkit.workflows.watch import UNWATCHED, Watch
from rnnkit.workflows.worker import send_start, take_part


def train(
    config: ConfigSource,
    *,
    data: Given = None,
    overrides: Sequence[str] = (),
    runs: str | Path = "runs",
    smoke: bool = False,
    watch: Watch = UNWATCHED,
    command: Sequence[str] | None = None,
) -> Run:
    """Train the model that a config describes.

    Args:
        config: a YAML file, or the same structure as a dict.
        data: in place of `data.source`: a path; a table of pandas, Polars or Arrow; or numpy
            arrays by name, those of an .npz or columns. It is kept beside the runs of this name.
        overrides: `key.path=value` texts, stronger than the file.
        runs: the folder under which the run's own folder is made.
        smoke: a tiny subset and one short epoch, to see that everything works.
        watch: who follows it: further Keras callbacks, and who is told what happens.
        command: what the user typed, for run.json.

    Where TF_CONFIG names several workers, each must call this; the chief alone writes.

    Returns:
        The run, with everything written; on another worker, where the chief has written it.

    Raises:
        ConfigError: the config is wrong; nothing was written.
        DataError: the data cannot be used; nothing was written.
        DivergedError: the loss became NaN or infinite; the last good checkpoint is kept.
        Interrupted: Ctrl-C or SIGTERM; everything reached so far is saved, `resume` goes on.
        RunError: the folder cannot be written, RAM ran out, or another worker is gone.
    """
    if data is not None:
        placeholder = f"data.source=given{suffix_for(data)}"
        name = load(config, overrides=(*overrides, placeholder), smoke=smoke).config.name
        path = as_file(data, Path(runs) / name / GIVEN).absolute()
        overrides = (*overrides, f"data.source={json.dumps(str(path))}")
    loaded = load(config, overrides=overrides, smoke=smoke)
    place = Place(Path(runs) / loaded.config.name / CACHE, watch.on_message)
    ready = started(read(loaded, place), runs=runs)
    return train_ready(ready, runs=runs, watch=watch, command=command)


def train_ready(
    ready: Ready,
    *,
    runs: str | Path = "runs",
    watch: Watch = UNWATCHED,
    command: Sequence[str] | None = None,
    notes: Sequence[str] = (),
) -> Run:
    """As `train`, of a config whose data are loaded; notes are kept in run.json and the report."""
    setup = prepare(ready, distributed=True)
    if not setup.distribution.is_chief:
        return take_part(setup, watch=watch)
    run = create_run(Path(runs), setup.config.name)
    with held(run.lock):
        record_start(run, setup, command, notes)
        carry_out(run, setup, notes=notes, watch=watch, on_begin=partial(send_start, run, setup))
    return run
