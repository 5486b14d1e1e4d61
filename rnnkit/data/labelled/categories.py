"""A column of a table -> each row's value as a number, or the Labels of its examples."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from rnnkit.data.labelled.examples import Label
from rnnkit.data.sequences import Indices
from rnnkit.data.tables.table import Table
from rnnkit.errors import DataError
from rnnkit.words import counted

INTEGER = re.compile(r"0|-?[1-9][0-9]{0,17}")  # `007` is text
FRACTION = re.compile(r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=e))(e[-+]?[0-9]+)?", re.I)


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


def label_values(table: Table, column: str, codes: Indices, values: list[Any]) -> tuple[Label, ...]:
    """What `factorize` found, as labels: integers or text, true and false as text.

    A file without types has text alone: there labels are integers when all are written like one.

    Raises:
        DataError: floats, dates or other values.
    """
    kinds = {type(value) for value in values}
    wrong = next((value for value in values if type(value) not in (int, str)), None)
    if kinds == {bool}:
        return tuple(str(value).lower() for value in values)
    if kinds == {str} and not table.typed:
        fractions = [value for value in values if FRACTION.fullmatch(value)]
        integers = [value for value in values if INTEGER.fullmatch(value)]
        if len(integers) == len(values):
            return tuple(map(int, values))
        if fractions and len(fractions) + len(integers) == len(values):
            wrong = fractions[0]
    if wrong is None:
        return tuple(values)
    row = int(np.argmax(codes == values.index(wrong)))
    raise DataError(f"{table.place(row)}, column '{column}': {wrong}: labels are integers or text")
