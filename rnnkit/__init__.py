"""Train recurrent networks described in YAML, with Keras.

    import rnnkit

    run = rnnkit.train("configs/mnist.yaml", overrides=["training.epochs=1"])
    print(run.read_history()[-1]["val_accuracy"])
    trained = rnnkit.load("latest")            # .model is a keras.Model, .preprocessing its input
    print(rnnkit.evaluate("latest").report.accuracy)
    answers = rnnkit.predict("latest", "new.npz")

The functions are the command line's workflows. Importing rnnkit imports no TensorFlow; the first
use of `train`, `load`, `evaluate` or `predict` does.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

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
    from rnnkit.runs import Run
    from rnnkit.tasks.classification.trained import predict
    from rnnkit.workflows.build import open_run as load
    from rnnkit.workflows.check import check
    from rnnkit.workflows.evaluate import evaluate
    from rnnkit.workflows.resume import resume
    from rnnkit.workflows.train import train

_HOMES = {
    "ConfigError": "rnnkit.errors:ConfigError",
    "DataError": "rnnkit.errors:DataError",
    "DeviceError": "rnnkit.errors:DeviceError",
    "DivergedError": "rnnkit.errors:DivergedError",
    "Interrupted": "rnnkit.errors:Interrupted",
    "RnnkitError": "rnnkit.errors:RnnkitError",
    "Run": "rnnkit.runs:Run",
    "RunError": "rnnkit.errors:RunError",
    "check": "rnnkit.workflows.check:check",
    "evaluate": "rnnkit.workflows.evaluate:evaluate",
    "load": "rnnkit.workflows.build:open_run",
    "predict": "rnnkit.tasks.classification.trained:predict",
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
    "__version__",
    "check",
    "evaluate",
    "load",
    "predict",
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
