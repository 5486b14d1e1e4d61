"""Rows that may be known of series, or of windows -> the scale of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray
from pydantic import model_validator

from rnnkit.config.section import Section
from rnnkit.data.scaling import Scale, Table, fit_scale
from rnnkit.errors import DataError

NARROW = 0.1  # of a series' own spread: a window is scaled as if it had at least so much

Values = NDArray[np.float64]


class SeriesScales(Section):
    """A Scale of its own for each of S series, known again by its name."""

    name: str  # as in the config
    series: tuple[str, ...]  # S names
    offset: tuple[tuple[float, ...], ...]  # (S, K + F)
    divisor: tuple[tuple[float, ...], ...]  # (S, K + F), never 0

    @model_validator(mode="after")
    def _divides(self) -> Self:
        if any(0 in one for one in self.divisor):
            raise ValueError("divisor: 0 divides nothing")
        return self

    def lengths(self, columns: int) -> list[tuple[str, int, int]]:
        """As `Preprocessing.lengths`, for data of so many columns."""
        sides = {"scale.offset": self.offset, "scale.divisor": self.divisor}
        rows = [(name, len(side), len(self.series)) for name, side in sides.items()]
        widths = {(name, len(row)) for name, side in sides.items() for row in side}
        return rows + [(name, width, columns) for name, width in sorted(widths)]


AnyScale = Scale | SeriesScales


class Affine:
    """The scale of S series as arrays.

    Args:
        scale: one for all, or with every one of the series.
        series: their S names.
    """

    def __init__(self, scale: AnyScale, series: Sequence[str]) -> None:
        rows: NDArray[np.intp] = np.zeros(1, np.intp)
        self.own = isinstance(scale, SeriesScales)
        if isinstance(scale, SeriesScales):
            place = {name: row for row, name in enumerate(scale.series)}
            rows = np.array([place[name] for name in series])
        # (S, K + F); (1, K + F) where all have the same
        self.offset, self.divisor = (
            np.atleast_2d(np.array(side, np.float64))[rows]
            for side in (scale.offset, scale.divisor)
        )

    def apply(self, columns: Values, series: NDArray[np.intp]) -> NDArray[np.float32]:
        """Scale as many of the first columns as there are.

        Args:
            columns: (..., n).
            series: (...) the number of each row's series; heeded where it has a scale of its own.
        """
        offset, divisor = self.at(series, columns.shape[-1])
        return ((columns - offset) / divisor).astype(np.float32)

    def invert(self, columns: Values, series: NDArray[np.intp]) -> Values:
        """The way back; the arguments are those of `apply`."""
        offset, divisor = self.at(series, columns.shape[-1])
        return columns * divisor + offset

    def at(self, series: NDArray[np.intp], count: int) -> tuple[Values, Values]:
        """Offset and divisor of the first `count` columns, (..., count) each."""
        rows = series if self.own else 0
        return self.offset[rows, :count], self.divisor[rows, :count]


def fit_scales(
    name: str, series: Sequence[tuple[str, Table]], *, targets: int
) -> SeriesScales | None:
    """Fit a scale for each series; of features that never change within one, over all series.

    Args:
        name: as in `fit_scale`.
        series: the name of each, and the rows that it may know, (n, K + F); of one without any
            the values stay as they are.
        targets: K, the columns that are no features.

    Returns:
        None for `none`.

    Raises:
        DataError: values of a series are so large that their scale is not finite.
    """
    fitted = [one for one in _fitted(name, series) if one is not None]
    if not fitted:
        return None
    offset, divisor = (
        np.array([getattr(one, side) for one in fitted]) for side in ("offset", "divisor")
    )
    facts = [column for column in range(targets, offset.shape[1]) if _is_fact(column, series)]
    if facts and (over := fit_scale(name, offset[:, facts])) is not None:
        offset[:, facts], divisor[:, facts] = over.offset, over.divisor  # a series counts once
    return SeriesScales(
        name=name,
        series=tuple(known for known, _ in series),
        offset=tuple(map(tuple, offset.tolist())),
        divisor=tuple(map(tuple, divisor.tolist())),
    )


def _is_fact(column: int, series: Sequence[tuple[str, Table]]) -> bool:
    """Whether a column has one value in each series."""
    return len(series) > 1 and all(
        np.ptp(rows[:][:, column]) == 0 for _, rows in series if len(rows)
    )


def _fitted(name: str, series: Sequence[tuple[str, Table]]) -> Iterator[Scale | None]:
    for known, rows in series:
        if name != "none" and not len(rows):
            width = rows.shape[-1]
            yield Scale(name=name, offset=(0.0,) * width, divisor=(1.0,) * width)
            continue
        try:
            yield fit_scale(name, rows)
        except DataError as error:
            raise DataError(f"series '{known}': {error}") from None


def joined(old: SeriesScales, new: SeriesScales | None) -> SeriesScales:
    """Both together; what all of the old have in common the new have too."""
    if new is None:
        return old
    offset, divisor = np.array(new.offset), np.array(new.divisor)
    known = np.array(old.offset), np.array(old.divisor)
    common = np.all([np.ptp(side, axis=0) == 0 for side in known], axis=0) & (len(old.series) > 1)
    offset[:, common], divisor[:, common] = known[0][0, common], known[1][0, common]
    return SeriesScales(
        name=old.name,
        series=old.series + new.series,
        offset=old.offset + tuple(map(tuple, offset.tolist())),
        divisor=old.divisor + tuple(map(tuple, divisor.tolist())),
    )


def window_scale(name: str, history: NDArray[np.float32]) -> tuple[Values, Values]:
    """What each window is scaled by, of its own history alone.

    As Kim et al. (2022), Reversible instance normalization, but where a history hardly varies:
    nothing is divided by less than NARROW.

    Args:
        name: as in `fit_scale`.
        history: (W, T, K) the targets up to the origin, scaled by series.

    Returns:
        Offset and divisor, (W, 1, K).
    """
    wide = history.astype(np.float64)
    if name == "standard":
        offset, divisor = wide.mean(axis=1), wide.std(axis=1)
    elif name == "min_max":
        offset, divisor = wide.min(axis=1), np.ptp(wide, axis=1)
    else:
        first, offset, third = np.quantile(wide, (0.25, 0.5, 0.75), axis=1)
        divisor = third - first
    return offset[:, None], np.maximum(divisor, NARROW)[:, None]
