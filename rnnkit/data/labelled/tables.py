"""A table -> Examples: wide, a row an example, or long, a row a time step.

pandas takes 0.4 s to import: import this module only where a table is read.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rnnkit.config.classification import ClassificationData
from rnnkit.config.problems import listed
from rnnkit.data.columns import named_columns, require_columns
from rnnkit.data.frames.table import Table, read_table
from rnnkit.data.labelled.categories import factorize, label_values
from rnnkit.data.labelled.columns import choose_columns
from rnnkit.data.labelled.examples import PARTS, Examples, Labels
from rnnkit.data.labelled.preprocessing import Columns
from rnnkit.data.numbers import holds_lists, read_lists, read_matrix, read_times
from rnnkit.data.sequences import Indices, Sequences
from rnnkit.errors import DataError


def read_parts(
    path: Path, data: ClassificationData, *, ids: bool
) -> tuple[dict[str, Examples], Columns]:
    """Every example of a table, as `train` or in the parts that `data.split.column` says.

    Raises:
        DataError: columns are missing, or their values do not fit.
    """
    split = data.split.column
    table = read_table(path, text=text_columns(data))
    columns = choose_columns(table, data)
    rows = Rows(table, columns.id)
    examples = read_examples(rows, columns, ids=ids, labelled=True)
    if split is None:
        return {"train": examples}, columns
    return by_part(rows.labels(split), examples, path, split, rows), columns


def text_columns(data: ClassificationData) -> list[str]:
    """The columns that are text even where they look like numbers."""
    return [c for c in (data.label, data.id, data.split.column) if c is not None]


def read_new(path: Path, columns: Columns, *, ids: bool, labelled: bool) -> Examples:
    """The examples of another table with the same columns.

    Raises:
        DataError: columns are missing, or their values do not fit.
    """
    table = read_table(path, text=[c for c in (columns.label, columns.id) if c is not None])
    keys = ("features", "id", "time", *(["label"] if labelled else []))
    require_columns(path, table.frame.columns, named_columns(columns, *keys))
    return read_examples(Rows(table, columns.id), columns, ids=ids, labelled=labelled)


class Rows:
    """The rows of a table, and the example that each belongs to.

    Args:
        table: the rows.
        id: the column that names the example; None makes each row one.
    """

    def __init__(self, table: Table, id: str | None) -> None:
        self.table = table
        self.id = id
        self.names: NDArray[np.object_] | None = None
        self.example: Indices = np.arange(len(table.frame))  # of a row
        self.first: Indices = self.example  # row of an example
        if id is not None:
            self.example, names = factorize(table, id)  # numbered as they first appear
            self.names = np.array(list(map(str, names)), object)
            self.first = np.flatnonzero(~pd.Series(self.example).duplicated().to_numpy())

    def labels(self, column: str) -> Labels:
        """One label for each example, from a column that is constant within it."""
        codes, values = factorize(self.table, column)
        changed = codes != codes[self.first][self.example]
        if changed.any() and self.names is not None:
            row = int(np.argmax(changed))
            example = self.example[row]
            first = int(self.first[example])
            raise DataError(
                f"{self.table.place(row)}: {self.id} '{self.names[example]}' has {column} "
                f"'{values[codes[row]]}' here, but '{values[codes[first]]}' in "
                f"{self.table.place(first, brief=True)}: an example has one"
            )
        return Labels(codes[self.first], label_values(self.table, column, codes, values))

    def in_order(self, time: str | None) -> Indices:
        """Rows by example and then time; equal times, or no time, keep the file's order."""
        order: Indices = np.arange(len(self.example))
        if time is not None:
            by_time = read_times(self.table, time).argsort(kind="stable").to_numpy()
            order = by_time.astype(np.intp, copy=False)
        return order[np.argsort(self.example[order], kind="stable")]


def read_examples(rows: Rows, columns: Columns, *, ids: bool, labelled: bool) -> Examples:
    table, features, per_step = rows.table, columns.features, columns.features_per_step
    if columns.id is not None:
        matrix = read_matrix(table, features, ids=ids)[rows.in_order(columns.time)]
        sequences = Sequences.of_lengths(
            matrix, np.bincount(rows.example).astype(np.intp, copy=False)
        )
    elif len(features) == 1 and holds_lists(table, features[0]):
        sequences = read_lists(table, features[0], features_per_step=per_step, ids=ids)
    else:
        matrix = read_matrix(table, features, ids=ids)
        if len(features) % per_step:
            raise DataError(f"{table.path}: one feature column cannot hold {per_step} a time step")
        sequences = Sequences.of_equal_length(matrix.reshape(len(matrix), -1, per_step))
    if ids and sequences.values.shape[1] != 1:
        raise DataError(
            f"{table.path}: {sequences.values.shape[1]} features a time step: a model that starts "
            "with an embedding reads one id a step"
        )
    labels = rows.labels(columns.label) if labelled else Labels.unknown(len(rows.first))
    return Examples(sequences, labels, rows.names)


def by_part(
    labels: Labels, examples: Examples, path: Path, column: str, rows: Rows | None = None
) -> dict[str, Examples]:
    """The examples in the parts that they are labelled with.

    Args:
        labels: `train`, `validation` or `test` for each.
        examples: all of them.
        path: the table, for messages.
        column: that the labels come from.
        rows: those that they were read from, for messages that name one.

    Raises:
        DataError: another label, or no example for training.
    """
    for code, value in enumerate(labels.values):
        if value not in PARTS:
            example = np.argmax(labels.codes == code)
            place = path if rows is None else rows.table.place(int(rows.first[example]))
            raise DataError(f"{place}, column '{column}': '{value}' must be {listed(PARTS)}")
    if "train" not in labels.values:
        raise DataError(f"{path}: column '{column}' says 'train' for no example")
    return {
        part: examples.take(np.flatnonzero(labels.codes == labels.values.index(part)))
        for part in PARTS
        if part in labels.values
    }
