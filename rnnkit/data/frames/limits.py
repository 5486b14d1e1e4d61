"""How much of a table is read at a time, and what no table has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from rnnkit.errors import DataError
from rnnkit.words import quoted

MAX_ROWS = 1 << 16  # of a piece
PIECE = 1 << 27  # bytes of one
SCAN = 1 << 24  # bytes read at once where a file is only looked through
MAX_COLUMNS = 100_000  # pandas takes minutes for more
MAX_NAME = 1000  # characters of a column's


class Extent(NamedTuple):
    """How much a table holds, known without reading it as one."""

    rows: int
    values: int  # those in lists too; of text at least as many as there are
    ram: int  # bytes that reading it whole takes, about (measured)


def count(path: Path, signs: tuple[bytes, ...]) -> list[int]:
    """How often each sign stands in a file."""
    found = [0] * len(signs)
    with path.open("rb") as file:
        while piece := file.read(SCAN):
            found = [n + piece.count(sign) for n, sign in zip(found, signs, strict=True)]
    return found


def check_names(path: Path, names: Sequence[str]) -> None:
    """Whether columns can have these names.

    Raises:
        DataError: there are none, too many, or two alike.
    """
    if not names:
        raise DataError(f"{path} is empty")
    if len(names) > MAX_COLUMNS:
        raise DataError(f"{path} has {len(names):,} columns, more than {MAX_COLUMNS:,}")
    if (length := max(map(len, names))) > MAX_NAME:
        raise DataError(f"{path} has a column whose name has {length:,} characters")
    if twice := [name for name, count in Counter(names).items() if count > 1]:
        raise DataError(f"{path} has more than one column named {quoted(twice)}: rename them")
