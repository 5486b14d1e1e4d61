"""Columns of a table -> a matrix of finite float32 numbers, or of ids.

pandas takes 0.4 s to import: import this module only where a table is read.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api import types

from rnnkit.data.frames.table import Table
from rnnkit.data.sequences import Sequences
from rnnkit.errors import DataError
from rnnkit.words import brief, counted

MAX_ID = 2**31 - 1


def read_matrix(table: Table, columns: Sequence[str], *, ids: bool) -> NDArray[Any]:
    """The columns side by side, (rows, columns), float32 or for ids int32.

    Raises:
        DataError: text, missing, infinite or, for ids, negative or fractional values.
    """
    shape = (len(table.frame), len(columns))
    matrix: NDArray[Any] = np.empty(shape, np.int32 if ids else np.float32)
    for index, name in enumerate(columns):
        column = _numeric(table, name)
        matrix[:, index] = _ids(table, name, column) if ids else _floats(column)
    if not ids:
        _check_finite(table, columns, matrix)
    return matrix


def read_numbers(table: Table, columns: Sequence[str]) -> NDArray[np.float64]:
    """The columns side by side, (rows, columns) in float64; a field without a value is NaN.

    Raises:
        DataError: text, or infinite values.
    """
    matrix = np.empty((len(table.frame), len(columns)))
    for index, name in enumerate(columns):
        matrix[:, index] = _numeric(table, name).to_numpy(np.float64, na_value=np.nan)
        if (wrong := np.isinf(matrix[:, index])).any():
            row = int(np.argmax(wrong))
            raise DataError(f"{table.place(row)}, column '{name}': the value is infinite")
    return matrix


def holds_lists(table: Table, column: str) -> bool:
    """Whether the column's fields are sequences: lists in .jsonl, list columns in .parquet."""
    present = table.frame[column].dropna()
    return (
        bool(types.is_object_dtype(present))
        and len(present) > 0
        and isinstance(present.iloc[0], list | np.ndarray)
    )


def read_lists(table: Table, column: str, *, features_per_step: int, ids: bool) -> Sequences:
    """A sequence a field: `[1, 2, 3]`, or `[[1, 2], [3, 4]]` with the features of a step inside.

    Args:
        table: the rows, one an example.
        column: where the lists stand; they may differ in length.
        features_per_step: so many numbers of a flat list are one time step.
        ids: the numbers are ids.

    Raises:
        DataError: a field that is no list of finite numbers, or steps of unequal size.
    """
    fields = table.frame[column].tolist()
    for row, field in enumerate(fields):
        if not isinstance(field, list | np.ndarray) or len(field) == 0:
            raise DataError(
                f"{table.place(row)}, column '{column}': expected a list of at least one number"
            )
    lengths = np.fromiter(map(len, fields), np.intp, len(fields))
    try:
        values = np.array(list(itertools.chain.from_iterable(fields)))
    except ValueError:
        values = np.array("uneven")
    if values.dtype.kind not in "biuf" or values.ndim > 2:
        raise DataError(
            f"{table.path}: column '{column}': expected lists of numbers, or lists of time steps "
            "with as many numbers each"
        )
    if values.ndim == 1:
        if (uneven := lengths % features_per_step != 0).any():
            row = int(np.argmax(uneven))
            raise DataError(
                f"{table.place(row)}, column '{column}': {lengths[row]} numbers cannot be divided "
                f"into steps of data.features_per_step (={features_per_step})"
            )
        lengths = lengths // features_per_step
        values = values.reshape(-1, features_per_step)
    return Sequences.of_lengths(_checked(table, column, values, lengths, ids=ids), lengths)


def read_times(table: Table, column: str) -> pd.Series[Any]:
    """What the rows are sorted by: numbers, or else dates.

    Raises:
        DataError: a value that is neither, or is missing.
    """
    series = table.single(column)
    times, wanted = series, "a number"
    if not (types.is_numeric_dtype(series) or types.is_datetime64_any_dtype(series)):
        text = series.where(series.isna(), series.astype(str))
        times = pd.to_numeric(text, errors="coerce")
        if times.isna().all():
            times = pd.to_datetime(text, format="ISO8601", utc=True, errors="coerce")
            wanted = "a date as in 2020-12-31 or 2020-12-31T23:59:59"
    if (wrong := times.isna().to_numpy(bool)).any():
        row = int(np.argmax(wrong))
        what = "no value" if pd.isna(series.iloc[row]) else f"'{series.iloc[row]}' is not {wanted}"
        raise DataError(f"{table.place(row)}, column '{column}': {what}")
    return times


def _checked(
    table: Table, column: str, values: NDArray[Any], lengths: NDArray[np.intp], *, ids: bool
) -> NDArray[Any]:
    with np.errstate(over="ignore", invalid="ignore"):
        numbers: NDArray[Any] = values.astype(np.int64 if ids else np.float32)
    wrong = (numbers < 0) | (numbers > MAX_ID) if ids else ~np.isfinite(numbers)
    if ids and values.dtype.kind == "f":
        wrong |= True
    if wrong.any():
        step, feature = np.unravel_index(int(np.argmax(wrong)), wrong.shape)
        row = int(np.searchsorted(np.cumsum(lengths), step, side="right"))
        expected = "ids are integers from 0" if ids else "features must be finite float32 numbers"
        raise DataError(
            f"{table.place(row)}, column '{column}': {values[step, feature]}: {expected}"
        )
    return numbers.astype(np.int32) if ids else numbers


def _numeric(table: Table, name: str) -> pd.Series[Any]:
    """The column as numbers, parsed from text where every field allows it."""
    column = table.frame[name]
    if types.is_numeric_dtype(column):
        return column
    if not (types.is_object_dtype(column) or types.is_string_dtype(column)):
        raise DataError(
            f"{table.path}: column '{name}' holds {column.dtype}, not numbers: name the numeric "
            "columns in data.features"
        )
    try:
        numbers = pd.to_numeric(column, errors="coerce")
    except OverflowError:  # an integer of hundreds of digits
        numbers = pd.to_numeric(column.map(_finite_or_infinite), errors="coerce")
    wrong = (numbers.isna() & column.notna()).to_numpy(bool)
    if wrong.any():
        row = int(np.argmax(wrong))
        raise DataError(
            f"{table.place(row)}, column '{name}': {brief(repr(column.iloc[row]))} is not a "
            "number; if the column is not a feature, name those that are in data.features"
        )
    return numbers


def _finite_or_infinite(value: Any) -> Any:
    """An integer of any length as a float."""
    try:
        return float(value) if isinstance(value, int) else value
    except OverflowError:
        return math.inf


def _floats(column: pd.Series[Any]) -> NDArray[np.float32]:
    with np.errstate(over="ignore"):  # what overflows is found as infinite
        return column.to_numpy(np.float32, na_value=np.nan)


def _ids(table: Table, name: str, column: pd.Series[Any]) -> NDArray[np.int32]:
    wrong = column.isna().to_numpy(bool)
    if not wrong.any():
        numbers = column.to_numpy(np.float64)
        wrong = (numbers < 0) | (numbers > MAX_ID) | (numbers != np.trunc(numbers))
        if not wrong.any() and not types.is_integer_dtype(column):
            wrong[0] = True  # 1.0 and True are no ids either
    if wrong.any():
        row = int(np.argmax(wrong))
        written = table.frame[name].iloc[row]
        raise DataError(f"{table.place(row)}, column '{name}': {written}: ids are integers from 0")
    return column.to_numpy(np.int32)


def _check_finite(table: Table, columns: Sequence[str], matrix: NDArray[Any]) -> None:
    wrong = ~np.isfinite(matrix)
    if not wrong.any():
        return
    row, index = np.unravel_index(int(np.argmax(wrong)), wrong.shape)
    values, rows = int(wrong.sum()), int(wrong.any(axis=1).sum())
    value = table.frame[columns[int(index)]].iloc[int(row)]
    what = "no value" if pd.isna(value) else f"{brief(value)} is not a finite float32 number"
    raise DataError(
        f"{table.place(int(row))}, column '{columns[int(index)]}': {what} "
        f"({counted(values, 'such field')} in {counted(rows, 'row')}): fill "
        "them or drop the rows; sequences of unequal length go into a long table, data.id"
    )
