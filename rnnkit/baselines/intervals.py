"""Errors on the validation part -> prediction intervals, and how often they held."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

LEVELS = (0.80, 0.95)  # nominal coverage

Numbers = NDArray[np.float64]


def half_widths(errors: Numbers, *, level: float) -> list[float] | None:
    """How far each side of a forecast the interval reaches, by horizon: split conformal.

    The ceil((n + 1) * level)-th smallest of n absolute errors (Vovk et al. 2005; Lei et al. 2018).
    It holds at least at the nominal rate where the errors to come are exchangeable with those of
    the validation part; a series that changes its nature is not, so coverage is measured too.

    Args:
        errors: (n, horizon) forecast less actual of one target on the validation part.
        level: nominal coverage.

    Returns:
        (horizon,) in the target's units; None where n is too small for this level.
    """
    rank = math.ceil((len(errors) + 1) * level)
    if rank > len(errors):
        return None
    widths: list[float] = np.sort(np.abs(errors), axis=0)[rank - 1].tolist()
    return widths


def few_levels(known: Iterable[float]) -> list[float]:
    """Those nearest to 80 % and 95 %, ascending: more bands are not told apart."""
    levels = list(known)
    return sorted({min(levels, key=lambda one: abs(one - to)) for to in LEVELS} if levels else ())


def coverage(errors: Numbers, widths: list[float]) -> list[float]:
    """The share of (W, horizon) errors within the interval, by horizon."""
    held: list[float] = np.mean(np.abs(errors) <= np.array(widths), axis=0).tolist()
    return held
