"""A format whose rows Python reads -> one that the engine reads, as the others are."""

from __future__ import annotations

import abc
import datetime
import itertools
import json
from collections.abc import Collection, Iterator, Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.tables.contract import FileFormat

_TABLE = "given"


class PythonFormat(FileFormat):
    """A file of such a format."""

    lists: ClassVar[tuple[str, ...]] = ()  # columns that hold lists

    @abc.abstractmethod
    def rows(self) -> Iterator[tuple[str, Sequence[Any]]]:
        """The place of each row and its values, None where there is none."""

    def select(self, wanted: Collection[int]) -> str:
        """The wanted columns, as c0, c1 ... of the type that all values of one have."""
        rows = [values for _, values in self.rows()]
        columns = zip(*rows, strict=True) if rows else ([] for _ in self.names)
        given = {f"p{n}": _array(list(column)) for n, column in enumerate(columns) if n in wanted}
        self.engine.register(_TABLE, given)
        cast = {n: "::JSON" for n, name in enumerate(self.names) if name in self.lists}
        chosen = (f"p{n}{cast.get(n, '')} AS c{n}" for n in sorted(wanted))
        return f"SELECT {', '.join(chosen)} FROM {_TABLE}"

    def place(self, row: int, left_out: Collection[int]) -> str:
        place, _ = next(itertools.islice(self.rows(), row, None))
        return place


def _array(values: list[Any]) -> NDArray[Any]:
    """Numbers, truth values or dates where all are some; else text, None for no value."""
    present = [value for value in values if value is not None]
    kinds = {type(value) for value in present}
    if kinds == {bool} and len(present) == len(values):
        return np.array(values)
    if kinds == {int} and (len(present) == len(values) or max(map(abs, present)) > 2**53):
        try:
            return np.ma.array(  # a float64 would hold other ones
                [value or 0 for value in values], np.int64, mask=[v is None for v in values]
            )
        except OverflowError:
            kinds = {str}
    if kinds and kinds <= {int, float}:
        numbers = np.array([np.nan if value is None else float(value) for value in values])
        whole = np.isfinite(numbers).all() and (numbers == np.trunc(numbers)).all()
        return numbers.astype(np.int64) if whole and np.abs(numbers).max() < 2**53 else numbers
    if kinds and kinds <= {datetime.date, datetime.datetime}:
        return np.array([None if v is None else np.datetime64(v, "us") for v in values], "M8[us]")
    found = np.empty(len(values), object)
    found[:] = values if kinds == {bytes} else [_text(value) for value in values]
    return found


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # of an id 101 beside A102
    return json.dumps(value) if isinstance(value, list | dict) else str(value)
