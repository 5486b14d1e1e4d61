"""Columns that stay the same in every series -> what each series is, and inputs of the model."""

from __future__ import annotations

import functools
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.beside import (
    STATIC,
    Beside,
    BesideInput,
    Categories,
    Kept,
    arrays_of,
    fit_inputs,
    unknown_notes,
)
from rnnkit.data.card import TableCard
from rnnkit.data.series.rows import SeriesRows, Static
from rnnkit.data.series.section import SeriesData
from rnnkit.data.static import read_static, refuse_changes, text_among, with_categories

if TYPE_CHECKING:
    from rnnkit.data.tables.table import Table


def read_each(
    table: Table, series: Sequence[SeriesRows], data: SeriesData, texts: Collection[str] | None
) -> dict[str, Static]:
    """What each series is, by its name.

    Args:
        table: the rows.
        series: all of them.
        data: its static columns are named.
        texts: those that hold names; None: that do not read as numbers.

    Raises:
        ColumnError: a category cannot be an input, because of its name.
        DataError: missing values; text where numbers were; a column that changes in a series.
    """
    if not data.static:
        return {}
    found = text_among(table, data.static) if texts is None else texts
    numbers, categories = (
        tuple(name for name in data.static if (name in found) == text) for text in (False, True)
    )
    names = [one.name for one in series]
    of = np.empty(table.rows, np.intp)
    for number, one in enumerate(series):
        of[one.numbers] = number
    first = np.array([one.numbers.min() for one in series])
    check = functools.partial(
        refuse_changes, table, key=data.series, names=names, of=of, first=first, noun="series"
    )
    columns: dict[str, list[Any]] = {}
    for name, values in read_static(table, numbers, categories, first, check).items():
        if isinstance(values, Categories):
            columns[name] = [values.values[code] for code in values.codes.tolist()]
        else:
            columns |= zip(numbers, values.T.tolist(), strict=True)
    rows = zip(*columns.values(), strict=True)
    return {n: dict(zip(columns, row, strict=True)) for n, row in zip(names, rows, strict=True)}


def fit_static(training: Sequence[Static], scale: str) -> dict[str, BesideInput]:
    """What is learnt of the series that train: scales, and which categories there are."""
    if not training:
        return {}
    return fit_inputs(_beside(training), {STATIC: _numbers(training[0])}, scale)


def static_arrays(every: Sequence[Static], kept: Kept) -> dict[str, NDArray[Any]]:
    """What the model reads of S series, (S, n) by the input's name."""
    return arrays_of(_beside(every), kept) if kept else {}


def static_notes(every: Sequence[Static], kept: Kept) -> tuple[str, ...]:
    """A sentence for each column with categories that no training series has."""
    return tuple(unknown_notes(_beside(every), kept, "series")) if kept else ()


def card_with(card: TableCard, static: Mapping[str, Static]) -> TableCard:
    """The card, with the values of categories."""
    return with_categories(card, _beside(list(static.values()))) if static else card


def columns_with(data: SeriesData, kept: Kept) -> SeriesData:
    """The section with the static columns that a run found."""
    return data.model_copy(update={"static": [c for one in kept.values() for c in one.columns]})


def texts_of(kept: Kept) -> set[str]:
    """The static columns that hold names."""
    return {name for name, one in kept.items() if one.known is not None}


def _numbers(static: Static) -> tuple[str, ...]:
    return tuple(name for name, value in static.items() if not isinstance(value, str))


def _beside(every: Sequence[Static]) -> Beside:
    """The same of S series, by input."""
    numbers = _numbers(every[0])
    found: dict[str, Any] = {}
    if numbers:
        found[STATIC] = np.array([[one[name] for name in numbers] for one in every], np.float64)
    for name in every[0]:
        if name not in numbers:
            own = [str(one[name]) for one in every]
            values = sorted(set(own))
            place = {value: number for number, value in enumerate(values)}
            found[name] = Categories(np.array([place[value] for value in own]), tuple(values))
    return found
