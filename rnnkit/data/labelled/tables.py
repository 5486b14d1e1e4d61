"""A table -> Examples: wide, a row an example, or long, a row a time step.

What is too large for the RAM is written once, in order, into the cache, from where it is read.
DuckDB takes 0.2 s to import: import this module only where a table is read.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.data import cache
from rnnkit.data.card import TableCard
from rnnkit.data.columns import named_columns, require_columns
from rnnkit.data.labelled.beside import read_beside, told_apart
from rnnkit.data.labelled.columns import choose_columns, without_index
from rnnkit.data.labelled.examples import NOT_READ, Examples, Found, Labels, by_part
from rnnkit.data.labelled.grouped import Grouped
from rnnkit.data.labelled.preprocessing import Columns
from rnnkit.data.labelled.section import ExampleData
from rnnkit.data.labelled.stored import Gathered, found_in, key_of
from rnnkit.data.labelled.texts import column_texts, read_texts
from rnnkit.data.numbers import list_pieces, matrix_pieces, read_matrix, read_numbers, read_times
from rnnkit.data.ram import is_large
from rnnkit.data.sequences import Indices, Sequences, order_of
from rnnkit.data.static import with_categories
from rnnkit.data.store import read_stored, stored
from rnnkit.data.tables.query import open_table
from rnnkit.data.tables.table import Table
from rnnkit.errors import DataError
from rnnkit.words import counted

_WIDTH = 8  # bytes of a number


def read_parts(
    files: Sequence[Path],
    data: ExampleData,
    place: cache.Place | None = None,
    *,
    ids: bool,
    sha256: Callable[[], str] = str,
    outline: bool = False,
) -> Found:
    """Every example of a table, as `train` or in the parts that `data.split.column` says.

    Args:
        files: it stands in them, end to end.
        data: where things stand in it.
        place: where values go that are too large for the RAM.
        ids: the features are ids.
        sha256: gives the files', for the name of what is written.
        outline: of values too large for the RAM only the largest is wanted; nothing is written.

    Raises:
        DataError: columns are missing, or their values do not fit.
        RunError: the disk is too small.
    """

    def key() -> dict[str, Any]:
        return key_of(data, sha256(), ids=ids)

    if before := cache.existing(place, key, read_stored):
        return found_in(before)
    found = open_table(files, data, None if place is None else place.folder)
    columns = choose_columns(found.where, found.names, data)
    text = [columns.group, columns.text, columns.id, columns.time]
    text += columns.static  # numbers or not is asked below
    weighing = [] if data.weighing is None else [data.weighing]
    table = found.read(
        numbers=(*columns.features, *columns.targets, *weighing),
        text=[name for name in text if name],
        labels=[name for name in (columns.label, data.split.column) if name],
    )
    columns = told_apart(without_index(columns, table, data), table)
    rows = Rows(table, columns.id)
    labels = rows.labels(columns.label) if columns.label else Labels.none(len(rows.first))
    targets = rows.targets(columns) if columns.targets else None
    weights = rows.weights(*weighing) if weighing else None
    split = None if data.split.column is None else rows.parts(data.split.column)
    groups = None if columns.group is None else rows.groups(columns.group)
    beside = read_beside(table, columns, rows.first, rows.check_constant)
    known = Examples(NOT_READ, labels, rows.names, groups, weights=weights, beside=beside)
    known = known.with_targets(targets, course=columns.course)
    roles = dict.fromkeys(columns.features, "features") | columns.roles
    roles |= dict.fromkeys(weighing, "sample_weight")
    if data.split.column is not None:
        roles[data.split.column] = "split.column"

    def card() -> TableCard:
        return with_categories(table.card(roles), beside)

    if columns.text is None and is_large(size := _WIDTH * rows.values(columns)):
        gathered = Gathered(known, split, columns, card, table.notes)
        pieces = rows.pieces(columns, ids=ids)
        if outline and (columns.id is not None or not columns.categories):  # whose parts it needs
            return gathered.found(gathered.largest(pieces))
        fill = functools.partial(gathered.fill, pieces=pieces)
        return found_in(stored(place, key(), fill, size=size, what=found.where))
    examples = rows.read(known, columns, data, ids=ids)
    return Found(by_part(examples, split), columns, card(), tuple(table.notes))


def read_new(
    files: Sequence[Path], columns: Columns, data: ExampleData, *, ids: bool, labelled: bool
) -> Examples:
    """The examples of another table with the same columns.

    Raises:
        DataError: columns are missing, or their values do not fit.
    """
    found = open_table(files, data)
    wanted = [*named_columns(columns, "features", "text", "id", "time")]
    beside = (*columns.static, *columns.categories)
    wanted += [(("data", "static"), name) for name in beside]
    wanted += named_columns(data, data.answer) if labelled else []
    require_columns(found.where, found.names, wanted)
    targets = columns.targets if labelled else ()
    table = found.read(
        numbers=(*columns.features, *columns.static, *targets),
        text=[*columns.categories, *(c for c in (columns.id, columns.time, columns.text) if c)],
        labels=[columns.label] if labelled and columns.label else [],
    )
    left_out = tuple(table.notes)
    rows = Rows(table, columns.id)
    labels = Labels.unknown(len(rows.first))
    if labelled and columns.label:
        labels = rows.labels(columns.label)
    beside_each = read_beside(table, columns, rows.first, rows.check_constant)
    known = Examples(NOT_READ, labels, rows.names, beside=beside_each)
    examples = rows.read(known, columns, data, ids=ids)
    read = rows.targets(columns) if targets else None
    examples = examples.with_targets(read, course=columns.course)
    return dataclasses.replace(examples, notes=left_out)


class Rows(Grouped):
    """The rows of a table as examples."""

    def targets(self, columns: Columns) -> NDArray[np.float64]:
        """The numbers to predict, (examples, K); or of each time step as it is read, (S, K).

        Raises:
            DataError: missing or infinite ones; an example with more than one.
        """
        found = read_numbers(self.table, columns.targets)
        if (wrong := np.isnan(found)).any():
            row, column = np.unravel_index(int(np.argmax(wrong)), wrong.shape)
            raise DataError(
                f"{self.table.place(int(row))}, column '{columns.targets[int(column)]}': no value "
                f"({counted(int(wrong.any(axis=1).sum()), 'such row')}): drop the rows that have "
                "no target, as `query: SELECT * FROM source WHERE ... IS NOT NULL` does"
            )
        if columns.course:
            keys = self._disorder(columns)
            return found.take(order_of(keys), axis=0) if keys else found
        hint = "; to predict it row by row, cut windows: data.window"
        for name, numbers in zip(columns.targets, found.T, strict=True):
            values, codes = np.unique(numbers, return_inverse=True)
            self.check_constant(name, codes, values.tolist(), hint)
        return found[self.first]

    def weights(self, column: str) -> NDArray[np.float64]:
        """What each example counts, (examples,), from a column that is constant within it.

        Raises:
            DataError: a negative, missing or infinite one; none above 0.
        """
        [found] = read_numbers(self.table, [column]).T
        if (wrong := ~(found >= 0)).any():
            row = int(np.argmax(wrong))
            what = "no value" if np.isnan(found[row]) else f"{found[row]:g}"
            raise DataError(
                f"{self.table.place(row)}, column '{column}': {what} "
                f"({counted(int(wrong.sum()), 'such row')}): a sample weight is a number from 0"
            )
        if not found.any():
            raise DataError(f"{self.table.where}: column '{column}': every sample weight is 0")
        values, codes = np.unique(found, return_inverse=True)
        self.check_constant(column, codes, values.tolist())
        weights: NDArray[np.float64] = found[self.first]
        return weights

    def read(self, known: Examples, columns: Columns, data: ExampleData, *, ids: bool) -> Examples:
        """Examples with their values, in RAM, or their texts.

        Raises:
            DataError: values that do not fit; an id of several rows, a field without text, or a
                text without a token.
        """
        if (column := columns.text) is None:
            return known.of(self.sequences(columns, ids=ids))
        if self.names is not None and len(self.first) < self.table.rows:
            again = int(np.argmax(self.first[self.example] != np.arange(self.table.rows)))
            raise DataError(
                f"{self.table.place(again)}: {self.id} '{self.names[self.example[again]]}' once "
                "more: a text is a row, so each needs an id of its own"
            )
        written, where = column_texts(self.table, column), self.table.where
        return read_texts(
            written, known, data.splitter,
            lambda row: f"{self.table.place(row)}, column '{column}'", where=where,
        )  # fmt: skip

    def values(self, columns: Columns) -> int:
        """Numbers in all features, about."""
        if columns.id is None and self._lists(columns):
            return self.table.values_in_lists(columns.features[0])
        return self.table.rows * len(columns.features)

    def sequences(self, columns: Columns, *, ids: bool) -> Sequences:
        """The examples' time steps, in RAM."""
        if columns.id is not None:
            matrix = read_matrix(self.table, columns.features, ids=ids)
            _one_id(self.table, matrix, ids=ids)
            if keys := self._disorder(columns):  # quicker here than on the engine
                matrix = matrix.take(order_of(keys), axis=0)
            lengths = np.bincount(self.example).astype(np.intp, copy=False)
            return Sequences.of_lengths(matrix, lengths)
        found = list(self.pieces(columns, ids=ids))
        values = found[0].values if len(found) == 1 else np.concatenate([s.values for s in found])
        return Sequences.of_lengths(values, np.concatenate([s.lengths for s in found]))

    def pieces(self, columns: Columns, *, ids: bool) -> Iterator[Sequences]:
        """The examples' time steps, some at a time; those of a long table in one go at the end."""
        features, per_step = columns.features, columns.features_per_step
        if columns.id is not None:
            lengths = np.bincount(self.example).astype(np.intp)
            none: Indices = np.zeros(0, np.intp)
            keys = self._disorder(columns)
            table = self.table.sorted(keys, features) if keys else self.table
            for matrix in matrix_pieces(table, features, ids=ids):
                yield Sequences(_one_id(self.table, matrix, ids=ids), none, lengths)
                lengths = none
        elif self._lists(columns):
            for found in list_pieces(self.table, features[0], features_per_step=per_step, ids=ids):
                _one_id(self.table, found.values, ids=ids)
                yield found
        else:
            if len(features) % per_step:
                raise DataError(
                    f"{self.table.where}: one feature column cannot hold {per_step} a time step"
                )
            for matrix in matrix_pieces(self.table, features, ids=ids):
                x = matrix.reshape(len(matrix), -1, per_step)
                _one_id(self.table, x[0], ids=ids)
                yield Sequences.of_equal_length(x)

    def _lists(self, columns: Columns) -> bool:
        return len(columns.features) == 1 and self.table.holds_lists(columns.features[0])

    def _disorder(self, columns: Columns) -> list[NDArray[Any]]:
        """What the rows must be sorted by, example and time; nothing where they are in order.

        Equal times, or no time, keep the file's order.
        """
        before, after = self.example[:-1], self.example[1:]
        keys, same = [self.example], before == after
        if columns.time is not None:
            times = read_times(self.table, columns.time)
            keys, same = [self.example, times], same & (times[:-1] <= times[1:])
        return [] if (same | (before < after)).all() else keys


def _one_id(table: Table, values: NDArray[Any], *, ids: bool) -> NDArray[Any]:
    if ids and values.shape[-1] != 1:
        raise DataError(
            f"{table.where}: {values.shape[-1]} features a time step: a model that starts "
            "with an embedding reads one id a step"
        )
    return values
