"""The body of a request -> rows in a file, as `rnnkit predict --data` takes one.

Only text comes in, CSV or JSON: what unpacks to more than its own size is not taken, nor is a path.
"""

from __future__ import annotations

import abc
import dataclasses
import json
from collections.abc import Collection, Hashable, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from rnnkit.server.limits import Limits, Refused
from rnnkit.words import listed

NAME = "body"  # of the file, as messages name it
TEXTS = {
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "text/plain": ".txt",
    "application/x-ndjson": ".jsonl",
}
JSON = "application/json"
_EXPECTED = 'expected a list of objects, one a row, or {"x": [...]} where a run reads arrays'


@dataclasses.dataclass(frozen=True)
class Posted(abc.ABC):
    """Rows that came in."""

    @abc.abstractmethod
    def __len__(self) -> int:
        """Rows, or lines at most."""

    @abc.abstractmethod
    def kind(self, numbers: Collection[str]) -> Hashable | None:
        """What others must share to be read with it as one table; None: it must be read alone.

        Args:
            numbers: columns in which 1 and 1.5 are of one kind.
        """

    @abc.abstractmethod
    def write(self, folder: Path, others: Sequence[Self] = ()) -> Path:
        """A file of these rows, and of others of the same kind after them."""


@dataclasses.dataclass(frozen=True)
class Text(Posted):
    """Lines, as they came."""

    content: bytes
    suffix: str

    def __len__(self) -> int:
        lines = sum(1 for line in self.content.split(b"\n") if line.strip())
        return max(0, lines - (self.suffix in (".csv", ".tsv")))

    def kind(self, numbers: Collection[str]) -> Hashable | None:
        return None  # how a field is read may depend on what stands in other rows

    def write(self, folder: Path, others: Sequence[Self] = ()) -> Path:
        path = folder / f"{NAME}{self.suffix}"
        path.write_bytes(self.content)
        return path


@dataclasses.dataclass(frozen=True)
class Objects(Posted):
    """JSON: an object a row."""

    rows: Sequence[dict[str, Any]]

    def __len__(self) -> int:
        return len(self.rows)

    def kind(self, numbers: Collection[str]) -> Hashable | None:
        kinds = {
            tuple(sorted((name, _kind(value, name in numbers)) for name, value in row.items()))
            for row in self.rows
        }
        if len(kinds) != 1 or any(kind == "other" for _, kind in min(kinds)):
            return None
        return min(kinds)

    def write(self, folder: Path, others: Sequence[Self] = ()) -> Path:
        path = folder / f"{NAME}.jsonl"
        every = (row for one in (self, *others) for row in one.rows)
        path.write_text("".join(f"{json.dumps(row)}\n" for row in every), encoding="utf-8")
        return path


@dataclasses.dataclass(frozen=True)
class Arrays(Posted):
    """JSON: `x`, (N, T, F) numbers or (N, T) ids."""

    x: NDArray[Any]

    def __len__(self) -> int:
        return len(self.x)

    def kind(self, numbers: Collection[str]) -> Hashable | None:
        return (self.x.shape[1:], self.x.dtype.kind)

    def write(self, folder: Path, others: Sequence[Self] = ()) -> Path:
        path = folder / f"{NAME}.npz"
        np.savez(path, x=np.concatenate([self.x, *(one.x for one in others)]))
        return path


def read_posted(content_type: str, body: bytes, limits: Limits) -> Posted:
    """What a body holds.

    Raises:
        Refused: it is of another type, no JSON, empty, or has too many rows.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if kind == JSON:
        found = _read_json(body)
    elif kind in TEXTS:
        found = Text(body, TEXTS[kind])
    else:
        what = f"'{kind}'" if kind else "none"
        raise Refused(415, f"the Content-Type is {what}: expected {listed([JSON, *TEXTS])}")
    if not body.strip() or not len(found):
        raise Refused(422, "the body has no rows")
    if len(found) > limits.rows:
        raise Refused(
            413, f"{len(found):,} rows: at most {limits.rows:,} a request (--max-rows): send fewer"
        )
    return found


def parse_json(body: bytes) -> Any:
    """What JSON says, strictly.

    Raises:
        Refused: it is none, names a key twice, or is nested too deep.
    """
    try:
        return json.loads(body, object_pairs_hook=_unique, parse_constant=_no_number)
    except RecursionError:
        raise Refused(400, "the body is nested too deep") from None
    except ValueError as error:  # bytes that are no UTF-8 too
        raise Refused(400, f"the body is not JSON: {error}") from None


def _read_json(body: bytes) -> Posted:
    found = parse_json(body)
    if isinstance(found, dict) and set(found) == {"x"}:
        return Arrays(_array(found["x"]))
    rows = [found] if isinstance(found, dict) else found
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Refused(400, f"the body: {_EXPECTED}")
    return Objects(rows)


def _array(values: Any) -> NDArray[Any]:
    try:
        found = np.asarray(values)
    except (ValueError, OverflowError):
        raise Refused(422, "x: its lists are of unequal lengths") from None
    if found.ndim == 0 or found.dtype.kind not in "iuf":
        raise Refused(422, "x: expected numbers in lists of equal lengths, an example each")
    return found


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key '{twice}' stands in one object twice")
    return found


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no JSON: leave the value out, or write null")


def _kind(value: Any, number: bool) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool) and number:
        return "number"
    return type(value).__name__ if isinstance(value, int | float | str | None) else "other"
