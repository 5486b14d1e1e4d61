"""Train recurrent networks described in YAML, with Keras.

    import rnnkit

    run = rnnkit.train("configs/mnist.yaml", overrides=["training.epochs=1"])
    print(run.read_history()[-1]["val_accuracy"])
    print(rnnkit.evaluate(run).accuracy)       # what evaluation.json holds, whatever the task
    trained = rnnkit.load("latest")            # the task's own object; .model is a keras.Model
    answers = trained.predict("new.npz")       # or generate, forecast, walk_forward, by its task

The functions are the command line's workflows. Importing rnnkit imports no TensorFlow; the first
use of `train`, `resume`, `load` or `evaluate` does.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from rnnkit.version import __version__

if TYPE_CHECKING:
    from rnnkit.errors import (
        ConfigError,
        DataError,
        DeviceError,
        DivergedError,
        Interrupted,
        RnnkitError,
        RunError,
    )
    from rnnkit.run import Run
    from rnnkit.workflows.again import load
    from rnnkit.workflows.check import check
    from rnnkit.workflows.evaluate import evaluate
    from rnnkit.workflows.export import export
    from rnnkit.workflows.resume import resume
    from rnnkit.workflows.train import train
    from rnnkit.workflows.watch import Watch

_HOMES = {
    "ConfigError": "rnnkit.errors:ConfigError",
    "DataError": "rnnkit.errors:DataError",
    "DeviceError": "rnnkit.errors:DeviceError",
    "DivergedError": "rnnkit.errors:DivergedError",
    "Interrupted": "rnnkit.errors:Interrupted",
    "RnnkitError": "rnnkit.errors:RnnkitError",
    "Run": "rnnkit.run:Run",
    "RunError": "rnnkit.errors:RunError",
    "check": "rnnkit.workflows.check:check",
    "evaluate": "rnnkit.workflows.evaluate:evaluate",
    "Watch": "rnnkit.workflows.watch:Watch",
    "export": "rnnkit.workflows.export:export",
    "load": "rnnkit.workflows.again:load",
    "resume": "rnnkit.workflows.resume:resume",
    "train": "rnnkit.workflows.train:train",
}

__all__ = [
    "ConfigError",
    "DataError",
    "DeviceError",
    "DivergedError",
    "Interrupted",
    "RnnkitError",
    "Run",
    "RunError",
    "Watch",
    "__version__",
    "check",
    "evaluate",
    "export",
    "load",
    "resume",
    "train",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'rnnkit' has no attribute '{name}'")
    module, _, attribute = _HOMES[name].partition(":")
    return getattr(importlib.import_module(module), attribute)


def __dir__() -> list[str]:
    return sorted(__all__)
