"""Columns of categories in series: codes as they were read -> ids that the training rows know."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np

from rnnkit.config.stack import InputFacts
from rnnkit.data.beside import UNKNOWN, Categories, unknown_note
from rnnkit.data.numbers import read_numbers
from rnnkit.data.series.quantities import Values
from rnnkit.data.series.rows import Rows, SeriesRows
from rnnkit.data.series.section import SeriesData
from rnnkit.data.tables.table import Table

Known = Mapping[str, tuple[str, ...]]  # of each column the categories with ids 1, 2, ...


def read_values(
    table: Table, columns: Sequence[str], data: SeriesData
) -> tuple[Values, dict[str, tuple[str, ...]]]:
    """Columns side by side, (rows, columns), NaN without a value; and what codes stand for.

    Raises:
        DataError: a field of a column that holds no categories is no number.
    """
    numeric = [name for name in columns if name not in data.categorical]
    found = dict(zip(numeric, read_numbers(table, numeric).T, strict=True)) if numeric else {}
    values = {}
    for name in columns:
        if name in data.categorical:
            codes, named, _ = table.codes(name)
            found[name] = np.where(codes < 0, np.nan, codes)
            values[name] = tuple(map(str, named))
    return np.stack([found[name] for name in columns], axis=1), values


def learn(rows: Rows, ends: Mapping[str, int], data: SeriesData) -> dict[str, tuple[str, ...]]:
    """The categories that the first rows of each series have, sorted, by column.

    Args:
        rows: as they were read.
        ends: how many rows of each series train.
        data: says which columns hold categories.
    """
    found = {}
    for name, place in _places(data).items():
        codes = [one.values[: ends.get(one.name, 0), place] for one in rows.series]
        seen = np.unique(np.concatenate(codes)).astype(np.intp)
        found[name] = tuple(sorted(rows.categories[name][code] for code in seen.tolist()))
    return found


def translated(rows: Rows, known: Known, data: SeriesData) -> Rows:
    """The same rows with ids; how many of them have a category that is unknown is noted."""
    if not rows.categories:
        return rows
    tables = {
        name: np.array([_id(value, known[name]) for value in rows.categories[name]], np.float64)
        for name in data.categorical
    }
    places, first = _places(data), len(data.targets) + len(data.features)
    ahead = {name: place - first for name, place in places.items() if place >= first}
    notes = list[str]()
    for name, place in places.items():
        codes = np.concatenate([one.values[:, place] for one in rows.series]).astype(np.intp)
        there = Categories(codes, rows.categories[name])
        notes += unknown_note(name, there, known[name], "row")
    return dataclasses.replace(
        rows,
        series=tuple(_with_ids(one, tables, places) for one in rows.series),
        future=tuple(_with_ids(one, tables, ahead) for one in rows.future),
        categories={},
        notes=(*rows.notes, *notes),
    )


def id_facts(known: Known, steps: int) -> dict[str, InputFacts]:
    """The inputs beside the numbers, (T,) ids each."""
    return {
        name: InputFacts((steps,), integer=True, vocabulary=len(values) + 1)
        for name, values in known.items()
    }


def _places(data: SeriesData) -> dict[str, int]:
    """Where the columns stand among the K + F."""
    columns = (*data.targets, *data.others)
    return {name: columns.index(name) for name in data.categorical}


def _id(value: str, known: Sequence[str]) -> int:
    return known.index(value) + 1 if value in known else UNKNOWN


def _with_ids(
    one: SeriesRows, tables: Mapping[str, Values], places: Mapping[str, int]
) -> SeriesRows:
    values = one.values.copy()
    for name, place in places.items():
        there = np.isfinite(values[:, place])
        values[there, place] = tables[name][values[there, place].astype(np.intp)]
    return dataclasses.replace(one, values=values)
