"""A format whose rows Python reads -> one that the engine reads, as the others are.

Such a module says whether it is TYPED; `names(path, options)` gives its columns, and
`rows(path, options)` the place of each row and its values, None where there is none. A column in
LISTS holds lists.
"""

from __future__ import annotations

import datetime
import itertools
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.config.tables import TableFormat
from rnnkit.data.tables.contract import Rejected
from rnnkit.data.tables.engine import Engine

Rows = Iterator[tuple[str, Sequence[Any]]]
_TABLE = "given"


class PythonFormat:
    """A module of that kind, with the functions of the other ones."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module
        self.TYPED: bool = module.TYPED

    def names(self, engine: Engine, path: Path, options: TableFormat) -> list[str]:
        """The columns."""
        found: list[str] = self._module.names(path, options)
        return found

    def select(
        self,
        engine: Engine,
        path: Path,
        options: TableFormat,
        names: Sequence[str],
        wanted: Mapping[int, bool],
    ) -> str:
        """The wanted columns, as c0, c1 ... of the type that all values of one have."""
        rows = [values for _, values in self._module.rows(path, options)]
        columns = zip(*rows, strict=True) if rows else ([] for _ in names)
        given = {f"p{n}": _array(list(column)) for n, column in enumerate(columns) if n in wanted}
        engine.register(_TABLE, given)
        lists = getattr(self._module, "LISTS", ())
        chosen = (f"p{n}{'::JSON' if names[n] in lists else ''} AS c{n}" for n in sorted(wanted))
        return f"SELECT {', '.join(chosen)} FROM {_TABLE}"

    def remarks(
        self, engine: Engine, path: Path, options: TableFormat, names: Sequence[str]
    ) -> list[str]:
        """What was left out because it holds nothing."""
        found = getattr(self._module, "remarks", None)
        return [] if found is None else list(found(path, options))

    def place(
        self,
        engine: Engine,
        path: Path,
        options: TableFormat,
        row: int,
        left_out: Collection[int],
    ) -> str:
        """What the module calls the place of a row."""
        place, _ = next(itertools.islice(self._module.rows(path, options), row, None))
        return str(place)

    def rejected(
        self, engine: Engine, path: Path, options: TableFormat, rows: int
    ) -> list[Rejected]:
        """Nothing is left out."""
        return []


def _array(values: list[Any]) -> NDArray[Any]:
    """Numbers, truth values or dates where all are some; else text, None for no value."""
    present = [value for value in values if value is not None]
    kinds = {type(value) for value in present}
    if kinds == {bool} and len(present) == len(values):
        return np.array(values)
    if kinds and kinds <= {int, float}:
        numbers = np.array([np.nan if value is None else float(value) for value in values])
        whole = np.isfinite(numbers).all() and (numbers == np.trunc(numbers)).all()
        return numbers.astype(np.int64) if whole and np.abs(numbers).max() < 2**53 else numbers
    if kinds and kinds <= {datetime.date, datetime.datetime}:
        return np.array([None if v is None else np.datetime64(v, "us") for v in values], "M8[us]")
    found = np.empty(len(values), object)
    found[:] = [_text(value) for value in values]
    return found


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value) if isinstance(value, list | dict) else str(value)
