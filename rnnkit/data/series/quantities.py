"""Chains of log, difference, log_return, absolute and multiply: columns of numbers -> others."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.series.chains import Multiply
from rnnkit.data.series.section import SeriesData
from rnnkit.errors import DataError
from rnnkit.words import counted

Values = NDArray[np.float64]
Chain = Sequence[str | Multiply]


def rows_lost(chain: Chain) -> int:
    """Rows at the start that a chain has no value for: one for each difference."""
    return sum(step in ("difference", "log_return") for step in chain)


def apply_chain(values: Values, chain: Chain, place: Callable[[int], str]) -> Values:
    """Every step in turn, each column its own.

    Args:
        values: (n, K).
        chain: the steps.
        place: what a row is called in messages.

    Returns:
        (n, K); the first `rows_lost` rows are NaN.

    Raises:
        DataError: the logarithm of a number that is not positive.
    """
    for step in chain:
        if isinstance(step, Multiply):
            values = values * step.multiply
        elif step == "absolute":
            values = np.abs(values)
        else:
            for part in _elementary(step):
                values = _log(values, place) if part == "log" else _difference(values)
    return values


class Inverse:
    """The way back from what a model forecasts, for chains of log, difference and log_return.

    Args:
        values: (n, K) before the chain, as `apply_chain` took them; rows whose values are not
            known yet are NaN.
        chain: the steps.
    """

    def __init__(self, values: Values, chain: Sequence[str]) -> None:
        self._steps = [part for step in chain for part in _elementary(step)]
        self._before: list[Values] = []  # what each step was applied to, (n, K)
        for part in self._steps:
            self._before.append(values)
            with np.errstate(invalid="ignore", divide="ignore"):
                values = np.log(values) if part == "log" else _difference(values)

    def __call__(self, forecasts: Values, origins: NDArray[np.integer]) -> Values:
        """Undo the chain.

        Args:
            forecasts: (W, horizon, K), for the rows after each origin.
            origins: (W,) the last row that was known to each.
        """
        for part, before in zip(reversed(self._steps), reversed(self._before), strict=True):
            if part == "log":
                with np.errstate(over="ignore"):  # a wild forecast becomes infinite
                    forecasts = np.exp(forecasts)
            else:
                forecasts = before[origins][:, None] + np.cumsum(forecasts, axis=1)
        return forecasts


def _elementary(step: str) -> list[str]:
    return ["log", "difference"] if step == "log_return" else [step]


def _difference(values: Values) -> Values:
    result = np.full_like(values, np.nan)
    result[1:] = values[1:] - values[:-1]
    return result


def _log(values: Values, place: Callable[[int], str]) -> Values:
    if (wrong := values <= 0).any():
        row, column = np.unravel_index(int(np.argmax(wrong)), wrong.shape)
        raise DataError(
            f"{place(int(row))}: {values[row, column]:g} has no logarithm "
            f"({counted(int(wrong.sum()), 'value')} of 0 or less): use difference instead"
        )
    result: Values = np.log(values)
    return result


def check_bounds(values: Values, data: SeriesData, place: Callable[[int], str]) -> None:
    """Look for what `positive` and `counts` rule out.

    Args:
        values: (n, K) the quantity, NaN where it has no value.
        data: the section.
        place: what a row is called in messages.

    Raises:
        DataError: a number below 0, or under `counts` one that is not whole.
    """
    if not data.bounded:
        return
    key = "counts" if data.counts else "positive"
    wrong, what = values < 0, "is below 0"
    if data.counts and not wrong.any():
        wrong, what = np.isfinite(values) & (values != np.rint(values)), "is no whole number"
    if not wrong.any():
        return
    row, column = np.unravel_index(int(np.argmax(wrong)), wrong.shape)
    chain = " after data.quantity" if data.quantity else ""
    source = ", or output: negative_binomial, which sets it" if data.counts else ""
    raise DataError(
        f"data.{key}: {place(int(row))}: {data.targets[int(column)]} (={values[row, column]:g})"
        f"{chain} {what} ({counted(int(wrong.sum()), 'such value')}): correct it, or remove "
        f"data.{key}{source}"
    )
