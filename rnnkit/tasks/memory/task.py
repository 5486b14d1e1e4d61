"""`task: memory`: generated sequences that only a long memory can answer -> the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rnnkit.config.stack import InputFacts, Stack
from rnnkit.data.cache import Place
from rnnkit.data.preprocessing import Preprocessing
from rnnkit.tasks.contract import Task, View
from rnnkit.tasks.memory import dataset
from rnnkit.tasks.memory.config import MemoryConfig
from rnnkit.tasks.memory.dataset import MemoryDataset, MemoryPart
from rnnkit.tasks.memory.evaluation import MemoryEvaluation

if TYPE_CHECKING:
    from rnnkit.data.card import DataCard
    from rnnkit.reports.findings import Findings
    from rnnkit.tasks.memory.trained import TrainedMemory
    from rnnkit.training.objective import Objective


class Memory(Task[MemoryConfig, MemoryDataset, Preprocessing, MemoryPart, MemoryEvaluation]):
    name: ClassVar[str] = "memory"
    config = MemoryConfig
    kept = Preprocessing
    evaluation = MemoryEvaluation

    def outline(self, config: MemoryConfig, place: Place | None = None) -> InputFacts:
        return dataset.outline(config)

    def load(self, config: MemoryConfig, place: Place | None = None) -> MemoryDataset:
        return dataset.load_dataset(config)

    def facts(self, config: MemoryConfig, kept: Preprocessing) -> InputFacts:
        return dataset.facts(config)

    def objective(self, config: MemoryConfig, stack: Stack) -> Objective:
        from rnnkit.tasks.memory.objective import objective

        return objective(config, stack)

    @property
    def trained(self) -> type[TrainedMemory]:
        from rnnkit.tasks.memory.trained import TrainedMemory

        return TrainedMemory

    @property
    def view(self) -> View[MemoryEvaluation]:
        from rnnkit.tasks.memory import view

        return view

    def findings(self, evaluation: MemoryEvaluation, card: DataCard) -> Findings:
        from rnnkit.tasks.memory import findings

        return findings.findings(evaluation)
