"""What a workflow asks of a task: its objective, its evaluation, what it shows while training."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ClassVar, Protocol

from rnnkit.config.stack import Stack
from rnnkit.data.batch import Feed
from rnnkit.data.dataset import Dataset
from rnnkit.runtime import keras
from rnnkit.training.inference import Inference
from rnnkit.training.objective import Objective


class Evaluation(Protocol):
    """How a model does on one part, beside its baselines."""

    def as_dict(self) -> dict[str, Any]:
        """Plain values for evaluation.json; `task` and `data` among them."""
        ...

    def plot(self, folder: Path, *, suffix: str = "") -> None:
        """Write the PNGs that belong to it into `folder`, names ending in `suffix`."""
        ...


class Task:
    """One config's task. Subclasses, one a file, are listed in `rnnkit.tasks`."""

    needs_training_data: ClassVar[bool] = False  # for its baselines, also on new data

    def __init__(self, config: Any, stack: Stack) -> None:
        self.config = config
        self.stack = stack

    def objective(self) -> Objective:
        """The loss and the metrics of a step."""
        raise NotImplementedError

    def evaluate(
        self, inference: Inference, feed: Feed, *, name: str, kept: Any, dataset: Dataset | None
    ) -> Evaluation:
        """Judge a model on one part.

        Args:
            inference: the trained model.
            feed: what to judge it on.
            name: what the part is called: `test`, `validation`, or a file.
            kept: the run's Preprocessing.
            dataset: the run's own data, for baselines; None where they were not asked for.
        """
        raise NotImplementedError

    def callbacks(
        self, dataset: Dataset, say: Callable[[str], None]
    ) -> Sequence[keras.callbacks.Callback]:
        """What the task adds to training; `say` prints a line for the user and logs it."""
        return ()
