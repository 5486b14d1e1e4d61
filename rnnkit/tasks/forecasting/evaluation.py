"""Forecasting: the last rows of a series -> the next ones. Loss, forecasts, evaluation."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from rnnkit.baselines.autoregressive import MINIMUM_ROWS
from rnnkit.baselines.field import Points, baselines
from rnnkit.baselines.intervals import LEVELS, half_widths
from rnnkit.baselines.judgement import Judgement, judge
from rnnkit.data.series.dataset import SeriesDataset, WindowPart
from rnnkit.data.series.preprocessing import SeriesPreprocessing
from rnnkit.data.series.quantities import rows_lost
from rnnkit.errors import RunError
from rnnkit.runtime import keras
from rnnkit.tasks.contract import Task
from rnnkit.tasks.forecasting.plots.forecast import plot_forecast
from rnnkit.tasks.forecasting.plots.forecast_errors import (
    plot_autocorrelation,
    plot_error_by_horizon,
)
from rnnkit.training.inference import Inference
from rnnkit.training.objective import Objective
from rnnkit.words import counted

Values = NDArray[np.float64]

ENOUGH_ERRORS = 38  # the 95 % interval needs 19; twice that, so that it is not their largest


@dataclasses.dataclass(frozen=True, eq=False)
class ForecastEvaluation:
    """How a model does on W windows, in the user's units."""

    data: str  # "test", "validation", or the file
    loss: float  # of transformed and scaled values, as in training
    walk_forward: str | None  # "fixed" or "refit": what the baselines were fitted on
    judgements: list[Judgement]  # of each of the K targets
    part: WindowPart
    forecast: Values  # (W, horizon, K)

    def as_dict(self) -> dict[str, Any]:
        """Of several targets, which have units of their own, the means of what has none."""
        first = self.judgements[0]
        scores: dict[str, Any]
        if len(self.judgements) == 1:
            scores = {
                "rmse": first.accuracy.rmse,
                "mae": first.accuracy.mae,
                "mase": first.accuracy.mase,
                "direction_accuracy": first.accuracy.direction_accuracy,
                "skill": first.skill,
                "p_value": first.p_value,
                "best_baseline": first.best.name,
                "baseline": {
                    name: getattr(first.baselines[first.best.name], name)
                    for name in ("rmse", "mae", "mase", "direction_accuracy")
                },
            }
        else:
            best = [j.baselines[j.best.name] for j in self.judgements]
            scores = {
                "mase": _mean([j.accuracy.mase for j in self.judgements]),
                "skill": _mean([j.skill for j in self.judgements]),
                "baseline": {"mase": _mean([scores.mase for scores in best])},
            }
        return {
            "task": "forecasting",
            "data": self.data,
            "windows": len(self.part),
            "horizon": self.part.horizon,
            "walk_forward": self.walk_forward,
            "scaled_loss": self.loss,
            **scores,
            "targets": [judgement.as_dict() for judgement in self.judgements],
        }

    def plot(self, folder: Path, *, suffix: str = "") -> None:
        """Forecasts against what came; errors by horizon; what the errors still know."""
        plot_forecast(
            self.part.times,
            self.part.actual,
            self.forecast,
            self.judgements,
            folder / f"forecast{suffix}.png",
            series=self.part.series,
        )
        if self.part.horizon > 1:
            plot_error_by_horizon(self.judgements, folder / f"error_by_horizon{suffix}.png")
        plot_autocorrelation(self.judgements, folder / f"residual_autocorrelation{suffix}.png")


class Forecasting(Task):
    """The next `horizon` rows of one target or several."""

    needs_training_data: ClassVar[bool] = True

    def objective(self) -> Objective:
        """Loss and metrics as functions of y_true and y_pred, (B, outputs * K), scaled."""
        training = self.config.training
        metrics = {name: getattr(keras.losses, name) for name in training.metrics}
        return Objective(getattr(keras.losses, training.loss), metrics)

    def evaluate(
        self,
        inference: Inference,
        feed: Any,
        *,
        name: str,
        kept: SeriesPreprocessing,
        dataset: Any,
    ) -> ForecastEvaluation:
        """Forecast every window and judge that beside the baselines, fitted on `dataset.train`.

        Raises:
            RunError: a forecast is not a finite number.
        """
        return self._evaluate(inference, feed, dataset, name=name, walk_forward=None)

    def walk_forward(
        self, inference: Inference, dataset: SeriesDataset, *, refitted: bool
    ) -> ForecastEvaluation:
        """Forecast from every row of the part held back, all rows before it known.

        The network's weights stay as they are.

        Args:
            inference: the trained model.
            dataset: the run's data.
            refitted: whether the baselines are fitted anew at each origin.

        Raises:
            RunError: a forecast is not a finite number, or nothing was held back.
        """
        if dataset.held_back is None:
            raise RunError("the run held nothing back that could be walked through")
        part, name = dataset.held_back
        return self._evaluate(
            inference,
            every_origin(part),
            dataset,
            name=name,
            walk_forward="refit" if refitted else "fixed",
        )

    def error_widths(
        self, inference: Inference, dataset: SeriesDataset, *, steps: int
    ) -> dict[float, Values]:
        """Half widths of intervals for forecasts beyond the data, by level, (steps, K).

        Split conformal, on all rows that were held back: validation and test. Each step's width is
        that of forecasts so many steps ahead, fed back as they will be. NaN where the rows held
        back are too few for windows of so many steps: nothing is extrapolated.
        """
        part = _held_back_windows(dataset, steps)
        found = {level: np.full((steps, len(dataset.targets)), np.nan) for level in LEVELS}
        if part is None:
            return found
        error = forecast_windows(inference, part) - part.actual
        for level, table in found.items():
            for column in range(error.shape[2]):
                widths = half_widths(error[:, :, column], level=level)
                if widths is not None:
                    table[: part.horizon, column] = widths
        return found

    def _evaluate(
        self,
        inference: Inference,
        part: WindowPart,
        dataset: SeriesDataset,
        *,
        name: str,
        walk_forward: str | None,
    ) -> ForecastEvaluation:
        on_validation = part.store is dataset.train.store and name == "validation"
        points = points_of(part, dataset, on_validation=on_validation)
        points = dataclasses.replace(points, refitted=walk_forward == "refit")
        forecast, actual = forecast_windows(inference, part), part.actual
        errors = None
        if dataset.validation is not None:
            errors = forecast_windows(inference, dataset.validation) - dataset.validation.actual
        judgements = [
            judge(
                target,
                forecast[:, :, column],
                actual[:, :, column],
                column=column,
                points=points,
                field=field,
                validation_errors=None if errors is None else errors[:, :, column],
                same_points=on_validation,
            )
            for column, (target, field) in enumerate(
                zip(dataset.targets, baselines(points), strict=True)
            )
        ]
        loss = inference.means(self.objective(), part)["loss"]
        return ForecastEvaluation(name, loss, walk_forward, judgements, part, forecast)


def forecast_windows(inference: Inference, part: WindowPart) -> Values:
    """The model's forecasts, (W, horizon, K), in the user's units.

    Where the model gives fewer steps at once than the horizon has, it reads its own forecasts.

    Raises:
        RunError: a forecast is not a finite number.
    """
    wanted = part.horizon * part.targets
    outputs = inference.outputs(part)
    while outputs.shape[1] < wanted:
        more = inference.outputs(part.fed_back(outputs))
        outputs = np.concatenate([outputs, more], axis=1)
    forecast = part.invert(outputs[:, :wanted])
    wrong = len(part) - np.count_nonzero(np.isfinite(forecast).all(axis=(1, 2)))
    if wrong:
        raise RunError(
            f"the model's forecasts are NaN or infinite for {wrong:,} of "
            f"{counted(len(part), 'window')}: its weights, or a transform that its outputs leave "
            "the range of, are to blame; train again with a lower learning_rate or without `log`"
        )
    return forecast


def points_of(part: WindowPart, dataset: SeriesDataset, *, on_validation: bool = False) -> Points:
    """Where a part's forecasts are made, and what its baselines are fitted on.

    That is every row before the part that is judged: before the test part the validation part's
    too. Baselines have no use of their own for it, and a network that only trains on less is held
    against the best that could be known.

    Series of new data are matched with those of the run by their names. A new one, or one with
    fewer than MINIMUM_ROWS rows, gets what is fitted on all rows of all series.
    """
    trains = {
        series.name: series.targets[: series.train_end if on_validation else series.validation_end]
        for series in dataset.series
    }
    together = np.concatenate(list(trains.values()))
    known = {name: rows for name, rows in trains.items() if len(rows) >= MINIMUM_ROWS}
    return Points(
        train=[known.get(series.name, together) for series in part.store.series],
        values=[series.targets for series in part.store.series],
        series=part.series.astype(np.int64),
        origins=part.origins.astype(np.int64),
        moments=part.times[:, 0],
        horizon=part.horizon,
        season=dataset.season,
    )


def every_origin(part: WindowPart) -> WindowPart:
    """The windows from every row between a part's first origin and its last, stride 1."""
    numbers = np.unique(part.series)
    spans = []
    for number in numbers:
        own = part.origins[part.series == number]
        spans.append(np.arange(own.min(), own.max() + 1))
    return dataclasses.replace(
        part,
        series=np.repeat(numbers, [len(span) for span in spans]),
        origins=np.concatenate(spans),
    )


def _held_back_windows(dataset: SeriesDataset, steps: int) -> WindowPart | None:
    """Windows from every row after training, `steps` long, or shorter where too few would fit."""
    train, kept = dataset.train, dataset.preprocessing
    longest = steps if kept.can_feed_back else min(steps, kept.outputs)
    first = rows_lost(kept.transform) + kept.lookback - 1
    for horizon in range(longest, 0, -1):
        spans = [
            np.arange(max(first, series.train_end - 1), len(series) - horizon)
            for series in dataset.series
        ]
        if horizon == 1 or sum(map(len, spans)) >= ENOUGH_ERRORS:
            break
    if not sum(map(len, spans)):
        return None
    return dataclasses.replace(
        train,
        series=np.repeat(np.arange(len(spans)), [len(span) for span in spans]),
        origins=np.concatenate(spans),
        horizon=horizon,
    )


def _mean(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None
