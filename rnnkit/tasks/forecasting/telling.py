"""What a model said of windows -> its intervals, and the judgement of its distributions."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from rnnkit.baselines.distribution import judge_distribution
from rnnkit.baselines.judgement import Judgement
from rnnkit.data.series.quantities import Values
from rnnkit.tasks.forecasting.config import ForecastingConfig
from rnnkit.tasks.forecasting.output import Quantiles, shown_levels
from rnnkit.tasks.forecasting.said import Said

Intervals = dict[float, tuple[Values, Values]]  # by level, both ends, (W, steps, K) each


def intervals_of(
    config: ForecastingConfig, said: Said, half_widths: dict[float, Values]
) -> Intervals:
    """Those that the model says; of a model of points those that its errors give.

    Args:
        config: the run's.
        said: of W windows.
        half_widths: (W, steps, K) by level, for a model of points; NaN where nothing was measured.
    """
    if said.quantiles is not None:
        return {level: said.interval(level) for level in shown_levels(config.output)}
    lowest = 0 if config.data.bounded else -np.inf
    return {
        level: (np.maximum(said.point - half, lowest), said.point + half)
        for level, half in half_widths.items()
    }


def quantiles_of(config: ForecastingConfig, said: Said) -> dict[float, Values]:
    """Those that the config asks for, (W, steps, K) by level."""
    if not isinstance(config.output, Quantiles) or said.quantiles is None:
        return {}
    return {level: said.quantiles[..., n] for n, level in enumerate(said.levels)}


def judged_widths(judgements: Sequence[Judgement]) -> dict[float, Values]:
    """Half widths of K targets, (horizon, K) by level, in units of a window's spread."""
    found: dict[float, list[list[float]]] = {}
    for judgement in judgements:
        for interval in judgement.intervals:
            found.setdefault(interval.level, []).append(interval.half_width)
    return {level: np.stack(widths, axis=1) for level, widths in found.items()}


def with_distributions(
    judgements: Sequence[Judgement],
    config: ForecastingConfig,
    said: Said,
    actual: Values,
    *,
    errors: Values | None,
    spread: Values,
) -> list[Judgement]:
    """The judgements of K targets with those of their distributions, where the model says them.

    Args:
        judgements: of the point forecasts.
        config: the run's.
        said: of W windows.
        actual: (W, horizon, K).
        errors: (V, horizon, K) forecast less actual on the validation part, in units of its
            windows' spread; None: there are none, or they are those of the same windows.
        spread: (W, 1, K) of the windows.
    """
    if said.quantiles is None:
        return list(judgements)
    return [
        dataclasses.replace(
            judgement,
            distribution=judge_distribution(
                said.quantiles[:, :, column],
                said.levels,
                actual[:, :, column],
                shown=shown_levels(config.output),
                forecast=said.point[:, :, column],
                validation_errors=None if errors is None else errors[:, :, column],
                bounded=config.data.bounded,
                spread=spread[:, :, column],
            ),
        )
        for column, judgement in enumerate(judgements)
    ]
