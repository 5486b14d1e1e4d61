"""A trained classifier: judged on examples, asked about new ones."""

from __future__ import annotations

import dataclasses
import functools
from pathlib import Path

import numpy as np
import numpy.typing as npt

from rnnkit.baselines.paired import Paired
from rnnkit.data.given import Given, as_file
from rnnkit.data.keys import name_keys
from rnnkit.data.labelled.dataset import LabelledDataset, Part
from rnnkit.data.labelled.preprocessing import LabelledPreprocessing
from rnnkit.files import write_json
from rnnkit.formats.meaning import Activation, Classes, Meaning
from rnnkit.reports.evaluation import Judged
from rnnkit.tasks.classification.config import ClassificationConfig
from rnnkit.tasks.classification.dataset import read_new
from rnnkit.tasks.classification.decision import Decision, choose_decision, read_decision
from rnnkit.tasks.classification.evaluation import ClassificationEvaluation
from rnnkit.tasks.classification.judging import judge_answers
from rnnkit.tasks.classification.metrics import predicted_classes
from rnnkit.tasks.classification.objective import Outputs, Probabilities
from rnnkit.tasks.contract import TrainedRun
from rnnkit.words import listed


@dataclasses.dataclass(frozen=True, eq=False)
class Predictions:
    """One answer an example, in the order of the data."""

    names: list[str]  # the examples' ids, or their numbers from 0
    classes: list[int | str]  # the C labels, as the training data wrote them
    probabilities: npt.NDArray[np.floating]  # (N, C)
    threshold: float | None = None  # of two classes, the second is answered from here on
    notes: tuple[str, ...] = ()  # on the examples, as sentences

    @property
    def predicted(self) -> list[int | str]:
        """The class that is answered for each example: the most probable, or by the threshold."""
        return [self.classes[index] for index in self._answers[0]]

    @property
    def confidence(self) -> list[float]:
        """The probability of that class."""
        return [float(p) for p in self._answers[1]]

    @functools.cached_property
    def _answers(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
        return predicted_classes(self.probabilities, len(self.classes), threshold=self.threshold)


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
        classes = list(map(self.preprocessing.label, range(len(self.preprocessing.classes))))
        decision = self.decision
        probabilities = decision.calibrated(self._probabilities(part))
        return Predictions(part.ids, classes, probabilities, decision.threshold, part.notes)

    @property
    def decision(self) -> Decision:
        """How its probabilities become answers.

        Raises:
            RunError: it was not chosen yet, or is damaged.
        """
        return read_decision(self.run, self.config.decision)

    def decide(self, dataset: LabelledDataset) -> None:
        """Choose temperature and threshold on the validation part, where the config asks for it."""
        section, part = self.config.decision, dataset.validation
        if section.chooses and part is not None:
            name = "the test part" if part is dataset.test else "validation"
            chosen = choose_decision(section, part.y, self._probabilities(part), part=name)
            write_json(self.run.decision, chosen.model_dump())

    def _probabilities(self, part: Part) -> Probabilities:
        """As the model gives them, (N, C)."""
        return self.outputs.probabilities(self.inference.outputs(part))

    def read(self, path: Path) -> Part:
        return read_new(path, self.config, self.preprocessing, self.place)

    def judge(
        self, part: Part, *, name: str, dataset: LabelledDataset | None
    ) -> Judged[ClassificationEvaluation]:
        """Loss, metrics and every class's scores beside the majority class of the training part."""
        classes, counts = self.preprocessing.classes, None
        if dataset is not None:
            counts = np.bincount(dataset.train.y, minlength=len(classes))
        # inside the compiled step Keras takes the loss from the logits, which saturated
        # probabilities cannot give back
        means, outputs = self.inference.means_and_outputs(part)
        return judge_answers(
            part,
            self.outputs.probabilities(outputs),
            classes,
            decision=self.decision,
            train_counts=counts,
            train=None if dataset is None else dataset.train,
            data=name,
            loss=means.pop("loss"),
            metrics=means,
            notes=(*part.notes, *self._chosen_here(part, dataset)),
        )

    def meaning(self) -> Meaning:
        outputs, decision = self.outputs, self.decision
        activation: Activation | None = "sigmoid" if outputs.binary else "softmax"
        answer = Classes(
            tuple(map(self.preprocessing.label, range(len(self.preprocessing.classes)))),
            activation if outputs.from_logits else None,
            temperature=decision.temperature,
            threshold=decision.threshold,
        )
        return dataclasses.replace(super().meaning(), answer=answer)

    def paired(self, part: Part) -> Paired:
        """Whether each example's answer, as the run gives it, is a mistake."""
        classes, decision = self.preprocessing.classes, self.decision
        probabilities = decision.calibrated(self._probabilities(part))
        said, _ = predicted_classes(probabilities, len(classes), threshold=decision.threshold)
        truth = (classes[number] for number in part.y.tolist())
        return Paired(
            keys=name_keys(zip(part.ids, truth, strict=True)),
            loss=(said != part.y)[:, None].astype(np.float64),
            measure="accuracy",
            noun="example",
            test="mcnemar",
        )

    def _chosen_here(self, part: Part, dataset: LabelledDataset | None) -> tuple[str, ...]:
        """What was chosen on the very examples that are judged, as a sentence."""
        if dataset is None or part is not dataset.validation:
            return ()
        stopping, section = self.config.training.early_stopping, self.config.decision
        chosen = [
            *(["the best epoch"] if stopping and stopping.restore_best_weights else []),
            *(["the threshold"] if section.threshold else []),
            *(["the temperature"] if section.temperature else []),
        ]
        if not chosen:
            return ()
        return (
            f"what is judged here is the validation part: {listed(chosen, 'and')} "
            f"{'was' if len(chosen) == 1 else 'were'} chosen on these very examples, so expect "
            "somewhat less of new ones",
        )
