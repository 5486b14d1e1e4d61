"""A table with a step a row -> Rows.

DuckDB takes 0.2 s to import: import this module only where a table is read.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.data import cache
from rnnkit.data.card import TableCard
from rnnkit.data.columns import choose_features, named_columns, require_columns
from rnnkit.data.labelled.columns import without_numbering
from rnnkit.data.labelled.examples import Labels
from rnnkit.data.labelled.grouped import Grouped, read_labels
from rnnkit.data.numbers import factorize, matrix_pieces, read_matrix, read_times
from rnnkit.data.ram import is_large
from rnnkit.data.sequences import Indices, order_of
from rnnkit.data.store import Writer, stored
from rnnkit.data.tables.query import open_table, read_as
from rnnkit.data.tables.table import Range, Table
from rnnkit.data.tagged.preprocessing import Columns
from rnnkit.data.tagged.rows import Rows, Tokens
from rnnkit.data.tagged.section import TaggedData
from rnnkit.errors import DataError
from rnnkit.problems import KeyPath

_WIDTH = 8  # bytes of a number
_FEATURES = "features"  # the array in the cache
_INPUT = re.compile(r"(?!(input|characters|features)$)[A-Za-z]\w*", re.ASCII)


@dataclasses.dataclass(frozen=True, eq=False)
class Found:
    """What a table holds."""

    rows: Rows
    columns: Columns
    card: TableCard
    notes: tuple[str, ...]


def read_parts(
    files: Sequence[Path],
    data: TaggedData,
    place: cache.Place | None = None,
    *,
    sha256: Callable[[], str] = str,
    outline: bool = False,
) -> Found:
    """All rows of a table, with their tags.

    Args:
        files: it stands in them, end to end.
        data: where things stand in it.
        place: where features go that are too large for the RAM.
        sha256: gives the files', for the name of what is written.
        outline: of features too large for the RAM only the number is wanted.

    Raises:
        DataError: columns are missing, or their values do not fit.
        RunError: the disk is too small.
    """
    found = open_table(files, data, None if place is None else place.folder)
    columns = choose_columns(found.where, found.names, data)
    others = {"split.column": data.split.column, "split.group": data.split.group}
    text = (*columns.tokens, columns.sequence, columns.time, *others.values())
    labels = [name for name in (columns.tag, data.split.column) if name]
    table = found.read(
        numbers=columns.features, text={name for name in text if name}, labels=labels
    )
    features = columns.features
    if features:
        features = without_numbering(features, table, named=data.features is not None)
    columns = dataclasses.replace(columns, features=features)
    reader = _Reader(table, columns, counted=data.sequence is None)

    def key() -> dict[str, Any]:
        return {"sha256": sha256(), **read_as(data)}

    rows = dataclasses.replace(
        reader.rows(tagged=True),
        names=reader.names if data.sequence else None,
        features=reader.features(place, key, outline=outline) if features else None,
        groups=reader.groups(data.split.group) if data.split.group else None,
        part=reader.parts(data.split.column) if data.split.column else None,
    )
    roles = columns.roles | {column: role for role, column in others.items() if column is not None}
    return Found(rows, columns, table.card(roles), tuple(table.notes))


def read_new(files: Sequence[Path], columns: Columns, data: TaggedData, *, tagged: bool) -> Rows:
    """The rows of another table with the same columns.

    Raises:
        DataError: columns are missing, or their values do not fit.
    """
    found = open_table(files, data)
    one_each = [columns.sequence, columns.time, columns.tag if tagged else None]
    keys: list[tuple[KeyPath, str]] = [
        (("data", columns.roles.get(name, "tag")), name)
        for name in (*columns.tokens, *columns.features, *one_each)
        if name is not None
    ]
    require_columns(found.where, found.names, keys)
    text = {name for name in (*columns.tokens, *one_each) if name}
    labels = [columns.tag] if tagged else []
    table = found.read(numbers=columns.features, text=text, labels=labels)
    notes = tuple(table.notes)
    reader = _Reader(table, columns, counted=data.sequence is None)
    features = reader.matrix() if columns.features else None
    rows = reader.rows(tagged=tagged)
    return dataclasses.replace(rows, names=reader.names, features=features, notes=notes)


def choose_columns(where: str, names: Sequence[str], data: TaggedData) -> Columns:
    """Find the token, feature, tag and sequence columns.

    Raises:
        ColumnError: columns are not there or not named.
    """
    tokens, sequence = tuple(data.token or ()), data.sequence_column
    others = (*tokens, data.tag, sequence, data.time, data.split.column, data.split.group)
    features, wrong = list[str](), list[tuple[KeyPath, str]]()
    if data.features is not None or not tokens:
        features, wrong = choose_features(names, data, others)
    for key, there in (("tag", data.tag), ("sequence", sequence)):
        if there is None:
            what = "the tag" if key == "tag" else "what tells the sequences apart"
            wrong.append((("data", key), f"{where}: name the column with {what} in data.{key}"))
    keys = ("token", "tag", "sequence", "time", "split.column", "split.group", "features")
    require_columns(where, names, named_columns(data, *keys, "exclude"), wrong=wrong)
    if not tokens and not features:
        raise DataError(f"{where}: no column is left for the features: name one in data.token")
    if unfit := [name for name in tokens[1:] if not _INPUT.fullmatch(name)]:
        raise DataError(
            f"{where}: column '{unfit[0]}' of data.token becomes an input of that name: use "
            "letters, digits and _, and none of input, characters, features"
        )
    if among := {data.tag, sequence} & {*tokens, *features}:
        raise DataError(
            f"{where}: '{among.pop()}' is data.tag or data.sequence and among the inputs: the "
            "model would read the answer"
        )
    return Columns(
        tokens=tokens,
        features=tuple(features),
        tag=data.tag or "",
        sequence=sequence or "",
        time=data.time,
        group=data.split.group,
    )


class _Reader(Grouped):
    """The rows of a table, and the sequence that each belongs to.

    Args:
        table: the rows.
        columns: those that are read.
        counted: each file counts its sequences anew, so that two can have one number.
    """

    noun = "sequence"

    def __init__(self, table: Table, columns: Columns, *, counted: bool) -> None:
        super().__init__(table, columns.sequence)
        self._columns = columns
        if counted:
            self.first = np.flatnonzero(np.diff(self.example, prepend=-1))
            sizes = np.diff(self.first, append=table.rows)
            self.example = np.repeat(np.arange(len(self.first)), sizes)
            self.names = np.arange(1, len(self.first) + 1).astype(str).astype(object)
        self._sort_by: list[NDArray[Any]] = [self.example]
        if columns.time is not None:
            self._sort_by.append(read_times(table, columns.time))
        self._order: Indices = order_of(self._sort_by)

    def rows(self, *, tagged: bool) -> Rows:
        """All but what only some tables have."""
        tags = Labels.unknown(self.table.rows)
        if tagged:
            tags = read_labels(self.table, self._columns.tag).take(self._order)
        return Rows(
            lengths=np.bincount(self.example).astype(np.intp),
            tokens={name: self._tokens(name) for name in self._columns.tokens},
            features=None,
            tags=tags,
            order=self._order,
        )

    def matrix(self) -> NDArray[np.float64]:
        """The features of all rows, (S, F), in RAM."""
        found = read_matrix(self.table, self._columns.features, ids=False)
        return found.take(self._order, axis=0)

    def features(
        self, place: cache.Place | None, key: Callable[[], dict[str, Any]], *, outline: bool = False
    ) -> Any:
        """(S, F) float64, in RAM, or on disk under what `key` gives."""
        names = self._columns.features
        shape = (self.table.rows, len(names))
        if not is_large(size := _WIDTH * shape[0] * shape[1]):
            return self.matrix()
        if outline:
            return np.broadcast_to(0.0, shape)
        where = [self._columns.sequence, self._columns.time]
        content = {**key(), "columns": [*names, *where]}
        found = stored(place, content, self._fill, size=size, what=self.table.where)
        ranges = {name: Range(*numbers) for name, numbers in found.rest["ranges"].items()}
        self.table.ranges.update(ranges)
        self.table.notes.extend(n for n in found.rest["notes"] if n not in self.table.notes)
        return found.arrays[_FEATURES]

    def _fill(self, writer: Writer) -> dict[str, Any]:
        """Write the features; what else was learnt from them, which is kept beside them."""
        known = len(self.table.notes)
        for piece in self._pieces():
            writer.add(_FEATURES, piece)
        return {"ranges": self.table.ranges, "notes": self.table.notes[known:]}

    def _tokens(self, column: str) -> Tokens:
        codes, values, _ = factorize(self.table, column)
        return Tokens(codes[self._order], tuple(map(str, values)))

    def _pieces(self) -> Iterator[NDArray[np.float64]]:
        names = self._columns.features
        return matrix_pieces(self.table.sorted(self._sort_by, names), names, ids=False)
