"""Who runs: each contender by name, the family its aims are set against, and where it lives."""

from __future__ import annotations

import dataclasses
import importlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

from benchmarks.rows import KERAS, ROWS, TORCH, Row, Task

if TYPE_CHECKING:
    from benchmarks.contenders.contender import Contender

RNNKIT = "rnnkit"
# rows whose batches have one shape: XLA would compile each of the others anew
EQUAL = tuple(row.key for row in ROWS if row.source != "unequal")


@dataclasses.dataclass(frozen=True)
class Entry:
    """A contender, known without importing its framework."""

    name: str
    family: str
    home: str  # module:class
    tasks: tuple[Task, ...] = ("train", "predict", "generate")
    devices: tuple[str, ...] = ("cpu", "gpu")
    rows: tuple[str, ...] = ()  # their keys; () for all that have such a task
    environment: Mapping[str, str] = dataclasses.field(default_factory=dict)  # of its process

    def create(self, row: Row, *, device: str) -> Contender:
        """Import the framework and build the contender; called in the contender's own process."""
        module, _, name = self.home.partition(":")
        made: Contender = getattr(importlib.import_module(module), name)(row, device=device)
        return made


ENTRIES = (
    Entry("rnnkit", RNNKIT, "benchmarks.contenders.rnnkit_step:RnnkitSteps"),
    Entry("keras", KERAS, "benchmarks.contenders.keras_fit:KerasFit"),
    Entry("keras+xla", KERAS, "benchmarks.contenders.keras_fit:KerasFitXla", rows=EQUAL),
    Entry("pytorch", TORCH, "benchmarks.contenders.torch_loop:TorchLoop"),
    # OpenMP's threads wait for each other by spinning. That is fast while every core is free and
    # ruinous while one is not, so PyTorch also runs with threads that sleep, and its better time
    # counts.
    Entry(
        "pytorch+sleep",
        TORCH,
        "benchmarks.contenders.torch_loop:TorchLoop",
        devices=("cpu",),
        rows=EQUAL,  # of unequal lengths an epoch takes most of a minute
        environment={"OMP_WAIT_POLICY": "PASSIVE"},
    ),
    Entry(
        "pytorch+compile",
        TORCH,
        "benchmarks.contenders.torch_loop:TorchCompiled",
        ("train",),
        rows=("1", "2", "3", "4", "5", "7", "7b", "8"),
    ),
    Entry(
        "jax",
        "jax",
        "benchmarks.contenders.jax_scan:JaxScan",
        devices=("cpu",),
        rows=("1",),
    ),
    Entry(
        "onnxruntime",
        "onnxruntime",
        "benchmarks.contenders.onnx_run:OnnxRun",
        ("predict", "generate"),
        devices=("cpu",),
    ),
    Entry("epoch", RNNKIT, "benchmarks.contenders.epoch:TrainEpoch", ("epoch",)),
)
ROOFS = (
    Entry("numpy", "roof", "benchmarks.contenders.roof:NumpyRoof", devices=("cpu",)),
    Entry("tensorflow", "roof", "benchmarks.contenders.roof:TensorFlowRoof"),
    Entry("pytorch", "roof", "benchmarks.contenders.roof:TorchRoof"),
)


def entries_for(row: Row, *, device: str, names: tuple[str, ...] | None = None) -> list[Entry]:
    """The contenders of a row, in the order they run; `names` keeps only some."""
    return [
        entry
        for entry in ENTRIES
        if row.task in entry.tasks
        and device in entry.devices
        and (not entry.rows or row.key in entry.rows)
        and (names is None or entry.name in names)
    ]
