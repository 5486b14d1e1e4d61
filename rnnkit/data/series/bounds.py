"""The quantity that is forecast -> nothing, or why it cannot be what the section says it is."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rnnkit.data.series.quantities import Values
from rnnkit.data.series.section import SeriesData
from rnnkit.errors import DataError
from rnnkit.words import counted


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
