"""Rows that Python read -> a table of the engine: what the formats share that it cannot read."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.tables.engine import Engine

_TABLE = "given"


def register(engine: Engine, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Hand rows over; columns are p0, p1 ... of the type that all of their values have."""
    columns = zip(*rows, strict=True) if rows else ([] for _ in names)
    engine.register(_TABLE, {f"p{n}": _array(list(column)) for n, column in enumerate(columns)})


def select(wanted: Mapping[int, bool], *, json_columns: Sequence[int] = ()) -> str:
    """The wanted columns of what was registered, as c0, c1 ..."""
    kinds = {n: "::JSON" if n in json_columns else "" for n in wanted}
    return f"SELECT {', '.join(f'p{n}{kinds[n]} AS c{n}' for n in sorted(wanted))} FROM {_TABLE}"


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
