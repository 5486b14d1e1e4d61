"""Examples of a table that is too large for the RAM: their values are written into the cache."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.beside import Beside, as_json, of_json
from rnnkit.data.card import TableCard
from rnnkit.data.keys import Keys
from rnnkit.data.labelled.examples import PARTS, Examples, Labels
from rnnkit.data.labelled.preprocessing import Columns
from rnnkit.data.labelled.section import ExampleData
from rnnkit.data.sequences import Sequences
from rnnkit.data.store import Stored, Writer

E = TypeVar("E", bound=Examples)

_OPTIONS = {  # that the content follows from, beside the source
    "label", "target", "sample_weight", "features", "exclude", "features_per_step", "id", "time",
    "static", "format", "query",
}  # fmt: skip
_NAMES = ("features", "targets", "static", "categories")  # of `Columns`, several names each


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
        beside: Beside | None = None,
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
        self.beside = beside or {}
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
        sequences = Sequences.of_lengths(values, np.concatenate(self.lengths))
        examples = Examples(
            sequences,
            self.labels,
            self.names,
            self.groups,
            weights=self.weights,
            beside=self.beside,
        )
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
            "beside": {name: as_json(values) for name, values in self.beside.items()},
            "lengths": np.concatenate(self.lengths).tolist(),
        }

    @classmethod
    def of_dict(cls, kept: Mapping[str, Any]) -> Gathered:
        tuples = {key: tuple(kept["columns"][key]) for key in _NAMES}
        columns = Columns(**{**kept["columns"], **tuples})
        split = None if kept["split"] is None else _labels(kept["split"])
        names = None if kept["names"] is None else np.array(kept["names"], object)
        groups = None if kept["groups"] is None else np.array(kept["groups"], np.uint64)
        card = TableCard.model_validate_json(json.dumps(kept["card"]))
        labels, notes = _labels(kept["labels"]), list(kept["notes"])
        targets = None if kept["targets"] is None else np.array(kept["targets"], np.float64)
        weights = None if kept["weights"] is None else np.array(kept["weights"], np.float64)
        beside = {name: of_json(values) for name, values in kept["beside"].items()}
        found = cls(
            columns, labels, split, names, groups, lambda: card, notes, targets, weights, beside
        )
        found.lengths = [np.array(kept["lengths"], np.intp)]
        return found


def key_of(data: ExampleData, sha256: str, *, ids: bool) -> dict[str, Any]:
    """What a table's content on disk follows from."""
    options = data.model_dump(mode="json", include=_OPTIONS)
    split = [data.split.column, data.split.group]
    course = {"course": True} if data.course else {}
    return {"sha256": sha256, "ids": ids, "split": split, **course, **options}


def found_in(stored: Stored) -> Found:
    """The examples that `Gathered.fill` wrote, their values on disk."""
    return Gathered.of_dict(stored.rest).found(stored.arrays["values"])


def _listed(labels: Labels) -> dict[str, Any]:
    return {"codes": labels.codes.tolist(), "values": labels.values, "notes": labels.notes}


def _labels(kept: dict[str, Any]) -> Labels:
    return Labels(np.array(kept["codes"], np.intp), tuple(kept["values"]), tuple(kept["notes"]))
