"""A checked config -> device, data, task and a trainer: what training and a dry run start from."""

from __future__ import annotations

import dataclasses
from typing import Any

from rnnkit.data.dataset import Dataset
from rnnkit.data.load import load_dataset
from rnnkit.errors import DataError
from rnnkit.runs import Run
from rnnkit.tasks.task import Task
from rnnkit.training.devices import Device, select_device
from rnnkit.training.interrupt import StopRequest
from rnnkit.training.loop import Trainer
from rnnkit.training.optimizers import build_optimizer
from rnnkit.training.step import EvaluateStep, TrainStep
from rnnkit.workflows.build import new_model, shards_of, task_of
from rnnkit.workflows.check import Checked


@dataclasses.dataclass(frozen=True)
class Setup:
    """Everything a run starts from."""

    checked: Checked
    device: Device
    dataset: Dataset
    task: Task

    @property
    def config(self) -> Any:
        return self.checked.loaded.config

    @property
    def steps(self) -> int:
        """Updates in an epoch."""
        steps: int = self.dataset.train.steps(self.config.training.batch_size)
        return steps

    @property
    def shards(self) -> int:
        return shards_of(self.config, self.device)

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


def prepare(checked: Checked) -> Setup:
    """Choose the device and load the data.

    Raises:
        DataError: the data cannot be used.
        DeviceError: the device is not there.
    """
    config: Any = checked.loaded.config
    device = select_device(config.device)
    dataset = load_dataset(config)
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
    return Trainer(
        train_step=TrainStep(model, optimizer, objective, seed=setup.config.seed, **compiled),
        evaluate_step=EvaluateStep(model, objective, **compiled),
        train=setup.dataset.train,
        validation=setup.dataset.validation,
        batch_size=training.batch_size,
        seed=setup.config.seed,
        shuffle=training.shuffle,
        stop=stop,
    )


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
