"""A checked config -> device, data, task and a trainer: what training and a dry run start from."""

from __future__ import annotations

import dataclasses
from typing import Any

from rnnkit import stages
from rnnkit.config.layers.container import in_words
from rnnkit.config.layers.trainable import FROZEN
from rnnkit.config.root import Config
from rnnkit.config.training import LayoutName
from rnnkit.data.card import DataCard
from rnnkit.diagnostics.recording import RecordingTrainStep
from rnnkit.errors import ConfigError
from rnnkit.reports.card import short_lines
from rnnkit.run import Run
from rnnkit.tasks.contract import AnyTask
from rnnkit.training.callbacks import mode_of
from rnnkit.training.devices import Device, select_device
from rnnkit.training.distribution import ALONE, Distribution, distribution_for
from rnnkit.training.interrupt import StopRequest
from rnnkit.training.layouts import DEFAULT, layout_of, with_layout
from rnnkit.training.optimizers import build_optimizer
from rnnkit.training.shards import shards_of
from rnnkit.training.step import EvaluateStep, TrainStep
from rnnkit.training.trainer import Trainer
from rnnkit.words import counted
from rnnkit.workflows.begin import begun_model
from rnnkit.workflows.check import AnyDataset, Checked, Ready, indivisible

CHOSEN = ("shards", "layout")  # keys of `training` that follow from the machine


@dataclasses.dataclass(frozen=True)
class Setup:
    """Everything a run starts from."""

    checked: Checked
    dataset: AnyDataset
    card: DataCard
    device: Device
    distribution: Distribution = ALONE
    layout: LayoutName = DEFAULT  # how recurrent steps lie in RAM

    @property
    def config(self) -> Config:
        return self.checked.config

    @property
    def task(self) -> AnyTask:
        return self.checked.task

    @property
    def steps(self) -> int:
        """Updates in an epoch."""
        return self.dataset.feed.steps(self.config.training.batch_size)

    @property
    def shards(self) -> int:
        """Into how many parts all replicas together cut a batch."""
        training = self.config.training
        rows = self.checked.stack.summaries
        stateful = any(row.layer.stateful and row.layer.pace != FROZEN for row in rows)
        if stateful and training.shards is None:
            return 1
        return shards_of(training, self.device, replicas=self.distribution.replicas)

    @property
    def chosen(self) -> dict[str, Any]:
        """What the machine chose of `training`, which the weights depend on."""
        return {key: getattr(self, key) for key in CHOSEN}

    @property
    def monitor(self) -> str:
        """What the `best` checkpoint is best in."""
        stopping = self.config.training.early_stopping
        if stopping is not None:
            return stopping.monitor
        return "val_loss" if self.dataset.validation is not None else "loss"

    @property
    def monitor_grows(self) -> bool:
        """Whether more of the monitored value is better."""
        stopping = self.config.training.early_stopping
        mode = stopping.mode if stopping is not None else "auto"
        return mode_of(self.monitor, mode) == "max"

    @property
    def device_text(self) -> str:
        """`cpu: AMD EPYC, 2 cores, each batch in 2 shards`."""
        text = (
            f"{self.device.name}: {self.device.description}, {counted(self.device.cores, 'core')}"
        )
        text += f", each batch in {self.shards} shards" if self.shards > 1 else ""
        text += f", {self.layout.replace('_', ' ')}" if self.layout != DEFAULT else ""
        cluster = self.distribution.cluster
        if cluster is None:
            return text
        own = cluster.names([cluster.rank])
        return f"{text}; {own}, of {counted(self.distribution.workers, 'worker')}"

    def describe(self, run: Run) -> list[tuple[str, str]]:
        """What is about to happen, as (label, text) lines."""
        stack = self.checked.stack
        parameters = f"{stack.parameters:,} parameters"
        if frozen := [row.name for row in stack.summaries if row.layer.pace == FROZEN]:
            parameters += f", of which {stack.trained:,} train; frozen: {', '.join(frozen)}"
        return [
            *short_lines(self.card),
            ("model", f"{in_words(stack.layers)}; {parameters}"),
            *self.checked.start_lines,
            ("device", self.device_text),
            ("run", str(run.path)),
        ]


def prepare(ready: Ready, *, distributed: bool = False) -> Setup:
    """Choose the device, join the other workers, and choose the layout, which may be timed.

    Args:
        ready: the config and its data.
        distributed: whether to join the workers that TF_CONFIG names and to use several GPUs.

    Raises:
        ConfigError: the batches cannot be divided among the replicas.
        DataError: what is watched needs data that are not there.
        DeviceError: the device is not there.
        RunError: the workers do not find each other.
    """
    device = select_device(ready.checked.config.device)
    distribution = distribution_for(device) if distributed else ALONE
    _refuse_indivisible(ready.checked, distribution)
    setup = Setup(ready.checked, ready.dataset, ready.card, device, distribution)
    if distribution.is_chief:  # the others take the chief's layout
        rows = setup.config.training.batch_size // setup.shards
        layout = layout_of(setup.config, ready.checked.stack, device, rows=rows)
        setup = dataclasses.replace(setup, layout=layout)
    stages.begin("building the model")
    return setup


def new_trainer(setup: Setup, stop: StopRequest) -> Trainer:
    """The model, its optimizer and its compiled steps, ready for the loop."""
    training = setup.config.training
    distribution = setup.distribution
    objective = setup.task.objective(setup.config, setup.checked.stack)
    compiled: dict[str, Any] = {
        "shards": setup.shards,
        "jit_compile": training.jit_compile,
        "distribution": distribution,
    }
    step_class = RecordingTrainStep if setup.config.diagnostics.gradients else TrainStep
    with distribution.scope():
        model = with_layout(begun_model(setup.checked), setup.layout)
        optimizer = build_optimizer(training, total_steps=setup.steps * training.epochs)
        model.optimizer = optimizer  # where Keras's callbacks look for it
        train_step = step_class(model, optimizer, objective, seed=setup.config.seed, **compiled)
    return Trainer(
        train_step=train_step,
        evaluate_step=EvaluateStep(model, objective, **compiled),
        train=setup.dataset.feed,
        validation=setup.dataset.validation,
        batch_size=training.batch_size,
        seed=setup.config.seed,
        shuffle=training.shuffle,
        monitor=setup.monitor,
        monitor_grows=setup.monitor_grows,
        stop=distribution.agree_on(stop),
    )


def _refuse_indivisible(checked: Checked, distribution: Distribution) -> None:
    """Refuse what the replicas cannot do together.

    Raises:
        ConfigError: with every reason.
    """
    loaded = checked.loaded
    problems = indivisible(loaded, distribution.replicas)
    if distribution.mirrored:
        if loaded.config.training.dtype_policy == "mixed_float16":
            text = "mixed_float16 needs one GPU a process: use mixed_bfloat16, or a worker a GPU"
            problems.append(loaded.problem(("training", "dtype_policy"), text))
        if loaded.config.diagnostics.gradients:
            text = "diagnostics.gradients needs one GPU a process: use a worker a GPU"
            problems.append(loaded.problem(("diagnostics", "gradients"), text))
    if problems:
        raise ConfigError(problems)
