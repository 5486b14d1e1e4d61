"""`task: tagging`: every step of a sequence -> one of C tags."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rnnkit.config.stack import InputFacts, Stack
from rnnkit.data.cache import Place
from rnnkit.data.preprocessing import Names
from rnnkit.data.tagged.dataset import TaggedDataset, TaggedPart
from rnnkit.data.tagged.preprocessing import TaggedPreprocessing
from rnnkit.tasks.contract import Answer, Task, View
from rnnkit.tasks.tagging import dataset
from rnnkit.tasks.tagging.config import TaggingConfig
from rnnkit.tasks.tagging.evaluation import TaggingEvaluation
from rnnkit.tasks.tagging.reading import find_source

if TYPE_CHECKING:
    from rnnkit.data.card import DataCard
    from rnnkit.data.look.source import Look
    from rnnkit.reports.findings import Findings
    from rnnkit.tasks.proposing import Proposal
    from rnnkit.tasks.tagging.trained import TrainedTagger
    from rnnkit.training.objective import Objective


class Tagging(
    Task[TaggingConfig, TaggedDataset, TaggedPreprocessing, TaggedPart, TaggingEvaluation]
):
    name: ClassVar[str] = "tagging"
    config = TaggingConfig
    kept = TaggedPreprocessing
    evaluation = TaggingEvaluation
    needs_training_data: ClassVar[bool] = True  # its baselines learn from it

    def outline(self, config: TaggingConfig, place: Place | None = None) -> InputFacts:
        return dataset.outline(config, place)

    def load(self, config: TaggingConfig, place: Place | None = None) -> TaggedDataset:
        return dataset.load_dataset(config, place)

    def checksum(self, config: TaggingConfig) -> str:
        return find_source(config.data).checksum()

    def facts(self, config: TaggingConfig, kept: TaggedPreprocessing) -> InputFacts:
        return dataset.facts(config, kept)

    def names(self, config: TaggingConfig, kept: TaggedPreprocessing) -> Names:
        return dataset.names(kept)

    def propose(self, look: Look) -> Proposal | None:
        from rnnkit.tasks.tagging import propose

        return propose.propose(look)

    def objective(self, config: TaggingConfig, stack: Stack) -> Objective:
        from rnnkit.tasks.tagging.objective import objective

        return objective(config, stack)

    @property
    def trained(self) -> type[TrainedTagger]:
        from rnnkit.tasks.tagging.trained import TrainedTagger

        return TrainedTagger

    @property
    def view(self) -> View[TaggingEvaluation]:
        from rnnkit.tasks.tagging import view

        return view

    def findings(self, evaluation: TaggingEvaluation, card: DataCard) -> Findings:
        from rnnkit.tasks.tagging import findings

        return findings.findings(evaluation)

    @property
    def predict(self) -> Answer:
        from rnnkit.tasks.tagging import answers

        return answers.PREDICT
