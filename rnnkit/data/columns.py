"""The columns that a config names, and those that a table has -> all that are missing, at once."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from rnnkit.config.document import KeyPath
from rnnkit.config.problems import MAX_KNOWN, nearest
from rnnkit.data.wording import named
from rnnkit.errors import ColumnError

Wanted = tuple[KeyPath, str]  # the key that names a column, and the column


def named_columns(section: Any, *keys: str) -> Iterator[Wanted]:
    """The columns that these keys of a data section name, one or a list each, or None."""
    for key in keys:
        path, value = ("data", *key.split(".")), operator.attrgetter(key)(section)
        if isinstance(value, str):
            yield path, value
        else:
            for index, name in enumerate(value or ()):
                yield (*path, index), name


def require_columns(
    where: str | Path,
    columns: Iterable[object],
    wanted: Iterable[Wanted],
    *,
    wrong: Sequence[Wanted] = (),
) -> None:
    """Refuse a table that lacks a column.

    Args:
        where: what messages call the table.
        columns: those that it has.
        wanted: those that it must have.
        wrong: what else is wrong with the keys that name columns, as texts.

    Raises:
        ColumnError: with every problem, each with its key, and what columns there are.
    """
    there = [str(column) for column in columns]
    problems = list(wrong)
    for path, name in wanted:
        if name not in there:
            near = nearest(name, there)
            hint = f" Did you mean '{near}'?" if near else ""
            key = ".".join(part for part in path if isinstance(part, str))
            problems.append((path, f"{where} has no column '{name}' ({key}).{hint}"))
    if problems:
        raise ColumnError(problems, where, f"its columns are {named(there, MAX_KNOWN)}")
