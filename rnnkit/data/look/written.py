"""Files of a table -> the `data.format` that they seem to need, with what speaks for each part.

DuckDB takes 0.2 s to import: import this module only where a table is read.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from pathlib import Path

from rnnkit.config.tables import TableFormat, TableSection
from rnnkit.data.tables import FORMATS, sheet_file, suffix_of
from rnnkit.data.tables.delimited import Delimited
from rnnkit.data.tables.doubts import odd_marks
from rnnkit.data.tables.proposal import Proposed, of_numbers
from rnnkit.data.tables.query import open_table
from rnnkit.data.tables.table import Table

_CODE = re.compile(r"\s*[A-Za-z]+\d")
_ENDS = 50  # columns at each end of a very wide table, whose numbers are written alike
_ROUNDS = 4  # what is stated may show what else is to be


@dataclasses.dataclass(frozen=True, eq=False)
class Written:
    """A table that was read, all text as it stands.

    Args:
        table: its rows.
        options: how it is written.
        reasons: what speaks for each of them.
        doubts: what may be read otherwise, as sentences.
    """

    table: Table
    options: TableFormat
    reasons: tuple[str, ...]
    doubts: tuple[str, ...]


def read_as_it_seems(files: Sequence[Path], source: str, options: TableFormat) -> Written:
    """Read a table, stating whatever its door would ask for beyond what is stated.

    Args:
        files: it stands in them, end to end.
        source: what the config calls them.
        options: as they are stated.

    Raises:
        DataError: it cannot be read, however it may be written.
    """
    reasons, doubts = list[str](), list[str]()

    def state(found: Sequence[Proposed]) -> None:
        nonlocal options
        given = {name: getattr(options, name) for name in options.given}
        doubts.extend(f"{one.why}: {one.value}" for one in found if one.key == "encoding")
        doubts.extend(
            one.why for one in found if one.key in ("thousands", "missing") or not one.sure
        )
        options = TableFormat.model_validate(given | {one.key: one.value for one in found})
        reasons.extend(one.why for one in found)

    if FORMATS[suffix_of(files[0])] == "csv_file":
        for _ in range(_ROUNDS):
            if not (found := Delimited(files[0], options).proposed()):
                break
            state(found)
    elif FORMATS[suffix_of(files[0])] == "sheet_file":
        state(sheet_file.proposed(files[0], options))
    for _ in range(_ROUNDS):
        table = _read(files, source, options)
        found = of_numbers(_perhaps_numbers(table), options)
        found = found or _in_groups(table, options) or _marks(table, options)
        if not found:
            break
        state(found)
    return Written(table, options, tuple(reasons), tuple(doubts))


def _read(files: Sequence[Path], source: str, options: TableFormat) -> Table:
    found = open_table(files, TableSection(source=source, format=options))
    return found.read(numbers=(), text=found.names)


def _perhaps_numbers(table: Table) -> dict[str, list[str]]:
    """Some fields of columns of text, but for codes such as T1 or e4: no letter is a unit there."""
    names = list(table.kinds)
    texts = table.some_texts(names if len(names) <= 2 * _ENDS else names[:_ENDS] + names[-_ENDS:])
    return {c: some for c, some in texts.items() if not any(map(_CODE.match, some))}


def _in_groups(table: Table, options: TableFormat) -> list[Proposed]:
    """Points that may group thousands: where something else speaks for it, they do."""
    if table.typed or options.decimal is not None or options.thousands is not None:
        return []
    for column in table.all_in_groups():
        if found := table.in_groups(column):
            why = f"'{column}' has {found}: points that group thousands (if not: decimal: '.')"
            return [Proposed("thousands", ".", why)]
    return []


def _marks(table: Table, options: TableFormat) -> list[Proposed]:
    """A negative number that stands repeatedly among others that are none, as -200 does."""
    names = [c for c, k in table.kinds.items() if k == "VARCHAR" and table.reads_as_numbers(c)]
    if not names:
        return []
    _, matrix = next(iter(table.numbers(names)))
    marks = [one for one in odd_marks(names, matrix) if one.value < 0 <= one.least]
    if not marks:
        return []
    values = list(dict.fromkeys(f"{one.value:.15g}" for one in marks))
    first = marks[0]
    why = (
        f"{first.value:.15g} stands {first.times:,} times in '{first.column}', whose other values "
        f"are {first.least:.6g} to {first.most:.6g}: no value (if it is one: remove `missing`)"
    )
    return [Proposed("missing", [*options.missing, *values], why)]
