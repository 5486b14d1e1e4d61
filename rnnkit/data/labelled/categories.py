"""A column of a table -> each row's label."""

from __future__ import annotations

from rnnkit.data.categories import factorize
from rnnkit.data.labelled.examples import Labels
from rnnkit.data.labelled.spelling import EXPECTED, meanings, merged
from rnnkit.data.tables.table import Table
from rnnkit.errors import DataError
from rnnkit.words import counted


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
