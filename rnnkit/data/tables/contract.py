"""What formats share beside their functions: rows that were left out, and a choice of one table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from rnnkit.errors import DataError
from rnnkit.words import did_you_mean, quoted

MAX_COLUMNS = 100_000


class Rejected(NamedTuple):
    """A row that the engine left out."""

    line: int
    column: int | None  # of the field that is no number; None: the row itself is wrong
    reason: str


def refuse_many(where: object, columns: int) -> None:
    """Raise a DataError where there are more columns than one can have meant."""
    if columns > MAX_COLUMNS:
        raise DataError(f"{where} has {columns:,} columns, more than {MAX_COLUMNS:,}")


def only_one(path: Path, noun: str, named: str | None, there: Sequence[str]) -> str:
    """The sheet or table of a file that is named, or the only one.

    Args:
        path: the file.
        noun: `sheet` or `table`, which is its key in `data.format` too.
        named: by the config.
        there: those that the file has.

    Raises:
        DataError: it is not there, none is, or several are and none is named.
    """
    if not there:
        raise DataError(f"{path} holds no {noun}")
    if named is None and len(there) > 1:
        raise DataError(
            f"{path} has {len(there)} {noun}s, {quoted(there)}: name one in data.format.{noun}"
        )
    if named is not None and named not in there:
        hint = did_you_mean(named, there)
        raise DataError(
            f"{path} has no {noun} '{named}' (data.format.{noun}): it has {quoted(there)}.{hint}"
        )
    return named or there[0]
