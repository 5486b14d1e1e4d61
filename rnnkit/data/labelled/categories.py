"""A column of a table -> each row's value as a number, or its label."""

from __future__ import annotations

from typing import Any

import numpy as np

from rnnkit.data.labelled.examples import Labels
from rnnkit.data.labelled.spelling import EXPECTED, meanings, merged
from rnnkit.data.sequences import Indices
from rnnkit.data.tables.table import Table
from rnnkit.errors import DataError
from rnnkit.words import counted


def factorize(table: Table, column: str) -> tuple[Indices, list[Any], Indices]:
    """Number the values of a column by first appearance.

    Returns:
        Each row's number, (rows,); the values by number; and the first row of each.

    Raises:
        DataError: missing or empty values, counted; lists, objects or bytes.
    """
    codes, values, first = table.codes(column)
    missing = codes < 0
    if "" in values:
        missing |= codes == values.index("")
    if missing.any():
        raise DataError(
            f"{table.place(int(np.argmax(missing)))}, column '{column}': no value "
            f"({counted(int(missing.sum()), 'such row')})"
        )
    return codes, values, first


def read_labels(table: Table, column: str) -> Labels:
    """The label of each row.

    Raises:
        DataError: fractions, dates or other values; as `factorize`.
    """
    codes, values, first = factorize(table, column)
    if padded := table.padded(column):
        table.notes.append(
            f"column '{column}': {counted(padded, 'label')} read without the blanks around it"
        )
    meant = meanings(values, typed=table.typed)
    if "" in meant:
        row = int(first[meant.index("")])
        raise DataError(f"{table.place(row)}, column '{column}': no value but white space")
    if None in meant:
        wrong = meant.index(None)
        raise DataError(
            f"{table.place(int(first[wrong]))}, column '{column}': {values[wrong]}: {EXPECTED}"
        )
    return merged(codes, values, meant, where=f"column '{column}'")
