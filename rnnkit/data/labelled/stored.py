"""Examples of a table that is too large for the RAM: their values are written into the cache."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.beside import as_json, of_json
from rnnkit.data.card import TableCard
from rnnkit.data.labelled.examples import NOT_READ, Examples, Found, Labels, by_part
from rnnkit.data.labelled.preprocessing import Columns
from rnnkit.data.labelled.section import ExampleData
from rnnkit.data.sequences import Sequences
from rnnkit.data.store import Stored, Writer
from rnnkit.data.tables.query import read_as

_OPTIONS = {  # that the content follows from, beside the source
    "label", "target", "sample_weight", "features", "exclude", "features_per_step", "id", "time",
    "static",
}  # fmt: skip
_NAMES = ("features", "targets", "static", "categories")  # of `Columns`, several names each
_ARRAYS = {"names": object, "groups": np.uint64, "targets": np.float64, "weights": np.float64}


class Gathered:
    """Examples whose values go to disk, while they do.

    Args:
        known: all but their values.
        split: the part of each; None: all train.
        columns: where they stand.
        card: gives that of the table, once all values were read.
        notes: on the table; grows while they are.
    """

    def __init__(
        self,
        known: Examples,
        split: Labels | None,
        columns: Columns,
        card: Callable[[], TableCard],
        notes: list[str],
    ) -> None:
        self.known, self.split, self.columns = known, split, columns
        self.card, self.notes = card, notes
        self.lengths: list[NDArray[np.intp]] = []

    def add(self, pieces: Iterator[Sequences]) -> Iterator[NDArray[Any]]:
        """The values of one piece after the other, (S, F)."""
        for piece in pieces:
            self.lengths.append(piece.lengths)
            yield piece.values

    def largest(self, pieces: Iterator[Sequences]) -> NDArray[Any]:
        """In place of all values, (1, F): the largest."""
        most = [np.full((1, values.shape[1]), values.max()) for values in self.add(pieces)]
        found: NDArray[Any] = np.maximum.reduce(most)
        return found

    def fill(self, writer: Writer, pieces: Iterator[Sequences]) -> dict[str, Any]:
        """Write the values; what else is known, as JSON."""
        for values in self.add(pieces):
            writer.add("values", values)
        return self._as_dict()

    def found(self, values: Any) -> Found:
        """All examples; `values` (S, F)."""
        examples = self.known.of(Sequences.of_lengths(values, np.concatenate(self.lengths)))
        return Found(by_part(examples, self.split), self.columns, self.card(), tuple(self.notes))

    def _as_dict(self) -> dict[str, Any]:
        known = self.known
        arrays = {**vars(known), "targets": known.measured}
        return {
            "columns": dataclasses.asdict(self.columns),
            "labels": _listed(known.labels),
            "split": None if self.split is None else _listed(self.split),
            "card": self.card().model_dump(mode="json"),
            "notes": self.notes,
            "beside": {name: as_json(values) for name, values in known.beside.items()},
            "lengths": np.concatenate(self.lengths).tolist(),
            **{n: None if arrays[n] is None else arrays[n].tolist() for n in _ARRAYS},
        }

    @classmethod
    def of_dict(cls, kept: Mapping[str, Any]) -> Gathered:
        tuples = {key: tuple(kept["columns"][key]) for key in _NAMES}
        columns = Columns(**{**kept["columns"], **tuples})
        arrays: dict[str, Any] = {
            name: None if kept[name] is None else np.array(kept[name], kind)
            for name, kind in _ARRAYS.items()
        }
        targets = arrays.pop("targets")
        beside = {name: of_json(values) for name, values in kept["beside"].items()}
        known = Examples(NOT_READ, _labels(kept["labels"]), beside=beside, **arrays)
        card = TableCard.model_validate_json(json.dumps(kept["card"]))
        split = None if kept["split"] is None else _labels(kept["split"])
        known = known.with_targets(targets, course=columns.course)
        found = cls(known, split, columns, lambda: card, list(kept["notes"]))
        found.lengths = [np.array(kept["lengths"], np.intp)]
        return found


def key_of(data: ExampleData, sha256: str, *, ids: bool) -> dict[str, Any]:
    """What a table's content on disk follows from."""
    options = data.model_dump(mode="json", include=_OPTIONS)
    split = [data.split.column, data.split.group]
    course = {"course": True} if data.course else {}
    return {"sha256": sha256, "ids": ids, "split": split, **course, **options, **read_as(data)}


def found_in(stored: Stored) -> Found:
    """The examples that `Gathered.fill` wrote, their values on disk."""
    return Gathered.of_dict(stored.rest).found(stored.arrays["values"])


def _listed(labels: Labels) -> dict[str, Any]:
    return {"codes": labels.codes.tolist(), "values": labels.values, "notes": labels.notes}


def _labels(kept: dict[str, Any]) -> Labels:
    return Labels(np.array(kept["codes"], np.intp), tuple(kept["values"]), tuple(kept["notes"]))
