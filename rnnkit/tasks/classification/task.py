"""`task: classification`: a sequence -> one of C classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rnnkit.config.stack import InputFacts, Stack
from rnnkit.data.cache import Place
from rnnkit.data.labelled.dataset import LabelledDataset, Part
from rnnkit.data.labelled.preprocessing import LabelledPreprocessing
from rnnkit.tasks.classification import dataset, sources
from rnnkit.tasks.classification.config import ClassificationConfig
from rnnkit.tasks.classification.evaluation import ClassificationEvaluation
from rnnkit.tasks.contract import Answer, Task, View

if TYPE_CHECKING:
    from rnnkit.data.card import DataCard
    from rnnkit.data.look.source import Look
    from rnnkit.reports.findings import Findings
    from rnnkit.tasks.classification.trained import TrainedClassifier
    from rnnkit.tasks.proposing import Proposal
    from rnnkit.training.objective import Objective


class Classification(
    Task[
        ClassificationConfig, LabelledDataset, LabelledPreprocessing, Part, ClassificationEvaluation
    ]
):
    name: ClassVar[str] = "classification"
    config = ClassificationConfig
    kept = LabelledPreprocessing
    evaluation = ClassificationEvaluation

    def outline(self, config: ClassificationConfig, place: Place | None = None) -> InputFacts:
        return dataset.outline(config, place)

    def load(self, config: ClassificationConfig, place: Place | None = None) -> LabelledDataset:
        return dataset.load_dataset(config, place)

    def checksum(self, config: ClassificationConfig) -> str:
        return sources.find_source(config.data, ids=config.model.reads_ids).checksum()

    def facts(self, config: ClassificationConfig, kept: LabelledPreprocessing) -> InputFacts:
        return dataset.facts(config, kept)

    def propose(self, look: Look) -> Proposal | None:
        from rnnkit.tasks.classification import propose

        return propose.propose(look)

    def objective(self, config: ClassificationConfig, stack: Stack) -> Objective:
        from rnnkit.tasks.classification.objective import objective

        return objective(config, stack)

    @property
    def trained(self) -> type[TrainedClassifier]:
        from rnnkit.tasks.classification.trained import TrainedClassifier

        return TrainedClassifier

    @property
    def view(self) -> View[ClassificationEvaluation]:
        from rnnkit.tasks.classification import view

        return view

    def findings(self, evaluation: ClassificationEvaluation, card: DataCard) -> Findings:
        from rnnkit.tasks.classification import findings

        return findings.findings(evaluation, card)

    @property
    def predict(self) -> Answer:
        from rnnkit.tasks.classification import answers

        return answers.PREDICT
