"""A column of a table -> the number of each row's value."""

from __future__ import annotations

from typing import Any

import numpy as np

from rnnkit.data.sequences import Indices
from rnnkit.data.tables.table import Table
from rnnkit.errors import DataError
from rnnkit.words import counted


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
    codes, values, first = table.codes(column)
    missing = codes < 0
    if "" in values:
        missing |= codes == values.index("")
    if missing.any():
        raise DataError(
            f"{table.place(int(np.argmax(missing)))}, column '{column}': no value "
            f"({counted(int(missing.sum()), 'such row')}){hint}"
        )
    return codes, values, first
