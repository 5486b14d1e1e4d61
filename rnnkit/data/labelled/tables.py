"""A table -> Examples: wide, a row an example, or long, a row a time step.

What is too large for the RAM is written once, in order, into the cache, from where it is read.
DuckDB takes 0.2 s to import: import this module only where a table is read.
"""

from __future__ import annotations

import dataclasses
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.data import cache
from rnnkit.data.columns import named_columns, require_columns
from rnnkit.data.disk import DiskArray, DiskFile
from rnnkit.data.labelled.categories import factorize, label_values
from rnnkit.data.labelled.columns import choose_columns
from rnnkit.data.labelled.examples import PARTS, Examples, Labels
from rnnkit.data.labelled.preprocessing import Columns
from rnnkit.data.labelled.section import LabelledData
from rnnkit.data.numbers import list_pieces, matrix_pieces, read_matrix, read_times
from rnnkit.data.ram import is_large
from rnnkit.data.sequences import Indices, Sequences
from rnnkit.data.tables.query import open_table
from rnnkit.data.tables.table import Table
from rnnkit.errors import DataError
from rnnkit.words import listed

_WIDTH = 4  # bytes of a number or an id
_VALUES, _REST = "values.bin", "examples.json"


@dataclasses.dataclass(frozen=True, eq=False)
class Found:
    """What a table holds."""

    parts: dict[str, Examples]
    columns: Columns
    notes: tuple[str, ...] = ()


def read_parts(
    files: Sequence[Path],
    data: LabelledData,
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
    stored = _Stored(data, ids=ids)
    if before := cache.existing(place, lambda: stored.key(sha256()), stored.read):
        return before
    found = open_table(files, data, None if place is None else place.folder)
    columns = choose_columns(found.where, found.names, data)
    table = found.read(numbers=columns.features, text=_text_columns(data))
    rows = Rows(table, columns.id)
    labels = rows.labels(columns.label)
    split = None if data.split.column is None else rows.labels(data.split.column)
    if is_large(_WIDTH * rows.values(columns)):
        gathered = _Gathered(columns, labels, split, rows.names, table.notes)
        pieces = rows.pieces(columns, ids=ids)
        if outline:
            return gathered.found(_largest(gathered.add(pieces)))
        fill = lambda folder, written: gathered.write(folder, pieces, written)  # noqa: E731
        size = _WIDTH * rows.values(columns)
        return cache.converted(
            place, stored.key(sha256()), fill, stored.read, size=size, what=found.where
        )
    examples = Examples(rows.sequences(columns, ids=ids), labels, rows.names)
    if split is None:
        return Found({"train": examples}, columns, table.notes)
    return Found(
        by_part(split, examples, found.where, data.split.column or "", rows), columns, table.notes
    )


def read_new(
    files: Sequence[Path], columns: Columns, data: LabelledData, *, ids: bool, labelled: bool
) -> Examples:
    """The examples of another table with the same columns.

    Raises:
        DataError: columns are missing, or their values do not fit.
    """
    found = open_table(files, data)
    keys = ("features", "id", "time", *(["label"] if labelled else []))
    require_columns(found.where, found.names, named_columns(columns, *keys))
    text = [columns.label if labelled else None, columns.id, columns.time]
    table = found.read(numbers=columns.features, text=[name for name in text if name is not None])
    rows = Rows(table, columns.id)
    labels = rows.labels(columns.label) if labelled else Labels.unknown(len(rows.first))
    return Examples(rows.sequences(columns, ids=ids), labels, rows.names)


def _text_columns(data: LabelledData) -> list[str]:
    """The columns that are text even where they look like numbers."""
    return [c for c in (data.label, data.id, data.time, data.split.column) if c is not None]


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
        self.example: Indices = np.arange(table.rows)  # of a row
        self.first: Indices = self.example  # row of an example
        if id is not None:
            self.example, names, self.first = factorize(table, id)  # as they first appear
            self.names = np.array(list(map(str, names)), object)

    def labels(self, column: str) -> Labels:
        """One label for each example, from a column that is constant within it."""
        codes, values, _ = factorize(self.table, column)
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
                matrix = matrix[np.lexsort(keys[::-1])]
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
                    f"{self.table.path}: one feature column cannot hold {per_step} a time step"
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
        keys: list[NDArray[Any]] = [self.example]
        step = np.diff(self.example)
        ordered = bool((step >= 0).all())
        if columns.time is not None:
            times = read_times(self.table, columns.time)
            ordered &= not ((step == 0) & (times[1:] < times[:-1])).any()
            keys.append(times)
        return [] if ordered else keys


def _one_id(table: Table, values: NDArray[Any], *, ids: bool) -> NDArray[Any]:
    if ids and values.shape[-1] != 1:
        raise DataError(
            f"{table.path}: {values.shape[-1]} features a time step: a model that starts "
            "with an embedding reads one id a step"
        )
    return values


def by_part(
    labels: Labels, examples: Examples, where: str, column: str, rows: Rows | None = None
) -> dict[str, Examples]:
    """The examples in the parts that they are labelled with.

    Args:
        labels: `train`, `validation` or `test` for each.
        examples: all of them.
        where: what messages call the table.
        column: that the labels come from.
        rows: those that they were read from, for messages that name one.

    Raises:
        DataError: another label, or no example for training.
    """
    for code, value in enumerate(labels.values):
        if value not in PARTS:
            example = np.argmax(labels.codes == code)
            place = where if rows is None else rows.table.place(int(rows.first[example]))
            raise DataError(f"{place}, column '{column}': '{value}' must be {listed(PARTS)}")
    if "train" not in labels.values:
        raise DataError(f"{where}: column '{column}' says 'train' for no example")
    return {
        part: examples.take(np.flatnonzero(labels.codes == labels.values.index(part)))
        for part in PARTS
        if part in labels.values
    }


class _Gathered:
    """Examples whose values go to disk, while they do."""

    def __init__(
        self,
        columns: Columns,
        labels: Labels,
        split: Labels | None,
        names: NDArray[np.object_] | None,
        notes: tuple[str, ...],
    ) -> None:
        self.columns = columns
        self.labels = labels
        self.split = split
        self.names = names
        self.notes = notes
        self.lengths: list[NDArray[np.intp]] = []
        self.features = 0  # a time step
        self.crc = 0  # of the values

    def add(self, pieces: Iterator[Sequences]) -> Iterator[NDArray[Any]]:
        """The values of one piece after the other, (S, F)."""
        for piece in pieces:
            self.lengths.append(piece.lengths)
            self.features = int(piece.values.shape[-1])
            self.crc = zlib.crc32(np.ascontiguousarray(piece.values).data, self.crc)
            yield piece.values

    def write(
        self, folder: Path, pieces: Iterator[Sequences], written: Callable[[int], None]
    ) -> None:
        """Fill a folder of the cache, from the beginning."""
        with (folder / _VALUES).open("wb") as file:
            for values in self.add(pieces):
                file.write(np.ascontiguousarray(values).data)
                written(values.nbytes)
        cache.write_checked(folder / _REST, self._as_dict())

    def found(self, values: Any) -> Found:
        """All examples; `values` (S, F)."""
        sequences = Sequences.of_lengths(values, np.concatenate(self.lengths))
        examples = Examples(sequences, self.labels, self.names)
        parts = {"train": examples}
        if self.split is not None:
            parts = by_part(self.split, examples, "the table", "split.column")
        return Found(parts, self.columns, self.notes)

    def _as_dict(self) -> dict[str, Any]:
        return {
            "columns": dataclasses.asdict(self.columns),
            "labels": _listed(self.labels),
            "split": None if self.split is None else _listed(self.split),
            "names": None if self.names is None else self.names.tolist(),
            "notes": self.notes,
            "lengths": np.concatenate(self.lengths).tolist(),
            "features": self.features,
            "crc": self.crc,
        }

    @classmethod
    def of_dict(cls, kept: dict[str, Any]) -> _Gathered:
        columns = Columns(**{**kept["columns"], "features": tuple(kept["columns"]["features"])})
        split = None if kept["split"] is None else _labels(kept["split"])
        names = None if kept["names"] is None else np.array(kept["names"], object)
        found = cls(columns, _labels(kept["labels"]), split, names, tuple(kept["notes"]))
        found.lengths = [np.array(kept["lengths"], np.intp)]
        found.features, found.crc = kept["features"], kept["crc"]
        return found


class _Stored:
    """What was written into the cache for a table and the options it was read with."""

    def __init__(self, data: LabelledData, *, ids: bool) -> None:
        self._data = data
        self._ids = ids

    def key(self, sha256: str) -> dict[str, Any]:
        """What the content follows from."""
        chosen = {
            "label",
            "features",
            "exclude",
            "features_per_step",
            "id",
            "time",
            "format",
            "query",
        }
        options = self._data.model_dump(mode="json", include=chosen)
        return {"sha256": sha256, "ids": self._ids, "split": self._data.split.column, **options}

    def read(self, folder: Path) -> Found:
        """The examples, their values on disk, once their checksum was compared."""
        gathered = _Gathered.of_dict(cache.read_checked(folder / _REST))
        dtype = np.dtype(np.int32 if self._ids else np.float32)
        steps = sum(int(lengths.sum()) for lengths in gathered.lengths)
        shape = (steps, gathered.features)
        file = DiskFile(folder / _VALUES)
        if file.size != dtype.itemsize * steps * gathered.features:
            raise DataError(f"{folder}: damaged")
        values = DiskArray(file, 0, shape, dtype, dtype, str(folder), (0, gathered.crc))
        for _ in values.pieces():
            pass
        return gathered.found(values)


def _largest(pieces: Iterator[NDArray[Any]]) -> NDArray[Any]:
    """In place of all values, (1, F): the largest."""
    largest = [(values.shape[-1], values.max()) for values in pieces]
    return np.full((1, largest[0][0]), max(value for _, value in largest))


def _listed(labels: Labels) -> dict[str, Any]:
    return {"codes": labels.codes.tolist(), "values": labels.values}


def _labels(kept: dict[str, Any]) -> Labels:
    return Labels(np.array(kept["codes"], np.intp), tuple(kept["values"]))
