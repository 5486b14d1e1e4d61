"""What a model says of windows -> points, quantiles and paths, in the user's units."""

from __future__ import annotations

import dataclasses
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rnnkit.baselines.distribution import central
from rnnkit.data.series.part import WindowPart
from rnnkit.data.series.quantities import Values
from rnnkit.errors import DataError
from rnnkit.tasks.forecasting.config import ForecastingConfig
from rnnkit.tasks.forecasting.judging import checked, forecast_windows
from rnnkit.tasks.forecasting.objective import family_of
from rnnkit.tasks.forecasting.output import levels_of
from rnnkit.training.families import Distribution
from rnnkit.training.inference import Inference
from rnnkit.words import counted

AT_ONCE = 1024  # windows that a model is asked about at least, where there are N times as many
MOST_PATHS = 1 << 17  # in the RAM together


@dataclasses.dataclass(frozen=True, eq=False)
class Said:
    """Forecasts of W windows, in the user's units.

    Args:
        point: (W, horizon, K) the forecast: the median of quantiles, else the mean.
        levels: Q, ascending; none where the model says points.
        quantiles: (W, horizon, K, Q) ascending.
        paths: (W, horizon, K, N) drawn, where the model reads its own forecasts.
    """

    point: Values
    levels: tuple[float, ...] = ()
    quantiles: Values | None = None
    paths: Values | None = None

    def interval(self, level: float) -> tuple[Values, Values]:
        """Both ends of a central interval, (W, horizon, K) each."""
        if self.quantiles is None:
            raise ValueError("points have no intervals")
        return central(self.quantiles, self.levels, level)


def ask(
    config: ForecastingConfig, inference: Inference, part: WindowPart, *, keep_paths: bool = False
) -> Said:
    """What a model of any `output` says.

    Args:
        config: the run's.
        inference: its model.
        part: W windows.
        keep_paths: whether drawn paths are given too; they take N times as much RAM.

    Raises:
        RunError: a forecast is not a finite number.
        DataError: distributions of more steps than the model gives at once.
    """
    if config.output == "point":
        return Said(forecast_windows(inference, part))
    if part.horizon > part.outputs:
        return _drawn(config, inference, part, keep_paths=keep_paths)
    family, levels = family_of(config.output), levels_of(config.output)
    raw = _raw(config, part, inference.outputs(part), part.zero_and_unit())[:, : part.horizon]
    quantiles = np.stack([_units(part, one) for one in family.quantiles(raw, levels)], axis=-1)
    if part.store.data.counts:
        quantiles = np.rint(quantiles)
    return Said(_units(part, family.mean(raw)), levels, quantiles)


def _drawn(
    config: ForecastingConfig, inference: Inference, part: WindowPart, *, keep_paths: bool
) -> Said:
    """Forecasts of more steps than the model gives at once, by drawn paths.

    Raises:
        DataError: it is no model that paths can be drawn from.
    """
    family = family_of(config.output)
    if config.data.multi_step != "recursive" or not isinstance(family, Distribution):
        raise DataError(
            f"{counted(part.horizon, 'step')} ahead, but the model says the distributions of "
            f"{part.outputs} at once, and nothing says how they go together: ask for at most "
            f"{part.outputs}, or train with multi_step: recursive and output: gaussian, which "
            "draws paths of any length"
        )
    wide = inference.with_batches_of(max(inference.batch_size, AT_ONCE))
    levels, stride = levels_of(config.output), max(1, MOST_PATHS // config.evaluate.paths)
    method: Literal["inverted_cdf", "hazen"]
    method = "inverted_cdf" if part.store.data.counts else "hazen"
    point, quantiles, kept = [], [], []
    for start in range(0, len(part), stride):
        paths = _paths(config, family, wide, part.take(slice(start, start + stride)))
        point.append(paths.mean(axis=-1))
        found = np.quantile(paths, np.array(levels), axis=-1, method=method)
        quantiles.append(np.moveaxis(found, 0, -1))
        kept += [paths] if keep_paths else []
    paths_of_all = np.concatenate(kept) if kept else None
    return Said(np.concatenate(point), levels, np.concatenate(quantiles), paths_of_all)


def _paths(
    config: ForecastingConfig, family: Distribution, inference: Inference, part: WindowPart
) -> Values:
    """(W, horizon, K, N): each step is drawn from what the model says after those drawn before.

    Targets of one step are drawn independently of each other.
    """
    count = config.evaluate.paths
    many = part.take(np.repeat(np.arange(len(part)), count))
    scale = many.zero_and_unit()
    uniform = np.concatenate([_uniform(config, part, window) for window in range(len(part))])
    fed, moved = np.empty((len(many), 0), np.float32), many
    for step in range(part.horizon):
        raw = _raw(config, many, inference.outputs(moved), scale)[:, 0]
        drawn = family.inverse(raw, uniform[:, step])
        if part.store.data.bounded and not part.store.data.transform:
            drawn = np.maximum(drawn, scale[0][:, 0])
        fed = np.concatenate([fed, drawn.astype(np.float32)], axis=1)
        moved = many.fed_back(fed)
    found = _units(many, fed)
    if part.store.data.counts:
        found = np.rint(found)
    return np.moveaxis(found.reshape(len(part), count, *found.shape[1:]), 1, -1)


def _uniform(config: ForecastingConfig, part: WindowPart, window: int) -> Values:
    """(N, horizon, K) between 0 and 1, a function of the seed and the window alone.

    One in each Nth for every step (a Latin hypercube: McKay, Beckman and Conover 1979), so that few
    paths tell much.
    """
    place = int(part.series[window]), int(part.origins[window])
    rng = np.random.default_rng((config.seed, *place))
    count, shape = config.evaluate.paths, (part.horizon, part.targets)
    ranks = np.broadcast_to(np.arange(count)[:, None, None], (count, *shape))
    return (rng.permuted(ranks, axis=0) + rng.random((count, *shape))) / count


def _raw(
    config: ForecastingConfig,
    part: WindowPart,
    outputs: NDArray[np.float32],
    scale: tuple[Values, Values],
) -> Values:
    """What a model says of each number, (W, steps, K, P), and of counts how they are scaled."""
    raw = outputs.astype(np.float64).reshape(len(part), -1, part.targets, config.numbers)
    if not part.store.data.counts:
        return raw
    beside = np.stack(scale, axis=-1)  # (W, 1, K, 2)
    return np.concatenate([raw, np.broadcast_to(beside, (*raw.shape[:-1], 2))], axis=-1)


def _units(part: WindowPart, scaled: NDArray[np.floating]) -> Values:
    """(W, steps, K) in the user's units, finite."""
    return checked(part.invert(scaled.reshape(len(part), -1)), part)
