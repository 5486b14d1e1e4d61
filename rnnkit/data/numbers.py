"""Columns of a table -> a matrix of finite numbers or of ids, or the number of each value.

Numbers stay float64, which a scale needs: seven digits of 4,075,580.123 m say nothing of how it
moved. What they lead to must be finite in float32, which the model reads.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.sequences import Indices, Sequences
from rnnkit.data.tables.doubts import looked_at
from rnnkit.data.tables.engine import identifier, text
from rnnkit.data.tables.table import Table
from rnnkit.errors import DataError
from rnnkit.words import brief, counted

MAX_ID = 2**31 - 1
_LISTS = 10_000  # that are read at once


def read_matrix(table: Table, columns: Sequence[str], *, ids: bool) -> NDArray[Any]:
    """The columns side by side, (rows, columns), float64 or for ids int32.

    Raises:
        DataError: text, missing, infinite or, for ids, negative or fractional values.
    """
    matrix: NDArray[Any] = np.empty((table.rows, len(columns)), np.int32 if ids else np.float64)
    start = 0
    for piece in matrix_pieces(table, columns, ids=ids, into=None if ids else matrix):
        if ids:
            matrix[start : start + len(piece)] = piece
        start += len(piece)
    return matrix


def matrix_pieces(
    table: Table, columns: Sequence[str], *, ids: bool, into: NDArray[np.float64] | None = None
) -> Iterator[NDArray[Any]]:
    """What `read_matrix` gives, some rows at a time; numbers go `into` an array of all rows."""
    for start, numbers in table.numbers(columns) if ids else looked_at(table, columns, into):
        if ids:
            yield _ids(table, columns, numbers, start)
        else:
            _check_finite(table, columns, numbers, start)
            yield numbers


def read_numbers(table: Table, columns: Sequence[str]) -> NDArray[np.float64]:
    """The columns side by side, (rows, columns) in float64; a field without a value is NaN.

    Raises:
        DataError: text, or infinite values.
    """
    matrix = np.empty((table.rows, len(columns)))
    for _ in number_pieces(table, columns, matrix):
        pass
    return matrix


def number_pieces(
    table: Table, columns: Sequence[str], into: NDArray[np.float64] | None = None
) -> Iterator[tuple[int, NDArray[np.float64]]]:
    """What `read_numbers` gives, some rows at a time with the number of the first."""
    for start, piece in looked_at(table, columns, into):
        if (wrong := np.isinf(piece)).any():
            row, column = np.unravel_index(int(np.argmax(wrong)), wrong.shape)
            place = table.place(start + int(row))
            name = columns[int(column)]
            raise DataError(
                f"{place}, column '{name}': the value is infinite: state it in data.format.missing "
                "where it stands for no value, or leave such rows out with data.query: SELECT * "
                f"FROM source WHERE {identifier(name)} BETWEEN -3e38 AND 3e38"
            )
        yield start, piece


def list_pieces(
    table: Table, column: str, *, features_per_step: int, ids: bool
) -> Iterator[Sequences]:
    """A sequence a field: `[1, 2, 3]`, or `[[1, 2], [3, 4]]` with the features of a step inside.

    Args:
        table: the rows, one an example.
        column: where the lists stand; they may differ in length.
        features_per_step: so many numbers of a flat list are one time step.
        ids: the numbers are ids.

    Raises:
        DataError: a field that is no list of finite numbers, or steps of unequal size.
    """
    for start in range(0, table.rows, _LISTS):
        fields = table.fields(column, start, _LISTS)
        for row, field in enumerate(fields, start):
            if not isinstance(field, list) or not field:
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
                f"{table.where}: column '{column}': expected lists of numbers, or lists of time "
                "steps with as many numbers each"
            )
        if values.ndim == 1:
            if (uneven := lengths % features_per_step != 0).any():
                row = int(np.argmax(uneven))
                raise DataError(
                    f"{table.place(start + row)}, column '{column}': {lengths[row]} numbers cannot "
                    "be divided into steps of data.features_per_step "
                    f"(={features_per_step})"
                )
            lengths = lengths // features_per_step
            values = values.reshape(-1, features_per_step)
        checked = _checked(table, column, values, lengths, start, ids=ids)
        yield Sequences.of_lengths(checked, lengths)


def read_times(table: Table, column: str) -> NDArray[Any]:
    """What the rows are sorted by, (rows,): numbers, or else dates.

    Raises:
        DataError: a value that is neither, or is missing.
    """
    found = table.times(column)
    if (wrong := np.ma.getmaskarray(found)).any():
        raise no_time(table, column, int(np.argmax(wrong)), numbers=found.dtype.kind != "M")
    return np.asarray(found)


def no_time(table: Table, column: str, row: int, *, numbers: bool) -> DataError:
    """Why rows cannot be sorted by a column, that of a row among them; or by its numbers."""
    value = table.written(row, column)
    wanted = "a number" if numbers else "a date as in 2020-12-31 or 2020-12-31T23:59:59"
    what = "no value" if value in (None, "") else f"'{value}' is not {wanted}"
    if value and not numbers:
        what += (
            f"; of another form, as %d/%m/%Y, data.query makes one: {dates_of(column, '%d/%m/%Y')}"
        )
    return DataError(f"{table.place(row)}, column '{column}': {what}")


def dates_of(column: str, form: str) -> str:
    """The query that makes dates of a column of texts, written in a form of strptime's."""
    name = identifier(column)
    return f"SELECT * REPLACE (strptime({name}, {text(form)}) AS {name}) FROM source"


def factorize(table: Table, column: str, *, hint: str = "") -> tuple[Indices, list[Any], Indices]:
    """Number the values of a column by first appearance.

    Args:
        table: the rows.
        column: its name.
        hint: what a message on missing values ends with.

    Returns:
        Each row's number, (rows,); the values by number; and the first row of each.

    Raises:
        DataError: missing or empty values, counted; lists, objects or bytes.
    """
    refuse_lacking(table, column, hint=hint)
    return table.codes(column)


def refuse_lacking(table: Table, column: str, *, hint: str = "") -> None:
    """Raise a DataError where a row has no value; the arguments are those of `factorize`."""
    count, row = table.lacking(column)
    if row is not None:
        raise DataError(
            f"{table.place(row)}, column '{column}': no value ({counted(count, 'such row')}){hint}"
        )


def _checked(
    table: Table,
    column: str,
    values: NDArray[Any],
    lengths: NDArray[np.intp],
    start: int,
    *,
    ids: bool,
) -> NDArray[Any]:
    with np.errstate(over="ignore", invalid="ignore"):
        numbers: NDArray[Any] = values.astype(np.int64 if ids else np.float64)
        wrong = (numbers < 0) | (numbers > MAX_ID) if ids else ~np.isfinite(np.float32(numbers))
    if ids and values.dtype.kind == "f":
        wrong |= True
    if wrong.any():
        step, feature = np.unravel_index(int(np.argmax(wrong)), wrong.shape)
        row = start + int(np.searchsorted(np.cumsum(lengths), step, side="right"))
        expected = "ids are integers from 0" if ids else "features must be finite float32 numbers"
        raise DataError(
            f"{table.place(row)}, column '{column}': {values[step, feature]}: {expected}"
        )
    return numbers.astype(np.int32) if ids else numbers


def _ids(
    table: Table, columns: Sequence[str], numbers: NDArray[np.float64], start: int
) -> NDArray[np.int32]:
    wrong = ~((numbers >= 0) & (numbers <= MAX_ID) & (numbers == np.trunc(numbers)))
    if wrong.any():
        row, index = np.unravel_index(int(np.argmax(wrong)), wrong.shape)
        column = columns[int(index)]
        written = table.written(start + int(row), column)
        if isinstance(written, float) and written.is_integer():
            written = int(written)
        shown = "no value" if written in (None, "") else brief(written)
        raise DataError(
            f"{table.place(start + int(row))}, column '{column}': {shown}: ids are integers from 0"
        )
    return numbers.astype(np.int32)


def _check_finite(
    table: Table, columns: Sequence[str], numbers: NDArray[np.float64], start: int
) -> None:
    with np.errstate(over="ignore"):  # what overflows is found as infinite
        wrong = ~np.isfinite(numbers.astype(np.float32))
    if not wrong.any():
        return
    row, index = np.unravel_index(int(np.argmax(wrong)), wrong.shape)
    values, rows = int(wrong.sum()), int(wrong.any(axis=1).sum())
    number = numbers[row, index]
    what = "no value" if np.isnan(number) else f"{number} is not a finite float32 number"
    name = columns[int(index)]
    some = "IS NOT NULL" if np.isnan(number) else "BETWEEN -3e38 AND 3e38"
    raise DataError(
        f"{table.place(start + int(row))}, column '{name}': {what} "
        f"({counted(values, 'such field')} in {counted(rows, 'row')}): fill them, or leave such "
        f"rows out with data.query: SELECT * FROM source WHERE {identifier(name)} {some}; "
        "sequences of unequal length that stand in a row each go into a long table, data.id"
    )
