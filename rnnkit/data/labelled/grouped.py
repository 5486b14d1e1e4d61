"""The rows of a table -> their labels, and the example that each belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.keys import Keys, name_keys
from rnnkit.data.labelled.examples import Labels
from rnnkit.data.labelled.spelling import EXPECTED, meanings, merged
from rnnkit.data.numbers import factorize
from rnnkit.data.sequences import Indices
from rnnkit.data.splits import PARTS
from rnnkit.data.static import refuse_changes
from rnnkit.data.tables.table import Table
from rnnkit.errors import DataError
from rnnkit.words import counted, listed


class Grouped:
    """The rows of a table, and the example that each belongs to.

    Args:
        table: the rows.
        id: the column that names the example; None makes each row one.
    """

    noun: ClassVar[str] = "example"  # what messages call one

    def __init__(self, table: Table, id: str | None) -> None:
        self.table = table
        self.id = id
        self.names: NDArray[np.object_] | None = None
        self.example: Indices = np.arange(table.rows)  # of a row
        self.first: Indices = self.example  # row of an example
        if id is not None:
            self.example, names, self.first = factorize(table, id)  # as they first appear
            self.names = np.array(list(map(str, names)), object)

    def labels(self, column: str) -> Labels:
        """One label for each example, from a column that is constant within it."""
        found = read_labels(self.table, column)
        self.check_constant(column, found.codes, found.values)
        return found.take(self.first)

    def groups(self, column: str) -> Keys:
        """What is equal for the examples of one value, (examples,)."""
        codes, values, _ = factorize(self.table, column)
        self.check_constant(column, codes, values)
        return name_keys(meanings(values, typed=self.table.typed))[codes[self.first]]

    def parts(self, column: str) -> Labels:
        """`train`, `validation` or `test` for each example.

        Raises:
            DataError: another label, or no example for training.
        """
        labels = self.labels(column)
        for code, value in enumerate(labels.values):
            if value not in PARTS:
                place = self.table.place(int(self.first[np.argmax(labels.codes == code)]))
                raise DataError(f"{place}, column '{column}': '{value}' must be {listed(PARTS)}")
        if "train" not in labels.values:
            raise DataError(
                f"{self.table.where}: column '{column}' says 'train' for no {self.noun}"
            )
        return labels

    def check_constant(
        self, column: str, codes: Indices, values: Sequence[Any], hint: str = ""
    ) -> None:
        """Raise a DataError where a column, as numbers of its values, changes in an example."""
        if self.names is not None:
            refuse_changes(
                self.table, column, codes, values, hint,
                key=self.id, names=self.names.tolist(), of=self.example, first=self.first,
                noun=self.noun,
            )  # fmt: skip


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
