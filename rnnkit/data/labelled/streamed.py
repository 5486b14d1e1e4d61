"""A table larger than memory -> Examples whose values lie in the cache, read a piece at a time.

pandas takes 0.4 s to import: import this module only where a table is read.
"""

from __future__ import annotations

import dataclasses
import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rnnkit.config.classification import ClassificationData
from rnnkit.data import cache
from rnnkit.data.disk import DiskArray, DiskFile
from rnnkit.data.frames.table import Table, read_pieces, rows_at_once, table_size
from rnnkit.data.labelled.columns import choose_columns, require_column
from rnnkit.data.labelled.examples import Examples, Label, Labels
from rnnkit.data.labelled.preprocessing import Columns
from rnnkit.data.labelled.tables import Rows, by_part, read_examples, text_columns
from rnnkit.data.sequences import Sequences
from rnnkit.errors import DataError

_VALUES, _REST = "values.bin", "examples.json"

Keep = Callable[[NDArray[Any]], None]


def read_parts(
    path: Path, data: ClassificationData, *, ids: bool, sha256: str
) -> tuple[dict[str, Examples], Columns]:
    """What `tables.read_parts` gives, its values on disk.

    A long table must have the rows of an example together; within one they are sorted by time.

    Raises:
        DataError: as there; an example's rows lie apart; there is nowhere to convert the table.
        RunError: the disk is too small.
    """
    options = data.model_dump(include={"label", "features", "features_per_step", "id", "time"})
    key = {"sha256": sha256, "ids": ids, "split": data.split.column, **options}

    def fill(folder: Path, written: Callable[[int], None]) -> None:
        crc, size = 0, 0
        with (folder / _VALUES).open("wb") as file:

            def keep(values: NDArray[Any]) -> None:
                nonlocal crc, size
                content = values.tobytes()
                crc, size = zlib.crc32(content, crc), size + len(content)
                file.write(content)
                written(len(content))

            gathered = _gather(path, data, ids=ids, keep=keep)
        rest = {**gathered.as_dict(), "crc": crc, "bytes": size}
        (folder / _REST).write_text(json.dumps(rest), encoding="utf-8")

    # a number takes a character and a comma in a file, and at most 4 bytes here
    folder = cache.converted(key, fill, size=table_size(path), what=str(path))
    rest = json.loads((folder / _REST).read_text(encoding="utf-8"))
    gathered = Gathered.from_dict(rest)
    file = DiskFile(folder / _VALUES)
    if file.size != rest["bytes"]:
        raise DataError(f"{folder}: damaged: delete this folder, it is written again")
    shape = (int(gathered.lengths.sum()), gathered.features)
    dtype = np.dtype(np.int32 if ids else np.float32)
    values = DiskArray(file, 0, shape, dtype, dtype, str(path), (0, rest["crc"]))
    for _ in values.pieces():  # compares the checksum
        pass
    return gathered.parts(path, data.split.column, values), gathered.columns


def outline(path: Path, data: ClassificationData, *, ids: bool) -> dict[str, Examples]:
    """The examples with their lengths and labels; of their values there is only the largest."""
    largest = 0

    def keep(values: NDArray[Any]) -> None:
        nonlocal largest
        largest = max(largest, int(values.max())) if ids else 0

    gathered = _gather(path, data, ids=ids, keep=keep)
    return gathered.parts(path, data.split.column, np.full((1, gathered.features), largest))


@dataclasses.dataclass(frozen=True, eq=False)
class Gathered:
    """Everything of a table's examples but their values."""

    columns: Columns
    features: int  # a time step
    lengths: NDArray[np.intp]  # (N,)
    labels: Labels
    split: Labels | None  # which part each belongs to
    names: list[str] | None

    def parts(self, path: Path, column: str | None, values: Any) -> dict[str, Examples]:
        names = None if self.names is None else np.array(self.names, object)
        sequences = Sequences.of_lengths(values, self.lengths)
        examples = Examples(sequences, self.labels, names)
        if self.split is None or column is None:
            return {"train": examples}
        return by_part(self.split, examples, path, column)

    def as_dict(self) -> dict[str, Any]:
        split = self.split and (self.split.codes.tolist(), self.split.values)
        return {
            "columns": self.columns.model_dump(),
            "features": self.features,
            "lengths": self.lengths.tolist(),
            "labels": (self.labels.codes.tolist(), self.labels.values),
            "split": split,
            "names": self.names,
        }

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Gathered:
        labels, split = (
            found and Labels(np.array(found[0], np.intp), tuple(found[1]))
            for found in (values["labels"], values["split"])
        )
        columns = values["columns"]
        columns["features"] = tuple(columns["features"])
        lengths = np.array(values["lengths"], np.intp)
        return cls(Columns(**columns), values["features"], lengths, labels, split, values["names"])


def _gather(path: Path, data: ClassificationData, *, ids: bool, keep: Keep) -> Gathered:
    """Go through the table once; `keep` gets each piece's values, (S, F)."""
    columns: Columns | None = None
    lengths: list[NDArray[np.intp]] = []
    names: list[str] = []
    features = 0
    labels, split = _Collected(path), _Collected(path)
    pieces = read_pieces(path, text=text_columns(data), rows=rows_at_once(path))
    for table in _whole_examples(pieces, data.id):
        columns = columns or choose_columns(table, data)
        used = (*columns.features, columns.label, columns.id, columns.time, data.split.column)
        for name in filter(None, used):
            require_column(table, name, "in every row")
        rows = Rows(table, columns.id)
        found = read_examples(rows, columns, ids=ids, labelled=True)
        values = found.sequences.values
        if features not in (0, values.shape[1]):
            raise DataError(f"{table.place(0)}: other steps than in the rows before")
        features = values.shape[1]
        keep(np.ascontiguousarray(values))
        lengths.append(found.sequences.lengths)
        names += [] if rows.names is None else rows.names.tolist()
        labels.add(found.labels)
        if data.split.column is not None:
            split.add(rows.labels(data.split.column))
    if columns is None:
        raise DataError(f"{path} has no rows of data")
    return Gathered(
        columns=columns,
        features=features,
        lengths=np.concatenate(lengths),
        labels=labels.all(),
        split=None if data.split.column is None else split.all(),
        names=names if data.id is not None else None,
    )


def _whole_examples(pieces: Iterable[Table], id: str | None) -> Iterator[Table]:
    """Pieces that no example crosses: the rows of a piece's last example go to the next one."""
    if id is None:
        yield from pieces
        return
    held: Table | None = None
    seen: set[Any] = set()
    for piece in pieces:
        require_column(piece, id, "(data.id)")
        table = piece
        if held is not None:
            frame = pd.concat([held.frame, piece.frame], ignore_index=True)
            table = Table(piece.path, frame, held.start)
        examples = table.frame[id]
        others = np.flatnonzero((examples != examples.iloc[-1]).to_numpy(bool))
        cut = int(others[-1]) + 1 if len(others) else 0
        if cut:
            yield _unseen(Table(table.path, table.frame.iloc[:cut], table.start), id, seen)
        held = Table(table.path, table.frame.iloc[cut:].reset_index(drop=True), table.start + cut)
    if held is not None:
        yield _unseen(held, id, seen)


def _unseen(table: Table, id: str, seen: set[Any]) -> Table:
    found = table.frame[id]
    again = found.isin(seen).to_numpy(bool)
    if again.any():
        row = int(np.argmax(again))
        raise DataError(
            f"{table.place(row)}: {id} '{found.iloc[row]}' stood above already: a table that is "
            "too large for the memory must have the rows of an example together: sort it by "
            f"'{id}'"
        )
    seen.update(found.unique().tolist())
    return table


class _Collected:
    """The labels of one piece after the other, as one Labels."""

    def __init__(self, path: Path) -> None:
        self.is_text = path.suffix.lower() == ".csv"  # where `1` is a number if all labels are
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
