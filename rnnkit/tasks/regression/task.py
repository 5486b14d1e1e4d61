"""`task: regression`: a sequence, or a window of one -> one or several numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rnnkit.config.stack import InputFacts, Stack
from rnnkit.data.cache import Place
from rnnkit.data.measured.dataset import MeasuredDataset, MeasuredPart
from rnnkit.data.measured.preprocessing import MeasuredPreprocessing
from rnnkit.tasks.contract import Answer, Task, View
from rnnkit.tasks.regression import dataset
from rnnkit.tasks.regression.config import RegressionConfig
from rnnkit.tasks.regression.evaluation import RegressionEvaluation

if TYPE_CHECKING:
    from rnnkit.data.card import DataCard
    from rnnkit.data.look.source import Look
    from rnnkit.reports.findings import Findings
    from rnnkit.tasks.proposing import Proposal
    from rnnkit.tasks.regression.trained import TrainedRegressor
    from rnnkit.training.objective import Objective


class Regression(
    Task[
        RegressionConfig,
        MeasuredDataset,
        MeasuredPreprocessing,
        MeasuredPart,
        RegressionEvaluation,
    ]
):
    name: ClassVar[str] = "regression"
    config = RegressionConfig
    kept = MeasuredPreprocessing
    evaluation = RegressionEvaluation
    needs_training_data: ClassVar[bool] = True

    def outline(self, config: RegressionConfig, place: Place | None = None) -> InputFacts:
        return dataset.outline(config, place)

    def load(self, config: RegressionConfig, place: Place | None = None) -> MeasuredDataset:
        return dataset.load_dataset(config, place)

    def checksum(self, config: RegressionConfig) -> str:
        return dataset.find_source(config.data, ids=config.model.reads_ids).checksum()

    def facts(self, config: RegressionConfig, kept: MeasuredPreprocessing) -> InputFacts:
        return dataset.facts(config, kept)

    def propose(self, look: Look) -> Proposal | None:
        from rnnkit.tasks.regression import propose

        return propose.propose(look)

    def objective(self, config: RegressionConfig, stack: Stack) -> Objective:
        from rnnkit.tasks.regression.objective import objective

        return objective(config)

    @property
    def trained(self) -> type[TrainedRegressor]:
        from rnnkit.tasks.regression.trained import TrainedRegressor

        return TrainedRegressor

    @property
    def view(self) -> View[RegressionEvaluation]:
        from rnnkit.tasks.regression import view

        return view

    def findings(self, evaluation: RegressionEvaluation, card: DataCard) -> Findings:
        from rnnkit.tasks.regression import findings

        return findings.findings(evaluation, card)

    @property
    def predict(self) -> Answer:
        from rnnkit.tasks.regression import answers

        return answers.PREDICT
