"""A .jsonl file, an object a line -> DataFrames."""

from __future__ import annotations

import codecs
import itertools
import json
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import IO

import pandas as pd

from rnnkit.data.frames import limits
from rnnkit.data.frames.limits import Extent, check_names
from rnnkit.errors import DataError

MAX_LINE = 1 << 26  # bytes of one
_BYTES = 6  # of RAM for one of a piece
_VALUE, _ROW = 80, 64  # bytes of RAM for each, beside the file's own


def extent(path: Path) -> Extent:
    """By its commas and line ends; every number is an object."""
    commas, rows = limits.count(path, (b",", b"\n"))
    values = commas + rows + 1
    return Extent(rows + 1, values, path.stat().st_size + _VALUE * values + _ROW * rows)


def values_a_row(path: Path) -> int:
    """1: `read` counts the bytes of its lines as well."""
    return 1


def read(path: Path, text: Collection[str], rows: int | None, start: int) -> Iterator[pd.DataFrame]:
    """So many rows at a time, from row `start` on; the types are the file's, whatever `text`."""
    with path.open("rb") as file:
        _skip_mark(file)
        found = itertools.islice(_lines(path, file), start, None)
        while lines := _some(found, rows):
            yield pd.DataFrame(_objects(path, start, lines))
            start += len(lines)


def _skip_mark(file: IO[bytes]) -> None:
    """Leave out a byte order mark."""
    file.seek(len(codecs.BOM_UTF8) if file.read(3) == codecs.BOM_UTF8 else 0)


def _some(found: Iterator[str], rows: int | None) -> list[str]:
    """So many lines, or fewer of many bytes; None: all."""
    lines, size = [], 0
    for line in found:
        lines.append(line)
        size += len(line)
        if rows is not None and (len(lines) >= rows or size >= limits.PIECE // _BYTES):
            break
    return lines


def _lines(path: Path, file: IO[bytes]) -> Iterator[str]:
    """The lines that are not blank."""
    while raw := file.readline(MAX_LINE + 1):
        if len(raw) > MAX_LINE:
            raise DataError(f"{path}: a line has more than {MAX_LINE:,} bytes")
        if line := raw.decode("utf-8").strip():
            yield line


def _objects(path: Path, start: int, lines: list[str]) -> list[dict[str, object]]:
    rows: list[dict[str, object]]
    try:
        rows = json.loads(f"[{','.join(lines)}]")  # one call is twice as quick as one a line
    except (ValueError, RecursionError):
        rows = []
    if len(rows) != len(lines) or not all(isinstance(row, dict) for row in rows):
        rows = [_object(path, start + row, line) for row, line in enumerate(lines)]
    if names := list(dict.fromkeys(itertools.chain.from_iterable(rows))):
        check_names(path, names)
    return rows


def _object(path: Path, row: int, line: str) -> dict[str, object]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        reason = getattr(error, "msg", "nested too deep")
        raise DataError(f"{path}, {place(path, row)}: not JSON: {reason}") from None
    if not isinstance(value, dict):
        raise DataError(
            f'{path}, {place(path, row)}: expected an object, like {{"label": "a", "x1": 0.5}}'
        )
    return value


def place(path: Path, row: int) -> str:
    """`line 7`; blank lines count."""
    with path.open("rb") as file:
        _skip_mark(file)
        numbers = (n for n, line in enumerate(file, 1) if line.decode("utf-8").strip())
        return f"line {next(itertools.islice(numbers, row, None)):,}"
