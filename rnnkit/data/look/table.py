"""A table -> what each of its columns holds, and how its rows hang together.

DuckDB takes 0.2 s to import: import this module only where a table is read.
"""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.config.tables import TableFormat, TableSection
from rnnkit.data.look.asked import Asked
from rnnkit.data.look.columns import ROWS, Column, Kind, look_at_column
from rnnkit.data.look.written import Written
from rnnkit.data.series.names import month_of
from rnnkit.data.series.reading import INTEGER, ISO, Reading, looks_like_years, number_form
from rnnkit.data.series.timestamps import parse_times
from rnnkit.data.tables.engine import identifier
from rnnkit.data.tables.query import open_table
from rnnkit.data.tables.table import Table
from rnnkit.errors import DataError

_COLUMNS = 400  # that are looked at: of more as many at the beginning as at the end
_HOUR = re.compile(r"(.*[^a-z])?(h|hr|hour|hours|stunde|heure|hora|hhmm)", re.I)
_SEQUENCE = re.compile(  # beside what is named as an id
    r"(.*[^a-z])?(nr|no|rec|record|event|unit|sequence|seq|sample|window|series|trial|session|"
    r"example|episode|game|engine|machine|user|patient|store|item|station|sensor|name|case|match|"
    r"customer|client|player|visitor|device|account|member|student|subject)", re.I,
)  # fmt: skip
FEW_SEQUENCES = 5  # or more, where no name says that they are some
_PARTS = [  # of a date, as their columns are named; the finer come first
    {"%Y": "year", "%m": "month", "%d": "day", "%H": "hour"},
    {"%Y": "year", "%m": "month", "%d": "day"},
    {"%Y": "year", "%j": "doy", "%H": "hour"},
    {"%Y": "year", "%j": "doy"},
    {"%Y": "year", "%m": "month"},
]
_ALIASES = {
    "mo": "month", "dy": "day", "hr": "hour", "dayofyear": "doy", "jahr": "year", "monat": "month",
    "tag": "day", "stunde": "hour", "année": "year", "annee": "year", "mois": "month",
    "jour": "day", "heure": "hour", "año": "year", "mes": "month", "anno": "year", "mese": "month",
}  # fmt: skip
_YEAR = re.compile(r"(.*[^a-z])?(year|jahr|ann[eé]e|año|anno)", re.I)


@dataclasses.dataclass(frozen=True, eq=False)
class TableLook:
    """A table at first sight.

    Args:
        source: as the config will name it.
        columns: by name, in order; of very many the first and the last.
        names: of all columns.
        options: how the files are written, with what speaks for it.
        asked: what is not to be guessed.
        files: that it stands in, end to end.
        query: what makes its rows of the files; None: they stand there.
        label_from: what of a file's name the query makes the column `label` of.
    """

    source: str
    columns: Mapping[str, Column]
    names: tuple[str, ...]
    rows: int
    options: TableFormat
    reasons: tuple[str, ...]
    doubts: tuple[str, ...]
    asked: Asked
    table: Table
    files: Sequence[Path]
    query: str | None = None
    label_from: str = ""

    @property
    def not_looked_at(self) -> int:
        """Columns in the middle of a wide table, which are taken for numbers as those beside."""
        return len(self.names) - len(self.columns)

    def of_kind(self, *kinds: Kind) -> list[Column]:
        return [column for column in self.columns.values() if column.kind in kinds]

    def is_axis(self, name: str) -> bool:
        """Whether a column that ends in y stands beside the same with x and z."""
        x, z = (name[:-1] + {"y": one, "Y": one.upper()}.get(name[-1:], "") for one in "xz")
        return name[-1:] in "yY" and x in self.names and z in self.names

    def values_of(self, column: str) -> list[Any]:
        """The different values of a column, as they first appear."""
        return self.table.codes(column)[1]

    def is_unique(self, names: Sequence[str]) -> bool:
        """Whether no two rows have the same values in these columns."""
        fields = ", ".join(self.table.columns[name] for name in names)
        return self._one(
            f"SELECT count(*) = count(DISTINCT ({fields})) AS v FROM {self.table.relation} "
            f"WHERE rowid < {ROWS}"
        )

    def is_constant(self, column: str, within: str) -> bool:
        """Whether all rows that share a value of `within` have one value of a column."""
        value, key = (self.table.columns[name] for name in (column, within))
        return self._one(
            f"SELECT max(n) = 1 AS v FROM (SELECT count(DISTINCT {value}) AS n "
            f"FROM {self.table.relation} GROUP BY {key})"
        )

    def ascends(self, column: str, within: str) -> bool:
        """Whether the numbers of a column grow from row to row of each value of `within`."""
        value, key = self.table.proposed(column), self.table.columns[within]
        return self._one(
            f"SELECT coalesce(bool_and(v > b), false) AS v FROM (SELECT {value} AS v, lag({value}) "
            f"OVER (PARTITION BY {key} ORDER BY rowid) AS b FROM {self.table.relation}) "
            "WHERE b IS NOT NULL"
        )

    def numbers(self, column: str) -> NDArray[np.float64]:
        """A column's values in the rows' order, (n,); NaN where there is none."""
        return next(iter(self.table.numbers([column])))[1][:, 0]

    @functools.cached_property
    def times(self) -> list[list[str]]:
        """The columns that can tell the rows' time, the likeliest first; two that do it together.

        Dates come before numbers, which must be named as times are and ascend.
        """
        if self.asked.time is not None:
            return [self.split_times(self.asked.time)]
        found = [self._with_clock(one.name) for one in self.of_kind("time")]
        named = [c for c in self.of_kind("number") if c.is_named_as_time and c.distinct > 2]
        parts = [] if found or self._parts is None else [list(self._parts)]
        return found + parts + [self._with_clock(c.name) for c in named if self._is_time(c)]

    @functools.cached_property
    def _parts(self) -> dict[str, str] | None:
        """Columns that are the year, the month ... of the rows, with strptime's sign of each."""
        names = {_ALIASES.get(n := name.lower(), n): name for name in self.columns}
        for signs in _PARTS:
            found = {names.get(name, ""): sign for sign, name in signs.items()}
            known = [self.columns[name] for name in found if name]
            if "" not in found and all((c.is_number and c.whole) or _is_month(c) for c in known):
                return found
        return None

    @functools.cached_property
    def sequences(self) -> tuple[str, str | None] | None:
        """The column that says which sequence a row belongs to, and one that counts its steps.

        None where nothing looks like one, and none was asked for.
        """
        if (key := self.asked.id) is None:
            found = [c for c in self.of_kind("text", "number") if self._is_key(c)]
            if not found:
                return None
            named = [
                c for c in self.of_kind("text", "number") if _repeats(c) and _names_sequences(c)
            ]
            for one in named if all(c.is_named_as_time for c in found) else ():  # a step at a time
                if one not in found and self.is_unique([one.name, found[0].name]):
                    return one.name, found[0].name
            key = max(found, key=lambda c: c.distinct).name
        return key, self._steps_of(key)

    @functools.cached_property
    def interleaved(self) -> tuple[str, str | None] | None:
        """As `sequences`, where the rows of several stand among each other: told by its name."""
        if self.sequences is not None:
            return None
        found = self.of_kind("text", "number")
        key = next((c.name for c in found if _repeats(c) and _names_sequences(c)), None)
        return None if key is None else (key, self._steps_of(key))

    @property
    def sequences_in_time(self) -> tuple[str, str | None] | None:
        """As `sequences`; or as `interleaved`, where a column has the times of each one's rows."""
        if self.sequences is not None or self.interleaved is None:
            return self.sequences
        return self.interleaved if self.interleaved[1] is not None else None

    def _steps_of(self, key: str) -> str | None:
        """The column that counts the steps of each sequence, or has their times in any order."""
        if self.asked.time is not None:
            return self.asked.time
        steps = [c for c in self.of_kind("time", "number") if c.is_named_as_time or c.whole]
        steps.sort(key=lambda c: not c.is_named_as_time)
        names = [c.name for c in steps if c.name != key]
        ascending = (name for name in names if self.ascends(name, key))
        times = [*self.of_kind("time"), *(c for c in steps if c.is_named_as_time)]
        single = (c.name for c in times if c.name != key and self.is_unique([key, c.name]))
        return next(ascending, None) or next(single, None)

    def _is_key(self, column: Column) -> bool:
        """Whether rows with one value are several, and stand together."""
        if not _repeats(column) or column.runs != column.distinct:
            return False
        return column.distinct >= FEW_SEQUENCES or _names_sequences(column)

    def has_dates(self) -> bool:
        """Whether a column has dates, or numbers that can only be some, as 1600000000."""
        numbers = (one for one in self.times if self.columns[one[0]].kind == "number")
        return bool(self.of_kind("time")) or any(
            len(one) == 1 and self._number_form(self.columns[one[0]]) not in (INTEGER, None)
            for one in numbers
        )

    def split_times(self, named: str) -> list[str]:
        """The column of this name, or the two with a comma between."""
        return [named] if named in self.columns else named.split(",")

    def read_times(self, names: Sequence[str]) -> tuple[Reading, list[str]]:
        """The times in some columns, with notes of how they were read.

        Raises:
            DataError: they are no times, or can be read in two ways: then both are named.
        """
        groups = np.zeros(self.table.rows, np.intp)
        try:
            return parse_times(self.table, names, self.time_format(names), groups)
        except DataError as error:
            option = "--time-format" if "time_format" in str(error) else "--time"
            raise DataError(f"{error} ({option})") from None

    def time_format(self, names: Sequence[str]) -> str | None:
        """What must be stated: an hour in a column of its own, or that numbers are years."""
        if self._parts is not None and list(names) == list(self._parts):
            numbers = all(self.columns[name].is_number for name in names)
            form = " ".join(self._parts.values()) if numbers else None  # of a month's name
            return self.asked.time_format or form
        column = self.columns.get(names[-1])
        if self.asked.time_format or column is None or not (column.is_number and column.whole):
            return self.asked.time_format
        if len(names) > 2:
            return None
        if len(names) == 2:
            date, hour = map(identifier, names)
            if column.maximum > 24:
                raise DataError(
                    f"{self.table.where}: column '{names[-1]}' goes to {column.maximum:g}, as "
                    f"hours with minutes do: data.query: SELECT *, {date}::TIMESTAMP + "
                    f"to_minutes({hour} // 100 * 60 + {hour} % 100) AS time FROM source, and name "
                    "it in data.time"
                )
            if column.maximum == 24:
                raise DataError(
                    f"{self.table.where}: column '{names[-1]}' goes to 24, which no clock shows: "
                    "say whether an hour is named by its end, data.query: SELECT *, "
                    f"{date}::TIMESTAMP + to_hours({hour}) AS time FROM source, or its beginning, "
                    f"to_hours({hour} - 1), and name it in data.time"
                )
            form = self.read_times(names[:1])[0].form
            return f"{'%Y-%m-%d' if form == ISO else form} %H"
        values = np.array([column.minimum, column.maximum], np.int64)
        return "year" if _YEAR.fullmatch(column.name) and looks_like_years(values) else None

    def _with_clock(self, date: str) -> list[str]:
        """A date, and the time of day beside it where it stands in a column of its own."""
        if self.columns[date].distinct == self.columns[date].rows:
            return [date]
        clocks = [c.name for c in self.of_kind("clock")]
        clocks += [
            c.name for c in self.of_kind("number")
            if c.whole and c.minimum >= 0 and c.maximum <= 2400 and _HOUR.fullmatch(c.name)
        ]  # fmt: skip
        return [date, clocks[0]] if clocks else [date]

    def _is_time(self, column: Column) -> bool:
        values = self.numbers(column.name)
        if np.isnan(values).any():
            return False
        counts = column.whole and column.ascends and column.distinct == column.rows
        return counts or self._number_form(column) not in (INTEGER, None)

    def _number_form(self, column: Column) -> str | None:
        values = self.numbers(column.name)
        return number_form(values.astype(np.int64) if column.whole else values)

    def _one(self, statement: str) -> bool:
        return bool(self.table.ask(statement)["v"][0])


def _is_month(column: Column) -> bool:
    """Whether a text begins with a month's name."""
    return column.kind == "text" and month_of(column.first) is not None


def _repeats(column: Column) -> bool:
    """Whether each row has a name or a whole number, of which several rows have the same."""
    several = 1 < column.distinct <= column.rows // 2 and column.values == column.rows
    return several and (column.whole or not column.is_number)


def _names_sequences(column: Column) -> bool:
    """Whether a column is named as what tells sequences apart."""
    return column.is_named_as_id or _SEQUENCE.fullmatch(column.name) is not None


def look_through(look: TableLook, query: str) -> TableLook:
    """What a SELECT over the table gives, looked at.

    Raises:
        DataError: the query fails.
    """
    section = TableSection(source=look.source, format=look.options, query=query)
    table = open_table(look.files, section).read(numbers=(), text=())
    asked = dataclasses.replace(look.asked, target=None, time=None, id=None)
    written = Written(table, look.options, look.reasons, look.doubts)
    return dataclasses.replace(looked_at(written, look.source, asked, look.files), query=query)


def looked_at(found: Written, source: str, asked: Asked, files: Sequence[Path]) -> TableLook:
    """A table that was read, with a look at its columns."""
    table, names = found.table, list(found.table.columns)
    some = names if len(names) <= _COLUMNS else names[: _COLUMNS // 2] + names[-_COLUMNS // 2 :]
    return TableLook(
        source=source,
        columns={name: look_at_column(table, name) for name in some},
        names=tuple(names),
        rows=table.rows,
        options=found.options,
        reasons=found.reasons,
        doubts=found.doubts,
        asked=asked,
        table=table,
        files=files,
    )
