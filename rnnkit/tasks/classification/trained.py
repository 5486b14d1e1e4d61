"""A trained classifier: judged on examples, asked about new ones."""

from __future__ import annotations

import dataclasses
import functools
from pathlib import Path

import numpy as np

from rnnkit.data.given import Given, as_file
from rnnkit.data.labelled.dataset import LabelledDataset, Part
from rnnkit.data.labelled.preprocessing import LabelledPreprocessing
from rnnkit.reports.evaluation import Judged
from rnnkit.reports.plots.confusion import plot_confusion
from rnnkit.tasks.classification.config import ClassificationConfig
from rnnkit.tasks.classification.dataset import read_new
from rnnkit.tasks.classification.evaluation import ClassificationEvaluation
from rnnkit.tasks.classification.metrics import classification_report
from rnnkit.tasks.classification.ngrams import judge_ngrams
from rnnkit.tasks.classification.objective import Outputs, Probabilities, objective
from rnnkit.tasks.classification.plots.mistakes import plot_mistakes
from rnnkit.tasks.contract import TrainedRun


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


class TrainedClassifier(
    TrainedRun[
        ClassificationConfig, LabelledDataset, LabelledPreprocessing, Part, ClassificationEvaluation
    ]
):
    """A run that tells C classes apart."""

    @functools.cached_property
    def outputs(self) -> Outputs:
        """What the model's outputs say."""
        return Outputs(self.config, self.stack)

    def predict(self, data: Given) -> Predictions:
        """Classify examples.

        Args:
            data: a file in the form of the training data, or a table or arrays, as `rnnkit.train`
                takes them; of a run on texts also a list of them. Labels are not needed.

        Raises:
            DataError: the file does not fit the model.
        """
        if isinstance(data, list | tuple) and all(isinstance(one, str) for one in data):
            data = {self.config.data.text or "text": data}
        path = as_file(data, self.run.given)
        part = read_new(path, self.config, self.preprocessing, self.place, labelled=False)
        names = range(len(part)) if part.names is None else part.names
        classes = list(map(self.preprocessing.label, range(len(self.preprocessing.classes))))
        probabilities = self.outputs.probabilities(self.inference.outputs(part))
        return Predictions(list(map(str, names)), classes, probabilities)

    def read(self, path: Path) -> Part:
        return read_new(path, self.config, self.preprocessing, self.place)

    def judge(
        self, part: Part, *, name: str, dataset: LabelledDataset | None
    ) -> Judged[ClassificationEvaluation]:
        """Loss, metrics and every class's scores beside the majority class of the training part."""
        classes, counts = self.preprocessing.classes, None
        if dataset is not None:
            counts = np.bincount(dataset.train.y, minlength=len(classes))
        probabilities = self.outputs.probabilities(self.inference.outputs(part))
        # a pass of its own: inside the compiled step Keras takes the loss from the logits, which
        # saturated probabilities cannot give back
        means = self.inference.means(objective(self.config, self.stack), part)
        report = classification_report(part.y, probabilities, classes, train_counts=counts)
        ngrams = None
        if dataset is not None:
            ngrams = judge_ngrams(dataset.train, part, probabilities.argmax(axis=1), classes)

        def plot(folder: Path, suffix: str) -> None:
            plot_confusion(report.confusion, report.classes, folder / f"confusion{suffix}.png")
            if part.is_image:
                plot_mistakes(
                    part.pictures,
                    part.y,
                    probabilities.argmax(axis=1),
                    probabilities.max(axis=1),
                    report.classes,
                    folder / f"mistakes{suffix}.png",
                )

        loss = means.pop("loss")
        evaluation = ClassificationEvaluation.of(
            report, data=name, loss=loss, metrics=means, ngrams=ngrams
        )
        return Judged(evaluation, plot)
