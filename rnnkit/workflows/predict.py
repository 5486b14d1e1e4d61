"""`rnnkit predict`: a run and unlabelled examples -> a class and its probability for each."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from rnnkit.data.load import read_examples
from rnnkit.runs import Run
from rnnkit.tasks.classification import Probabilities
from rnnkit.workflows.build import open_run
from rnnkit.workflows.evaluate import predict_outputs


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
    part = read_examples(Path(data), trained.preprocessing, labelled=False)
    training = trained.config.training
    outputs = predict_outputs(
        trained.model,
        part,
        batch_size=training.batch_size,
        shards=trained.shards,
        jit_compile=training.jit_compile,
    )
    names = range(len(part)) if part.names is None else part.names
    classes = [
        trained.preprocessing.label(number) for number in range(len(trained.preprocessing.classes))
    ]
    return Predictions(list(map(str, names)), classes, trained.task.probabilities(outputs))
