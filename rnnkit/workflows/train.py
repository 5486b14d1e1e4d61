"""`rnnkit train`: a config -> a run folder with a trained model, its history, plots and report."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from rnnkit.config.training import ReduceOnPlateau
from rnnkit.errors import Interrupted
from rnnkit.models.build import fallbacks
from rnnkit.runs import Run, create_run, replacing
from rnnkit.runtime import keras
from rnnkit.tasks.task import Evaluation
from rnnkit.training.callbacks import (
    Checkpoint,
    EpochLog,
    History,
    TensorBoard,
    early_stopping_callback,
)
from rnnkit.training.checkpoints import save_checkpoint
from rnnkit.training.interrupt import stop_on_signals
from rnnkit.training.loop import Trainer
from rnnkit.training.optimizers import plateau_callback
from rnnkit.workflows.build import inference_of, plain_model
from rnnkit.workflows.check import Checked, ConfigSource, check
from rnnkit.workflows.record import recorded
from rnnkit.workflows.report import write_reports
from rnnkit.workflows.setup import Setup, new_trainer, prepare

Callbacks = Sequence[keras.callbacks.Callback]


def train(
    config: ConfigSource,
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

    Returns:
        The run, with everything written.

    Raises:
        ConfigError: the config is wrong; nothing was written.
        DataError: the data cannot be used; nothing was written.
        DivergedError: the loss became NaN or infinite; the last good checkpoint is kept.
        Interrupted: Ctrl-C or SIGTERM; the weights reached so far are saved.
    """
    setup = prepare(check(config, overrides=overrides, smoke=smoke))
    run = create_run(Path(runs), setup.config.name)
    with recorded(run, setup, command):
        with stop_on_signals() as stop:
            trainer = new_trainer(setup, stop)
            model = trainer.train_step.model
            lines = [*setup.describe(run), *(("note", text) for text in fallbacks(model))]
            run.append_log("\n".join(f"{label:<7}{text}" for label, text in lines))
            if on_start is not None:
                on_start(lines)

            def say(text: str) -> None:
                run.append_log(text)
                if on_message is not None:
                    on_message(text)

            own = setup.task.callbacks(setup.dataset, say)
            history = _fit(run, setup, trainer, [*own, *callbacks])
        _save_model(run, setup.checked, model)
        if stop:
            raise Interrupted(
                f"stopped on request; the weights so far are in {run.path}",
                exit_code=stop.exit_code,
            )
        write_reports(run, setup, history.rows, evaluate_setup(setup, model))
    return run


def evaluate_setup(setup: Setup, model: keras.Model) -> Evaluation | None:
    """The trained model on the part kept back; None where there is none."""
    dataset = setup.dataset
    if dataset.held_back is None:
        return None
    feed, name = dataset.held_back
    inference = inference_of(setup.config, setup.device, model)
    kept = dataset.preprocessing
    return setup.task.evaluate(inference, feed, name=name, kept=kept, dataset=dataset)


def _fit(run: Run, setup: Setup, trainer: Trainer, callbacks: Callbacks) -> History:
    optimizer = trainer.train_step.optimizer
    history = History(run.history)
    checkpoint = Checkpoint(run.checkpoints, optimizer, monitor=setup.monitor, steps=setup.steps)
    watchers = [history, EpochLog(run.append_log), checkpoint, *_chosen_callbacks(run, setup)]
    progress = trainer.fit(setup.config.training.epochs, [*watchers, *callbacks])
    if trainer.stop:
        save_checkpoint(run.checkpoints, trainer.train_step.model, optimizer, progress)
    run.update_metadata(
        epochs=progress.epoch, steps=progress.step, checkpoint_seconds=round(checkpoint.seconds, 3)
    )
    return history


def _chosen_callbacks(run: Run, setup: Setup) -> Iterator[keras.callbacks.Callback]:
    config = setup.config
    if config.logging.tensorboard:
        yield TensorBoard(run.tensorboard)
    if isinstance(config.training.schedule, ReduceOnPlateau):
        yield plateau_callback(config.training.schedule)
    if config.training.early_stopping is not None:
        yield early_stopping_callback(config.training.early_stopping)


def _save_model(run: Run, checked: Checked, model: keras.Model) -> None:
    plain = plain_model(checked)
    plain.set_weights(model.get_weights())
    with replacing(run.model) as temporary:
        plain.save(temporary)
