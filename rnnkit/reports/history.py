"""The epochs of a run, as history.csv has them -> the curves in it and its best epoch."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from rnnkit.training.lines import BOOKKEEPING, EPOCH, VALIDATION_PREFIX, larger_is_better

Rows = Sequence[Mapping[str, object]]  # one mapping an epoch, the columns of history.csv


@dataclasses.dataclass(frozen=True)
class Curve:
    """One quantity over E epochs; where it was not measured, NaN."""

    name: str  # without val_
    train: NDArray[np.float64] | None  # (E,)
    validation: NDArray[np.float64] | None  # (E,)


@dataclasses.dataclass(frozen=True)
class Best:
    """The epoch that is best in a column; a run keeps its weights where that stopped it."""

    epoch: int
    monitor: str  # the column that was compared
    value: float
    index: int  # its row


def epochs(rows: Rows) -> NDArray[np.int64]:
    """(E,) the epochs' numbers, from 1 where the rows do not say."""
    numbers = [number(row.get(EPOCH, index)) for index, row in enumerate(rows, start=1)]
    return np.array(numbers, dtype=np.int64)


def column(rows: Rows, name: str) -> NDArray[np.float64] | None:
    """(E,) the numbers of one column; None when there are none."""
    values = np.array([number(row.get(name)) for row in rows], dtype=np.float64)
    return values if np.isfinite(values).any() else None


def number(value: object) -> float:
    """A cell as a number; NaN for an empty one, for words and for infinity, which no axis holds."""
    try:
        parsed = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return math.nan
    return parsed if math.isfinite(parsed) else math.nan


def columns(rows: Rows) -> list[str]:
    """Every column name, in the order in which the rows bring them."""
    return list(dict.fromkeys(name for row in rows for name in row))


def curves(rows: Rows) -> list[Curve]:
    """The losses and metrics, in the order of the columns."""
    learned = [name for name in columns(rows) if name not in BOOKKEEPING]
    names = dict.fromkeys(name.removeprefix(VALIDATION_PREFIX) for name in learned)
    found = [
        Curve(name, column(rows, name), column(rows, VALIDATION_PREFIX + name)) for name in names
    ]
    return [curve for curve in found if curve.train is not None or curve.validation is not None]


def best_epoch(rows: Rows, monitor: str | None = None) -> Best | None:
    """The epoch with the best `monitor`; the first of equals, as early stopping counts.

    Args:
        rows: the epochs.
        monitor: a column; None takes val_loss, or loss where nothing was validated.
    """
    candidates = [monitor] if monitor else ["val_loss", "loss"]
    for name in candidates:
        values = column(rows, name)
        if values is not None:
            index = int(np.nanargmax(values) if larger_is_better(name) else np.nanargmin(values))
            return Best(int(epochs(rows)[index]), name, float(values[index]), index)
    return None
