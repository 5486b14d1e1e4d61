"""The training part -> the Scale that every part, and later all new data, is scaled with."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.config.section import Section


class Scale(Section):
    """x' = (x - offset) / divisor, each feature its own; fitted on the training part alone."""

    name: str  # as in the config
    offset: tuple[float, ...]  # (F,)
    divisor: tuple[float, ...]  # (F,), never 0

    def apply(self, x: NDArray[Any]) -> NDArray[np.float32]:
        """Scale `x` (..., F)."""
        offset, divisor = np.array(self.offset, np.float32), np.array(self.divisor, np.float32)
        scaled: NDArray[np.float32] = (x.astype(np.float32) - offset) / divisor
        return scaled


def fit_scale(name: str, store: NDArray[Any]) -> Scale | None:
    """Fit one scale a feature.

    Args:
        name: `none`; `pixels`, x / 255; `standard`, (x - mean) / standard deviation; `min_max`,
            to 0..1; `robust`, (x - median) / interquartile range.
        store: the training part, (N, T, F); NaN marks padded steps and is left out.

    Returns:
        None for `none`. A constant feature gets its own value as offset and divisor 1, so that
        it scales to exactly 0.
    """
    if name == "none":
        return None
    features = store.shape[-1]
    if name == "pixels":
        return Scale(name=name, offset=(0.0,) * features, divisor=(255.0,) * features)
    # a feature at a time: float64 of everything would take eight times a byte array's memory
    fitted = [_fit_feature(name, store[..., index]) for index in range(features)]
    offset, divisor = zip(*fitted, strict=True)
    return Scale(name=name, offset=offset, divisor=divisor)


def _fit_feature(name: str, store: NDArray[Any]) -> tuple[float, float]:
    x = store.astype(np.float64).ravel()
    x = x[~np.isnan(x)]
    low, high = float(x.min()), float(x.max())
    if low == high:  # the deviation of equal numbers can round to 1e-17 instead of 0
        return low, 1.0
    if name == "standard":
        return float(x.mean()), float(x.std())
    if name == "min_max":
        return low, high - low
    first, median, third = np.quantile(x, [0.25, 0.5, 0.75]).tolist()
    return median, (third - first) or 1.0  # more than half of the values are equal
