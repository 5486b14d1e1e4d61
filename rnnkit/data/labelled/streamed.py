"""A table larger than RAM -> Examples whose values lie in the cache, read a piece at a time.

pandas takes 0.4 s to import: import this module only where a table is read.
"""

from __future__ import annotations

import dataclasses
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rnnkit.data import cache
from rnnkit.data.columns import named_columns, require_columns
from rnnkit.data.disk import DiskArray, DiskFile
from rnnkit.data.frames import format_of
from rnnkit.data.frames.table import Table, read_pieces, rows_at_once, table_extent
from rnnkit.data.labelled.categories import factorize
from rnnkit.data.labelled.columns import KEYS, choose_columns
from rnnkit.data.labelled.examples import Examples, Label, Labels
from rnnkit.data.labelled.preprocessing import Columns
from rnnkit.data.labelled.section import LabelledData
from rnnkit.data.labelled.tables import Rows, by_part, read_examples, text_columns
from rnnkit.data.sequences import Sequences
from rnnkit.errors import DataError

_WIDTH = 4  # bytes of a number or an id
_VALUES, _REST = "values.bin", "examples.json"


def read_parts(
    path: Path, data: LabelledData, place: cache.Place | None, *, ids: bool, sha256: str
) -> tuple[dict[str, Examples], Columns]:
    """What `tables.read_parts` gives, its values on disk.

    A long table must have the rows of an example together; within one they are sorted by time.

    Raises:
        DataError: as there; an example's rows lie apart; there is nowhere to convert the table.
        RunError: the disk is too small.
    """

    def fill(folder: Path, written: Callable[[int], None]) -> None:
        progress, gathered = cache.Progress(folder), Gathered(path, data, ids=ids)
        if saved := progress.load():
            gathered.restore(saved)
        with (folder / _VALUES).open("r+b" if saved else "wb") as file:
            file.seek(gathered.bytes)
            file.truncate()
            written(gathered.bytes)
            for values in gathered.add_all():
                file.write(values.tobytes())
                written(values.nbytes)
                if progress.due:
                    progress.save(gathered.as_dict(), file)
        cache.write_checked(folder / _REST, gathered.as_dict())

    def read(folder: Path) -> tuple[Gathered, DiskArray]:
        return _read(folder, path, data, ids=ids, whole=True)

    key = _key(data, ids=ids, sha256=sha256)
    size = _WIDTH * table_extent(path).values
    gathered, values = cache.converted(place, key, fill, read, size=size, what=str(path))
    return gathered.parts(values), gathered.columns


def outline(
    path: Path,
    data: LabelledData,
    place: cache.Place | None,
    *,
    ids: bool,
    sha256: Callable[[], str],
) -> dict[str, Examples]:
    """The examples with their lengths and labels; of their values there is only the largest.

    `sha256` is called, and the table not read, where there may be a conversion of it.
    """
    if found := cache.existing(
        place,
        lambda: _key(data, ids=ids, sha256=sha256()),
        lambda folder: _read(folder, path, data, ids=ids, whole=ids),  # ids are read in any case
    ):
        gathered, values = found
        return gathered.parts(values)
    gathered = Gathered(path, data, ids=ids)
    largest = [int(values.max()) if ids else 0 for values in gathered.add_all()]
    return gathered.parts(np.full((1, gathered.features), max(largest)))


def _key(data: LabelledData, *, ids: bool, sha256: str) -> dict[str, Any]:
    options = data.model_dump(include={"label", "features", "features_per_step", "id", "time"})
    return {"sha256": sha256, "ids": ids, "split": data.split.column, **options}


def _read(
    folder: Path, path: Path, data: LabelledData, *, ids: bool, whole: bool
) -> tuple[Gathered, DiskArray]:
    """What a conversion holds; `whole`: once its checksum was compared."""
    gathered = Gathered(path, data, ids=ids)
    gathered.restore(cache.read_checked(folder / _REST))
    file = DiskFile(folder / _VALUES)
    if file.size != gathered.bytes:
        raise DataError(f"{folder}: damaged")
    shape = (gathered.steps, gathered.features)
    dtype = np.dtype(np.int32 if ids else np.float32)
    values = DiskArray(file, 0, shape, dtype, dtype, str(path), (0, gathered.crc))
    for _ in values.pieces() if whole else ():
        pass
    return gathered, values


class Gathered:
    """Everything of a table's examples but their values, gathered a piece at a time."""

    columns: Columns

    def __init__(self, path: Path, data: LabelledData, *, ids: bool) -> None:
        self._path = path
        self._data = data
        self._ids = ids
        self._lengths: list[NDArray[np.intp]] = []
        self._names: list[str] = []
        self._labels, self._split = Collected(path), Collected(path)
        self.rows = 0  # of the table
        self.features = 0  # a time step
        self.bytes = 0  # of the values
        self.crc = 0

    @property
    def steps(self) -> int:
        """Time steps of all examples together."""
        return sum(int(lengths.sum()) for lengths in self._lengths)

    def add_all(self) -> Iterator[NDArray[Any]]:
        """What is left of the table: the values of one piece after the other, (S, F)."""
        pieces = read_pieces(
            self._path,
            text=text_columns(self._data),
            rows=rows_at_once(self._path),
            start=self.rows,
        )
        for table in whole_examples(
            map(self._checked, pieces), self._data.id, seen=set(self._names)
        ):
            yield self._add(table)
        if not self._lengths:
            raise DataError(f"{self._path} has no rows of data")

    def _checked(self, table: Table) -> Table:
        """A piece that has the columns; the first one decides which."""
        if table.start == 0:
            self.columns = choose_columns(table, self._data)
        wanted = [*named_columns(self._data, *KEYS), *named_columns(self.columns, "features")]
        where = f"{table.path} from row {table.start + 1:,} on"
        require_columns(where, table.frame.columns, dict.fromkeys(wanted))
        return table

    def _add(self, table: Table) -> NDArray[Any]:
        data, columns = self._data, self.columns
        rows = Rows(table, columns.id)
        found = read_examples(rows, columns, ids=self._ids, labelled=True)
        values = np.ascontiguousarray(found.sequences.values)
        if self.features not in (0, values.shape[1]):
            raise DataError(f"{table.place(0)}: other steps than in the rows before")
        self._labels.add(found.labels)
        if data.split.column is not None:
            self._split.add(rows.labels(data.split.column))
        self._lengths.append(found.sequences.lengths)
        self._names += [] if rows.names is None else rows.names.tolist()
        self.rows += len(table.frame)
        self.features = values.shape[1]
        self.bytes += values.nbytes
        self.crc = zlib.crc32(values.tobytes(), self.crc)
        return values

    def parts(self, values: Any) -> dict[str, Examples]:
        """All examples, once the table is at its end; `values` (S, F)."""
        names = None if self._data.id is None else np.array(self._names, object)
        sequences = Sequences.of_lengths(values, np.concatenate(self._lengths))
        examples = Examples(sequences, self._labels.all(), names)
        column = self._data.split.column
        if column is None:
            return {"train": examples}
        return by_part(self._split.all(), examples, self._path, column)

    def as_dict(self) -> dict[str, Any]:
        return {
            "columns": dataclasses.asdict(self.columns),
            "rows": self.rows,
            "features": self.features,
            "bytes": self.bytes,
            "crc": self.crc,
            "lengths": np.concatenate(self._lengths).tolist(),
            "names": self._names,
            "labels": self._labels.as_dict(),
            "split": self._split.as_dict(),
        }

    def restore(self, values: dict[str, Any]) -> None:
        """Be as far as the one was whose `as_dict` this is."""
        columns = values["columns"]
        self.columns = Columns(**{**columns, "features": tuple(columns["features"])})
        for name in ("rows", "features", "bytes", "crc"):
            setattr(self, name, values[name])
        self._lengths = [np.array(values["lengths"], np.intp)]
        self._names = values["names"]
        self._labels.restore(values["labels"])
        self._split.restore(values["split"])


def whole_examples(pieces: Iterable[Table], id: str | None, *, seen: set[str]) -> Iterator[Table]:
    """Pieces that no example crosses: the rows of a piece's last example go to the next one.

    Args:
        pieces: of one table, in order.
        id: the column that names the example; None: each row is one.
        seen: the examples of pieces before these; those that follow are added.
    """
    if id is None:
        yield from pieces
        return
    held: Table | None = None
    for piece in pieces:
        table = piece
        if held is not None:
            frame = pd.concat([held.frame, piece.frame], ignore_index=True)
            table = Table(piece.path, frame, held.start)
        example, _ = factorize(table, id)
        others = np.flatnonzero(example != example[-1])
        cut = int(others[-1]) + 1 if len(others) else 0
        if cut:
            yield _unseen(Table(table.path, table.frame.iloc[:cut], table.start), id, seen)
        held = Table(table.path, table.frame.iloc[cut:].reset_index(drop=True), table.start + cut)
    if held is not None:
        yield _unseen(held, id, seen)


def _unseen(table: Table, id: str, seen: set[str]) -> Table:
    found = table.frame[id]
    names = {str(value): value for value in found.unique().tolist()}
    if again := names.keys() & seen:
        row = int(np.argmax(found.isin([names[name] for name in again]).to_numpy(bool)))
        raise DataError(
            f"{table.place(row)}: {id} '{found.iloc[row]}' stood above already: a table that is "
            "too large for the RAM must have the rows of an example together: sort it by "
            f"'{id}'"
        )
    seen.update(names)
    return table


class Collected:
    """The labels of one piece after the other, as one Labels."""

    def __init__(self, path: Path) -> None:
        self.is_text = not format_of(path.suffix).typed  # where `1` is a number if all labels are
        self.codes: list[NDArray[np.intp]] = []
        self.numbers: dict[Label, int] = {}

    def add(self, labels: Labels) -> None:
        numbers = [self.numbers.setdefault(v, len(self.numbers)) for v in labels.values]
        self.codes.append(np.array(numbers, np.intp)[labels.codes])

    def all(self) -> Labels:
        codes, values = np.concatenate(self.codes), list(self.numbers)
        if self.is_text and {type(value) for value in values} == {int, str}:
            distinct = {str(value): None for value in values}
            place = {value: number for number, value in enumerate(distinct)}
            codes = np.array([place[str(value)] for value in values], np.intp)[codes]
            values = list(distinct)
        return Labels(codes, tuple(values))

    def as_dict(self) -> dict[str, Any]:
        codes = np.concatenate(self.codes).tolist() if self.codes else []
        return {"codes": codes, "values": list(self.numbers)}

    def restore(self, values: dict[str, Any]) -> None:
        """Be as far as the one was whose `as_dict` this is."""
        self.codes = [np.array(values["codes"], np.intp)]
        self.numbers = {value: number for number, value in enumerate(values["values"])}
