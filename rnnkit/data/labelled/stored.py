"""Examples of a table that is too large for the RAM: their values are written into the cache."""

from __future__ import annotations

import dataclasses
import json
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from rnnkit.data import cache
from rnnkit.data.card import TableCard
from rnnkit.data.disk import DiskArray, DiskFile
from rnnkit.data.keys import Keys
from rnnkit.data.labelled.examples import PARTS, Examples, Labels
from rnnkit.data.labelled.preprocessing import Columns
from rnnkit.data.labelled.section import ExampleData
from rnnkit.data.sequences import Sequences
from rnnkit.errors import DataError

_VALUES, _REST = "values.bin", "examples.json"
E = TypeVar("E", bound=Examples)

_OPTIONS = {  # that the content follows from, beside the source
    "label", "target", "sample_weight", "features", "exclude", "features_per_step", "id", "time",
    "format", "query",
}  # fmt: skip


@dataclasses.dataclass(frozen=True, eq=False)
class Found:
    """What a table holds: the examples of each part."""

    parts: dict[str, Examples]
    columns: Columns
    card: TableCard
    notes: tuple[str, ...] = ()


def by_part(examples: E, split: Labels | None) -> dict[str, E]:
    """The examples in the parts that they are labelled with; without labels all train."""
    if split is None:
        return {"train": examples}
    return {
        part: examples.take(np.flatnonzero(split.codes == split.values.index(part)))
        for part in PARTS
        if part in split.values
    }


class Gathered:
    """Examples whose values go to disk, while they do."""

    def __init__(
        self,
        columns: Columns,
        labels: Labels,
        split: Labels | None,
        names: NDArray[np.object_] | None,
        groups: Keys | None,
        card: Callable[[], TableCard],
        notes: list[str],
        targets: NDArray[np.float64] | None = None,
        weights: NDArray[np.float64] | None = None,
    ) -> None:
        self.columns = columns
        self.labels = labels
        self.split = split
        self.names = names
        self.card = card  # once all values were read
        self.groups = groups
        self.notes = notes
        self.targets = targets
        self.weights = weights
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

    def largest(self, pieces: Iterator[Sequences]) -> NDArray[Any]:
        """In place of all values, (1, F): the largest."""
        most = [values.max() for values in self.add(pieces)]
        return np.full((1, self.features), max(most))

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
        examples = Examples(sequences, self.labels, self.names, self.groups, weights=self.weights)
        examples = examples.with_targets(self.targets, course=self.columns.course)
        return Found(by_part(examples, self.split), self.columns, self.card(), tuple(self.notes))

    def _as_dict(self) -> dict[str, Any]:
        return {
            "columns": dataclasses.asdict(self.columns),
            "labels": _listed(self.labels),
            "split": None if self.split is None else _listed(self.split),
            "names": None if self.names is None else self.names.tolist(),
            "card": self.card().model_dump(mode="json"),
            "groups": None if self.groups is None else self.groups.tolist(),
            "notes": self.notes,
            "targets": None if self.targets is None else self.targets.tolist(),
            "weights": None if self.weights is None else self.weights.tolist(),
            "lengths": np.concatenate(self.lengths).tolist(),
            "features": self.features,
            "crc": self.crc,
        }

    @classmethod
    def of_dict(cls, kept: dict[str, Any]) -> Gathered:
        tuples = {key: tuple(kept["columns"][key]) for key in ("features", "targets")}
        columns = Columns(**{**kept["columns"], **tuples})
        split = None if kept["split"] is None else _labels(kept["split"])
        names = None if kept["names"] is None else np.array(kept["names"], object)
        groups = None if kept["groups"] is None else np.array(kept["groups"], np.uint64)
        card = TableCard.model_validate_json(json.dumps(kept["card"]))
        labels, notes = _labels(kept["labels"]), list(kept["notes"])
        targets = None if kept["targets"] is None else np.array(kept["targets"], np.float64)
        weights = None if kept["weights"] is None else np.array(kept["weights"], np.float64)
        found = cls(columns, labels, split, names, groups, lambda: card, notes, targets, weights)
        found.lengths = [np.array(kept["lengths"], np.intp)]
        found.features, found.crc = kept["features"], kept["crc"]
        return found


class Stored:
    """What was written into the cache for a table and the options it was read with."""

    def __init__(self, data: ExampleData, *, ids: bool) -> None:
        self._data = data
        self._ids = ids

    def key(self, sha256: str) -> dict[str, Any]:
        """What the content follows from."""
        options = self._data.model_dump(mode="json", include=_OPTIONS)
        split = [self._data.split.column, self._data.split.group]
        course = {"course": True} if self._data.course else {}
        return {"sha256": sha256, "ids": self._ids, "split": split, **course, **options}

    def read(self, folder: Path) -> Found:
        """The examples, their values on disk, once their checksum was compared."""
        gathered = Gathered.of_dict(cache.read_checked(folder / _REST))
        dtype = np.dtype(np.int32 if self._ids else np.float64)
        steps = sum(int(lengths.sum()) for lengths in gathered.lengths)
        shape = (steps, gathered.features)
        file = DiskFile(folder / _VALUES)
        if file.size != dtype.itemsize * steps * gathered.features:
            raise DataError(f"{folder}: damaged")
        values = DiskArray(file, 0, shape, dtype, dtype, str(folder), (0, gathered.crc))
        for _ in values.pieces():
            pass
        return gathered.found(values)


def _listed(labels: Labels) -> dict[str, Any]:
    return {"codes": labels.codes.tolist(), "values": labels.values, "notes": labels.notes}


def _labels(kept: dict[str, Any]) -> Labels:
    return Labels(np.array(kept["codes"], np.intp), tuple(kept["values"]), tuple(kept["notes"]))
