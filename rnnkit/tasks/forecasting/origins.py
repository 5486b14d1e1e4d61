"""The forecasts of a walk -> how well it went at each origin: a table, a picture, a few numbers."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from rnnkit import writing
from rnnkit.data.series.dates import time_texts
from rnnkit.data.series.part import WindowPart
from rnnkit.data.series.quantities import Values
from rnnkit.tasks.forecasting.evaluation import Stretch
from rnnkit.tasks.forecasting.plots.origins import plot_by_origin
from rnnkit.tasks.forecasting.retraining import Answered


@dataclasses.dataclass(frozen=True, eq=False)
class Origins:
    """Forecasts from W origins beside those of the best baseline.

    Args:
        part: the windows.
        forecast: (W, horizon, K).
        best: (W, horizon, K) of each target's best baseline.
        names: of these baselines, (K,).
    """

    part: WindowPart
    forecast: Values
    best: Values
    names: Sequence[str]

    @property
    def table(self) -> str:
        """A line for each origin and target, as CSV: RMSE and MAE over the steps ahead."""
        part, targets = self.part, self.part.store.data.targets
        known = part.store.times[part.first_ahead - 1]
        errors = {"": self.forecast - part.actual, "baseline_": self.best - part.actual}
        scores = {
            f"{whose}{name}": score
            for whose, error in errors.items()
            for name, score in (
                ("rmse", np.sqrt(np.mean(error**2, axis=1))),
                ("mae", np.abs(error).mean(axis=1)),
            )
        }
        origins = time_texts(known)
        records = [
            {
                "series": part.store.series[number].name,
                "origin": origins[window],
                "target": target,
                **{name: float(score[window, column]) for name, score in scores.items()},
                "baseline": self.names[column],
            }
            for window, number in enumerate(part.series)
            for column, target in enumerate(targets)
        ]
        return writing.csv_text(records, list(records[0]))

    def stretches(self, answered: Sequence[Answered]) -> tuple[Stretch, ...]:
        """What each network of a walk comes to, beside the baseline on the same origins."""
        actual = self.part.actual

        def rmse(forecast: Values, one: Answered) -> tuple[float, ...]:
            error = (forecast - actual)[one.block.windows]
            return tuple(np.sqrt(np.mean(error**2, axis=(0, 1))).tolist())

        return tuple(
            Stretch(
                begins=one.block.begins,
                trained_on=one.trained_on,
                windows=len(one),
                rmse=rmse(self.forecast, one),
                baseline_rmse=rmse(self.best, one),
            )
            for one in answered
        )

    def plot(self, path: Path, answered: Sequence[Answered]) -> None:
        """Draw the errors over time, and where another network begins.

        Raises:
            RunError: the file cannot be written.
        """
        times = self.part.times[:, 0]
        plot_by_origin(
            times,
            self.forecast - self.part.actual,
            self.best - self.part.actual,
            path,
            targets=self.part.store.data.targets,
            names=self.names,
            begins=[times[one.block.windows].min() for one in answered[1:]],
        )
