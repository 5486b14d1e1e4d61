"""A prepared run -> trained, evaluated, reported: what `train` begins and `resume` goes on with."""

from __future__ import annotations

import contextlib
import functools
import shlex
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from rnnkit import stages
from rnnkit.config.root import Config
from rnnkit.config.training import ReduceOnPlateau
from rnnkit.diagnostics.recording import GradientLog, RecordingTrainStep
from rnnkit.errors import RunError
from rnnkit.files import replacing
from rnnkit.models.build import fallbacks
from rnnkit.reports.evaluation import Evaluation, Judged
from rnnkit.run import Run
from rnnkit.runs import point_latest
from rnnkit.runtime import keras
from rnnkit.training.callbacks import (
    Compiling,
    EpochLog,
    History,
    early_stopping_callback,
    plateau_callback,
)
from rnnkit.training.checkpoint_store import Checkpoints
from rnnkit.training.checkpoints import TrainingState, checkpoint_path, load_checkpoint
from rnnkit.training.devices import out_of_memory_explained
from rnnkit.training.distribution import lost_workers_explained
from rnnkit.training.interrupt import stop_on_signals
from rnnkit.training.layouts import unheeded
from rnnkit.training.loop import fit
from rnnkit.training.passes import counted_by
from rnnkit.training.trackers import trackers
from rnnkit.training.trainer import Trainer
from rnnkit.words import printable
from rnnkit.workflows.build import plain_model
from rnnkit.workflows.changes import flattened
from rnnkit.workflows.check import Checked
from rnnkit.workflows.record import ended
from rnnkit.workflows.report import write_reports
from rnnkit.workflows.setup import Setup, new_trainer
from rnnkit.workflows.watch import UNWATCHED, Lines, Watch


def carry_out(
    run: Run,
    setup: Setup,
    *,
    notes: Sequence[str] = (),
    resumed: bool = False,
    watch: Watch = UNWATCHED,
    on_begin: Callable[[Path | None], None] | None = None,
) -> None:
    """Train what is left of a run that this process holds, then evaluate it and write its report.

    Args:
        run: the folder, with its configs and run.json.
        setup: what is trained, and on what.
        notes: what the user should know before it starts.
        resumed: whether to go on from the newest whole checkpoint.
        watch: who follows it.
        on_begin: called with the checkpoint that it goes on from, before the first step.

    Raises:
        DivergedError: the loss became NaN or infinite; the last good checkpoint is kept.
        Interrupted: Ctrl-C or SIGTERM; everything reached so far is saved.
        RunError: the folder cannot be written, RAM ran out, or another worker is gone.
    """
    config = setup.config

    def say(text: str) -> None:
        run.append_log(printable(text))
        watch.on_message(text)

    values = dict(flattened((), config.model_dump(exclude_none=True)))
    with (
        stop_on_signals() as stop,
        counted_by(watch.on_pass),
        trackers(
            config.logging,
            run,
            experiment=config.name,
            parameters={".".join(map(str, path)): value for path, value in values.items()},
            say=say,
        ) as followers,
        ended(run),
        lost_workers_explained(setup.distribution),
        out_of_memory_explained(config.training.batch_size),
    ):
        trainer = new_trainer(setup, stop)
        checkpoints = checkpoints_of(run, config)
        lines: Lines = [("note", text) for text in notes]
        state, checkpoint = TrainingState(), None
        if resumed:
            state, checkpoint, where = _go_on(checkpoints, trainer, lines)
            lines.insert(0, ("from", where))
        if on_begin is not None:
            on_begin(checkpoint or _sent(run, setup, trainer, checkpoints, state))
        model = trainer.train_step.model
        told = [*fallbacks(model), *unheeded(model, setup.config.training.layout)]
        lines = [*setup.describe(run), *lines, *(("note", text) for text in told)]
        run.append_log(printable("\n".join(f"{label:<7}{text}" for label, text in lines)))
        watch.on_start(lines)

        own = setup.task.callbacks(setup.config, setup.checked.stack, setup.dataset, say)
        history = History(run.history)
        watchers = [history, EpochLog(run.append_log), *followers]
        watchers += [*deciding_callbacks(setup), *own, *watch.callbacks, Compiling()]
        if isinstance(trainer.train_step, RecordingTrainStep):
            watchers.append(GradientLog(run.gradients, trainer.train_step))
        try:
            fit(trainer, config.training.epochs, watchers, checkpoints=checkpoints, state=state)
        finally:
            _note_progress(run, state)
        stages.begin("saving the model")
        _save_model(run, setup.checked, model)
        with stop.raising(_stopped(run, setup)):  # a resumed run repeats what is not finished
            write_reports(run, setup, history.rows, judge(run, setup, trainer))


def checkpoints_of(run: Run, config: Config) -> Checkpoints:
    """The run's checkpoints, kept as its config says."""
    section = config.checkpoint
    return Checkpoints(
        run.checkpoints,
        every=section.seconds,
        keep=section.keep,
        on_save=functools.partial(point_latest, run.path.parent),
    )


def judge(run: Run, setup: Setup, trainer: Trainer) -> Judged[Evaluation] | None:
    """The trained model, ready to answer, on the part kept back; None where there is none."""
    if setup.dataset.held_back is None:
        return None
    stages.begin("judging")
    trained = setup.task.trained(
        run,
        setup.task,
        setup.config,
        setup.checked.stack,
        setup.dataset.preprocessing,
        trainer.train_step.model,
        setup.device,
        validated=trainer.evaluate_step if setup.distribution.replicas == 1 else None,
    )
    trained.decide(setup.dataset)
    return trained.judge_held_back(setup.dataset)


def _go_on(
    checkpoints: Checkpoints, trainer: Trainer, lines: Lines
) -> tuple[TrainingState, Path | None, str]:
    """Set weights and optimizer to the newest whole checkpoint; which, and where that is."""
    found = checkpoints.newest(lambda problem: lines.append(("note", problem)))
    if found is None:
        state = TrainingState()
        checkpoints.clear_up(None, state)
        return state, None, "the beginning: there is no checkpoint yet"
    path, _ = found
    state = load_checkpoint(path, trainer.train_step.model, trainer.train_step.optimizer)
    checkpoints.clear_up(path, state)
    batch = state.step - state.epoch * trainer.steps
    if not 0 <= batch <= trainer.steps:
        raise RunError(f"{path}: damaged: step {state.step} is not in epoch {state.epoch + 1}")
    where = f"after batch {batch} of {trainer.steps} of epoch {state.epoch + 1}"
    if not batch:
        where = f"after epoch {state.epoch}" if state.epoch else "the beginning"
    return state, path, f"{path.name}, {where}"


def _sent(
    run: Run, setup: Setup, trainer: Trainer, checkpoints: Checkpoints, state: TrainingState
) -> Path | None:
    """The checkpoint before the first step, where other workers cannot make its weights."""
    if setup.checked.start is None or setup.distribution.workers == 1:
        return None
    checkpoints.save(trainer.train_step.model, trainer.train_step.optimizer, state)
    return checkpoint_path(run.checkpoints, state.step)


def _note_progress(run: Run, state: TrainingState) -> None:
    with contextlib.suppress(RunError):  # a full disk or vanished folder has an error of its own
        run.update_metadata(
            epochs=state.epoch,
            steps=state.step,
            training_seconds=round(state.seconds, 3),
            checkpoint_seconds=round(state.checkpoint_seconds, 3),
        )


def _stopped(run: Run, setup: Setup) -> str:
    text = "stopped on request; everything is saved. "
    if setup.distribution.workers > 1:  # `rnnkit resume` is for one process
        return text + "Start all workers again with --resume to go on"
    return text + f"Go on with: rnnkit resume {shlex.quote(str(run.path))}"


def deciding_callbacks(setup: Setup) -> Iterator[keras.callbacks.Callback]:
    """Those that change the training; every worker has them."""
    config = setup.config
    if isinstance(config.training.schedule, ReduceOnPlateau):
        yield plateau_callback(config.training.schedule)
    if config.training.early_stopping is not None:
        yield early_stopping_callback(config.training.early_stopping)


def _save_model(run: Run, checked: Checked, model: keras.Model) -> None:
    plain = plain_model(checked)
    plain.set_weights(model.get_weights())
    with replacing(run.model) as temporary:
        plain.save(temporary)
