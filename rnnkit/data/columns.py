"""The columns that a config names, and those that a table has -> all that are missing, at once."""

from __future__ import annotations

import fnmatch
import glob
import operator
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.errors import ColumnError
from rnnkit.problems import KeyPath
from rnnkit.words import MAX_KNOWN, brief, named, nearest

BY_PATTERN = ("features", "static", "exclude")  # keys that take patterns
NEARLY_ALL = 0.9  # of the sequences: so many of one step are hardly meant

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
        wanted: those that it must have; patterns among them are left to `choose_features`.
        wrong: what else is wrong with the keys that name columns, as texts.

    Raises:
        ColumnError: with every problem, each with its key, and what columns there are.
    """
    there = [str(column) for column in columns]
    problems = list(wrong)
    for path, name in wanted:
        pattern = path[1] in BY_PATTERN and is_pattern(name, there)
        if name not in there and not pattern:
            near = nearest(name, there)
            hint = f" Did you mean '{near}'?" if near else ""
            key = ".".join(part for part in path if isinstance(part, str))
            problems.append((path, f"{where} has no column '{name}' ({key}).{hint}"))
    if problems:
        raise ColumnError(problems, where, f"its columns are {named(there, MAX_KNOWN)}")


def choose_features(
    names: Sequence[str], section: Any, others: Collection[str | None]
) -> tuple[list[str], list[Wanted]]:
    """The columns that `features` of a data section names, without those that `exclude` does.

    Args:
        names: of the table's columns.
        section: its `features` and `exclude` are names and patterns; without features, all are.
        others: what patterns do not mean, and `None`: the label, the time ...

    Returns:
        The columns, in the order wanted; and what is wrong: patterns that fit none.
    """
    features = [name for name in names if name not in others]
    excluded, wrong = matching(names, named_columns(section, "exclude"))
    if section.features is not None:
        features, unfit = matching(features, named_columns(section, "features"))
        wrong += unfit
    return [name for name in features if name not in excluded], wrong


def choose_static(
    names: Sequence[str], section: Any, others: Collection[str | None]
) -> tuple[list[str], list[Wanted]]:
    """The columns that `static` of a data section names, without those that `exclude` does.

    The arguments and what is returned are those of `choose_features`.
    """
    excluded, _ = matching(names, named_columns(section, "exclude"))
    taken = (*others, *(section.features or ()))  # what patterns do not mean
    known = [name for name in names if name not in taken]
    found, wrong = matching(known, named_columns(section, "static"))
    return [name for name in found if name not in excluded], wrong


def matching(names: Sequence[str], wanted: Iterable[Wanted]) -> tuple[list[str], list[Wanted]]:
    """The columns that are named, or fit a pattern as `sensor_*` is one.

    Args:
        names: of the columns that patterns choose from; a column's own name comes first.
        wanted: names and patterns, with the key of each.

    Returns:
        The columns, each once, in the order in which they are wanted; and what is wrong: patterns
        that fit none.
    """
    found: dict[str, None] = {}
    wrong: list[Wanted] = []
    for path, pattern in wanted:
        fitting = [pattern]
        if is_pattern(pattern, names):
            fitting = [name for name in names if fnmatch.fnmatchcase(name, pattern)]
        if not fitting:
            wrong.append((path, f"no column fits '{pattern}' ({path[1]})"))
        found |= dict.fromkeys(fitting)
    return list(found), wrong


def is_pattern(text: str, names: Collection[str]) -> bool:
    """Whether it is one rather than a column's name."""
    return glob.has_magic(text) and text not in names


def one_row_notes(
    where: str, key: str, column: str, lengths: NDArray[np.intp], *, columns: int, else_: str = ""
) -> tuple[str, ...]:
    """A sentence where nearly all of the sequences that a column names have one row.

    So a table looks whose rows are whole sequences.

    Args:
        where: what messages call the table.
        key: of the data section, that names the column.
        column: that names the sequences.
        lengths: the rows of each.
        columns: that hold a row's values.
        else_: what to do where one step is meant.

    Raises:
        ColumnError: all of them have one row, and that row could be a sequence.
    """
    single, total = int((lengths == 1).sum()), len(lengths)
    if single < NEARLY_ALL * total:
        return ()
    which, every = "each", "every sequence has"
    if single < total:
        which, every = f"{single:,}", "these sequences have"
    text = (
        f"`{key}` (='{brief(column)}') has one row for {which} of its {total:,} values, so {every}"
    )
    text += " one step"
    if columns > 1:
        text += f": leave `{key}` out to read each row as a whole sequence{else_}"
    if single == total and columns > 1:
        raise ColumnError([(("data", key), f"{where}: {text}")], where)
    return (text,)
