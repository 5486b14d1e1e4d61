"""`task: forecasting`: the last rows of a series -> the next ones."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rnnkit.config.stack import InputFacts, Stack
from rnnkit.data.audit import Audit
from rnnkit.data.beside import ids_of, names_beside
from rnnkit.data.cache import Place
from rnnkit.data.preprocessing import Names, numbered
from rnnkit.data.series import leaks
from rnnkit.data.series.dataset import SeriesDataset
from rnnkit.data.series.part import WindowPart
from rnnkit.data.series.preprocessing import SeriesPreprocessing
from rnnkit.data.series.sources import checksum, with_defaults
from rnnkit.tasks.contract import Answer, Task, View
from rnnkit.tasks.forecasting import dataset, drawn
from rnnkit.tasks.forecasting.config import ForecastingConfig
from rnnkit.tasks.forecasting.evaluation import ForecastEvaluation

if TYPE_CHECKING:
    from rnnkit.data.card import DataCard
    from rnnkit.data.look.source import Look
    from rnnkit.reports.findings import Findings
    from rnnkit.tasks.forecasting.trained import TrainedForecaster
    from rnnkit.tasks.proposing import Proposal
    from rnnkit.training.objective import Objective


class Forecasting(
    Task[ForecastingConfig, SeriesDataset, SeriesPreprocessing, WindowPart, ForecastEvaluation]
):
    name: ClassVar[str] = "forecasting"
    config = ForecastingConfig
    kept = SeriesPreprocessing
    evaluation = ForecastEvaluation
    needs_training_data: ClassVar[bool] = True
    next_command: ClassVar[Sequence[str]] = ("predict",)

    def outline(self, config: ForecastingConfig, place: Place | None = None) -> InputFacts:
        return config.asking(dataset.outline(config.data))

    def load(self, config: ForecastingConfig, place: Place | None = None) -> SeriesDataset:
        return dataset.load_dataset(config.data, place)

    def checksum(self, config: ForecastingConfig) -> str:
        return checksum(config.data)

    def before_growth(
        self, config: ForecastingConfig, kept: SeriesPreprocessing, place: Place | None = None
    ) -> tuple[SeriesDataset, str] | None:
        return dataset.before_growth(config.data, kept, place)

    def audit(self, dataset: SeriesDataset) -> Audit:
        return leaks.audit(dataset)

    def facts(self, config: ForecastingConfig, kept: SeriesPreprocessing) -> InputFacts:
        return config.asking(dataset.facts(config.data, kept))

    def names(self, config: ForecastingConfig, kept: SeriesPreprocessing) -> Names:
        categories = {name: ids_of(known) for name, known in kept.categories.items()}
        inputs = {**categories, **names_beside(kept.beside)}
        return Names(inputs, numbered(config.data.targets))

    def lengths(
        self, config: ForecastingConfig, kept: SeriesPreprocessing
    ) -> list[tuple[str, int, int]]:
        return kept.lengths_for(with_defaults(config.data, kept.features))

    def draw(self, dataset: SeriesDataset, folder: Path) -> list[Path]:
        return drawn.draw(dataset, folder)

    def propose(self, look: Look) -> Proposal | None:
        from rnnkit.tasks.forecasting import propose

        return propose.propose(look)

    def objective(self, config: ForecastingConfig, stack: Stack) -> Objective:
        from rnnkit.tasks.forecasting.objective import objective

        return objective(config)

    @property
    def trained(self) -> type[TrainedForecaster]:
        from rnnkit.tasks.forecasting.trained import TrainedForecaster

        return TrainedForecaster

    @property
    def view(self) -> View[ForecastEvaluation]:
        from rnnkit.tasks.forecasting import view

        return view

    def findings(self, evaluation: ForecastEvaluation, card: DataCard) -> Findings:
        from rnnkit.tasks.forecasting import findings

        return findings.findings(evaluation, card)

    @property
    def evaluate(self) -> Answer:
        from rnnkit.tasks.forecasting import answers

        return answers.EVALUATE

    @property
    def predict(self) -> Answer:
        from rnnkit.tasks.forecasting import answers

        return answers.PREDICT
