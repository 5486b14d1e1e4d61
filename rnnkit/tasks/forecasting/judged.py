"""A run and windows -> their forecasts beside the baselines': an evaluation, plots, tables."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from rnnkit.baselines.judgement import judge
from rnnkit.data.series.dataset import SeriesDataset
from rnnkit.data.series.part import WindowPart
from rnnkit.reports.evaluation import Judged
from rnnkit.tasks.forecasting.baselines.field import baselines
from rnnkit.tasks.forecasting.evaluation import ForecastEvaluation, Walk
from rnnkit.tasks.forecasting.judging import points_of, spread_of
from rnnkit.tasks.forecasting.origins import Origins
from rnnkit.tasks.forecasting.panel import panel_of
from rnnkit.tasks.forecasting.plots.distribution import plot_distribution
from rnnkit.tasks.forecasting.plots.forecast import plot_forecast
from rnnkit.tasks.forecasting.plots.forecast_errors import (
    plot_autocorrelation,
    plot_error_by_horizon,
)
from rnnkit.tasks.forecasting.retraining import Answered, ForecastRun, answered_by, joined
from rnnkit.tasks.forecasting.said import ask
from rnnkit.tasks.forecasting.telling import intervals_of, judged_widths, with_distributions


def judge_windows(
    trained: ForecastRun,
    part: WindowPart,
    dataset: SeriesDataset | None,
    *,
    name: str,
    walk: Walk | None = None,
    answered: Sequence[Answered] | None = None,
) -> Judged[ForecastEvaluation]:
    """Every window's forecast beside those of the baselines.

    Args:
        trained: the run.
        part: W windows.
        dataset: the run's own data; None: nobody has them.
        name: what the part is called.
        walk: how it is walked through; None: it is not.
        answered: what other networks say of the windows; None asks the run's own.

    Raises:
        RunError: a forecast is not a finite number.
    """
    config = trained.config
    validation = None if dataset is None else dataset.validation
    on_validation = validation is not None and part.store is validation.store
    on_validation = on_validation and name == "validation"
    points = points_of(part, dataset, on_validation=on_validation)
    points = dataclasses.replace(points, refitted=walk in ("refit", "retrain"))
    answered = answered or [answered_by(trained, part)]
    said, actual = joined(answered), part.actual
    forecast = said.point
    errors, spread = None, spread_of(part)
    if validation is not None:
        error = ask(config, trained.inference, validation).point - validation.actual
        errors = error / spread_of(validation)
    fields, targets = baselines(points), part.store.data.targets
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
            bounded=config.data.bounded,
            spread=spread[:, :, column],
        )
        for column, (target, field) in enumerate(zip(targets, fields, strict=True))
    ]

    judgements = with_distributions(
        judgements, config, said, actual, errors=None if on_validation else errors, spread=spread
    )
    best = [
        next(baseline.forecast for baseline in field if baseline.name == one.best_baseline)
        for field, one in zip(fields, judgements, strict=True)
    ]
    origins = Origins(part, forecast, np.stack(best, axis=2), [j.best_baseline for j in judgements])
    panel = panel_of(part, points, forecast, fields)
    widths = {level: half * spread for level, half in judged_widths(judgements).items()}

    def plot(folder: Path, suffix: str) -> None:
        panel.plot(folder, suffix)
        plot_forecast(
            part.times,
            actual,
            forecast,
            judgements,
            folder / f"forecast{suffix}.svg",
            intervals=intervals_of(config, said, widths),
            best=origins.best,
            series=part.series,
            names=[one.name for one in part.store.series],
        )
        if part.horizon > 1:
            plot_error_by_horizon(judgements, folder / f"error_by_horizon{suffix}.svg")
        if said.quantiles is not None:
            plot_distribution(judgements, folder / f"distribution{suffix}.svg")
        if any(judgement.residual_autocorrelation for judgement in judgements):
            plot_autocorrelation(judgements, folder / f"residual_autocorrelation{suffix}.svg")
        if walk is not None:
            origins.plot(folder / f"error_by_origin{suffix}.svg", answered)

    evaluation = ForecastEvaluation.of(
        judgements,
        data=name,
        windows=len(part),
        walk_forward=walk,
        loss=float(np.average([a.loss for a in answered], weights=list(map(len, answered)))),
        stretches=origins.stretches(answered) if walk == "retrain" else (),
        by_series=panel.targets,
        notes=part.notes,
    )
    tables = {} if walk is None else {"origins": origins.table}
    return Judged(evaluation, plot, {**panel.tables, **tables})
