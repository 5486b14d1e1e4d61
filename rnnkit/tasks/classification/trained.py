"""`rnnkit predict`: a run and unlabelled examples -> a class and its probability for each."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from rnnkit.data.cache import conversions_in
from rnnkit.data.labelled import read_new
from rnnkit.errors import RunError
from rnnkit.runs import Run
from rnnkit.tasks.classification.objective import Classification, Probabilities
from rnnkit.workflows.build import open_run


@dataclasses.dataclass(frozen=True, eq=False)
class Predictions:
    """One answer an example, in the order of the data."""

    names: list[str]  # the examples' ids, or their numbers from 0
    classes: list[int | str]  # the C labels, as the training data wrote them
    probabilities: Probabilities  # (N, C)

    @property
    def predicted(self) -> list[int | str]:
        """The most probable class of each example."""
        return [self.classes[index] for index in self.probabilities.argmax(axis=1)]

    @property
    def confidence(self) -> list[float]:
        """The probability of that class."""
        return [float(p) for p in self.probabilities.max(axis=1)]


def predict(run: str | Run, data: str | Path, *, device: str | None = None) -> Predictions:
    """Classify the examples of a file.

    Args:
        run: a run folder, a run's name, or `latest`.
        data: a file in the form of the training data; labels are not needed.
        device: as `rnnkit train --device`; None takes the run's.

    Raises:
        RunError: the run cannot be opened.
        DataError: the file does not fit the model.
    """
    trained = open_run(run, device=device)
    task, kept = trained.task, trained.preprocessing
    if not isinstance(task, Classification):
        raise RunError(f"{trained.run.path}: its task, {trained.config.task}, has no classes")
    with conversions_in(trained.run.cache):
        part = read_new(Path(data), kept, labelled=False)
    names = range(len(part)) if part.names is None else part.names
    classes = [kept.label(number) for number in range(len(kept.classes))]
    probabilities = task.probabilities(trained.inference.outputs(part))
    return Predictions(list(map(str, names)), classes, probabilities)
