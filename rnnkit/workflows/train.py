"""`rnnkit train`: a config -> a run folder with a trained model, its history, plots and report."""

from __future__ import annotations

import contextlib
import dataclasses
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rnnkit import __version__
from rnnkit.config.training import ReduceOnPlateau
from rnnkit.data.dataset import Dataset, Part
from rnnkit.data.load import load_dataset
from rnnkit.errors import DataError, DivergedError, Interrupted
from rnnkit.models.build import fallbacks
from rnnkit.runs import Run, create_run, replacing, write_text
from rnnkit.runtime import keras, tf
from rnnkit.tasks.classification import Classification, class_weights
from rnnkit.training.batches import steps_an_epoch
from rnnkit.training.callbacks import (
    Checkpoint,
    EpochLog,
    History,
    TensorBoard,
    early_stopping_callback,
)
from rnnkit.training.checkpoints import save_checkpoint
from rnnkit.training.devices import Device, select_device
from rnnkit.training.interrupt import StopRequest, stop_on_signals
from rnnkit.training.loop import Trainer
from rnnkit.training.optimizers import build_optimizer, plateau_callback
from rnnkit.training.step import EvaluateStep, TrainStep
from rnnkit.workflows.build import new_model, plain_model, resolved_text, shards_of, task_of
from rnnkit.workflows.check import Checked, ConfigSource, check
from rnnkit.workflows.evaluate import Evaluation, evaluate_part, held_back_part
from rnnkit.workflows.report import write_reports

Callbacks = Sequence[keras.callbacks.Callback]


@dataclasses.dataclass(frozen=True)
class Setup:
    """Everything a run starts from."""

    checked: Checked
    device: Device
    dataset: Dataset
    task: Classification

    @property
    def config(self) -> Any:
        return self.checked.loaded.config

    @property
    def steps(self) -> int:
        """Updates in an epoch."""
        return steps_an_epoch(len(self.dataset.train), self.config.training.batch_size)

    @property
    def shards(self) -> int:
        return shards_of(self.config, self.device)

    @property
    def held_back(self) -> Part | None:
        """The examples to judge by: test, else validation."""
        test = self.dataset.test
        return test if test is not None else self.dataset.validation

    @property
    def monitor(self) -> str:
        """What the `best` checkpoint is best in."""
        stopping = self.config.training.early_stopping
        if stopping is not None:
            return str(stopping.monitor)
        return "val_loss" if self.dataset.validation is not None else "loss"

    @property
    def device_text(self) -> str:
        """`cpu: AMD EPYC, 2 cores, each batch in 2 shards`."""
        text = f"{self.device.name}: {self.device.description}, {self.device.cores} cores"
        return text + (f", each batch in {self.shards} shards" if self.shards > 1 else "")

    def describe(self, run: Run) -> list[tuple[str, str]]:
        """What is about to happen, as (label, text) lines."""
        stack = self.checked.stack
        layers = ", ".join(f"{row.kind} {row.note}".strip() for row in stack.summaries)
        return [
            ("data", self.dataset.description),
            ("model", f"{layers}; {stack.parameters:,} parameters"),
            ("device", self.device_text),
            ("run", str(run.path)),
        ]


def train(
    config: ConfigSource,
    *,
    overrides: Sequence[str] = (),
    runs: str | Path = "runs",
    smoke: bool = False,
    callbacks: Callbacks = (),
    on_start: Callable[[Run, Setup], None] | None = None,
    command: Sequence[str] | None = None,
) -> Run:
    """Train the model that a config describes.

    Args:
        config: a YAML file, or the same structure as a dict.
        overrides: `key.path=value` texts, stronger than the file.
        runs: the folder under which the run's own folder is made.
        smoke: a tiny subset and one short epoch, to see that everything works.
        callbacks: further Keras callbacks.
        on_start: called once, when everything is loaded and training is about to begin.
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
    with _recorded(run, setup, command):
        run.append_log("\n".join(f"{label:<7}{text}" for label, text in setup.describe(run)))
        if on_start is not None:
            on_start(run, setup)
        with stop_on_signals() as stop:
            model, history = _fit(run, setup, callbacks, stop)
        _save_model(run, setup.checked, model)
        if stop:
            raise Interrupted(
                f"stopped on request; the weights so far are in {run.path}",
                exit_code=stop.exit_code,
            )
        write_reports(run, setup, history.rows, evaluate_setup(setup, model))
    return run


def prepare(checked: Checked) -> Setup:
    """Choose the device and load the data.

    Raises:
        DataError: the data cannot be used.
        DeviceError: the device is not there.
    """
    config: Any = checked.loaded.config
    device = select_device(config.device)
    dataset = load_dataset(config.data, seed=config.seed, ids=checked.facts.integer)
    setup = Setup(checked, device, dataset, task_of(config, checked.stack))
    _refuse_missing_validation(setup)
    return setup


def new_trainer(setup: Setup, stop: StopRequest) -> Trainer:
    """The model, its optimizer and its compiled steps, ready for the loop."""
    training = setup.config.training
    model = new_model(setup.checked)
    optimizer = build_optimizer(training, total_steps=setup.steps * training.epochs)
    model.optimizer = optimizer  # where Keras's callbacks look for it
    objective = setup.task.objective()
    compiled = {"shards": setup.shards, "jit_compile": training.jit_compile}
    classes = setup.dataset.preprocessing.classes
    return Trainer(
        train_step=TrainStep(model, optimizer, objective, seed=setup.config.seed, **compiled),
        evaluate_step=EvaluateStep(model, objective, **compiled),
        train=setup.dataset.train,
        validation=setup.dataset.validation,
        batch_size=training.batch_size,
        seed=setup.config.seed,
        shuffle=training.shuffle,
        class_weight=class_weights(training, setup.dataset.train.y, classes),
        stop=stop,
    )


def evaluate_setup(setup: Setup, model: keras.Model) -> Evaluation | None:
    """The trained model on the examples kept back; None where there are none."""
    if setup.held_back is None:
        return None
    part, name = held_back_part(setup.dataset)
    classes = setup.dataset.preprocessing.classes
    return evaluate_part(
        setup.task,
        model,
        part,
        name=name,
        classes=classes,
        train_counts=np.bincount(setup.dataset.train.y, minlength=len(classes)),
        batch_size=setup.config.training.batch_size,
        shards=setup.shards,
        jit_compile=setup.config.training.jit_compile,
    )


def _fit(
    run: Run, setup: Setup, callbacks: Callbacks, stop: StopRequest
) -> tuple[keras.Model, History]:
    trainer = new_trainer(setup, stop)
    model, optimizer = trainer.train_step.model, trainer.train_step.optimizer
    for reason in fallbacks(model):
        run.append_log(reason)
    history = History(run.history)
    checkpoint = Checkpoint(run.checkpoints, optimizer, monitor=setup.monitor, steps=setup.steps)
    watchers = [history, EpochLog(run.append_log), checkpoint, *_chosen_callbacks(run, setup)]
    progress = trainer.fit(setup.config.training.epochs, [*watchers, *callbacks])
    if stop:
        save_checkpoint(run.checkpoints, model, optimizer, progress)
    run.update_metadata(
        epochs=progress.epoch, steps=progress.step, checkpoint_seconds=round(checkpoint.seconds, 3)
    )
    return model, history


def _chosen_callbacks(run: Run, setup: Setup) -> Iterator[keras.callbacks.Callback]:
    config = setup.config
    if config.logging.tensorboard:
        yield TensorBoard(run.tensorboard)
    if isinstance(config.training.schedule, ReduceOnPlateau):
        yield plateau_callback(config.training.schedule)
    if config.training.early_stopping is not None:
        yield early_stopping_callback(config.training.early_stopping)


def _refuse_missing_validation(setup: Setup) -> None:
    if setup.dataset.validation is not None:
        return
    for key in ("early_stopping", "schedule"):
        monitor = getattr(getattr(setup.config.training, key), "monitor", "")
        if monitor.startswith("val_"):
            raise DataError(
                f"{key} watches {monitor}, but there are no validation examples: "
                "set data: {split: {validation: 0.1}}, or watch loss"
            )


def _save_model(run: Run, checked: Checked, model: keras.Model) -> None:
    plain = plain_model(checked)
    plain.set_weights(model.get_weights())
    with replacing(run.model) as temporary:
        plain.save(temporary)


@contextlib.contextmanager
def _recorded(run: Run, setup: Setup, command: Sequence[str] | None) -> Iterator[None]:
    """Write what the run is before it starts, and how it ended after."""
    write_text(run.config, setup.checked.loaded.text or resolved_text(setup.checked))
    write_text(run.resolved_config, resolved_text(setup.checked))
    write_text(run.preprocessing, setup.dataset.preprocessing.to_json())
    began = time.time()
    run.update_metadata(status="running", **_facts(setup, command))
    status = "failed"
    try:
        yield
        status = "completed"
    except DivergedError:
        status = "diverged"
        raise
    except Interrupted:
        status = "interrupted"
        raise
    finally:
        if run.path.is_dir():  # a vanished folder must not hide the first error
            problem = sys.exc_info()[1]
            if problem is not None:
                run.append_log(f"{status}: {problem}")
            run.update_metadata(status=status, seconds=round(time.time() - began, 1))


def _facts(setup: Setup, command: Sequence[str] | None) -> dict[str, Any]:
    """What one needs to know to get the same weights again."""
    return {
        "started": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "command": list(command) if command is not None else None,
        "seed": setup.config.seed,
        "shards": setup.shards,
        "device": dataclasses.asdict(setup.device),
        "op_determinism": setup.device.is_gpu,
        "data": {"source": setup.config.data.source, "sha256": setup.dataset.sha256},
        "parameters": setup.checked.stack.parameters,
        "versions": {
            "rnnkit": __version__,
            "python": platform.python_version(),
            "tensorflow": tf.__version__,
            "keras": keras.__version__,
            "numpy": np.__version__,
        },
        "git_commit": _git_commit(),
    }


def _git_commit() -> str | None:
    """The commit of the folder the command runs in, if it is a git checkout."""
    try:
        done = subprocess.run(
            ["git", "rev-parse", "HEAD"], capture_output=True, text=True, timeout=5, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() or None if done.returncode == 0 else None
