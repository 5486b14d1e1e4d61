"""What formats share beside their functions: rows left out, a choice of one table, local times."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from rnnkit.data.tables.engine import text
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


def local_time(field: str, zone: str | None) -> str:
    """SQL that writes an instant as the clocks of a zone show it: `2020-01-01T00:00:00+01:00`.

    Without a zone it is left alone, in UTC.
    """
    if zone in (None, "UTC"):
        return field
    wall = f"timezone({text(str(zone))}, {field})"
    if fixed := re.fullmatch(r"([+-])(\d\d):(\d\d)", str(zone)):
        ahead = int(f"{fixed[1]}{60 * int(fixed[2]) + int(fixed[3])}")
        wall = f"(timezone('UTC', {field}) + INTERVAL ({ahead}) MINUTE)"
    minutes = f"((epoch_us({wall}) - epoch_us({field})) // 60000000)"
    return (
        f"CASE WHEN {field} IS NOT NULL THEN printf('%s%s%02d:%02d', "
        f"strftime({wall}, '%Y-%m-%dT%H:%M:%S.%f'), CASE WHEN {minutes} < 0 THEN '-' ELSE '+' END, "
        f"abs({minutes}) // 60, abs({minutes}) % 60) END"
    )
