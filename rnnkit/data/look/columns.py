"""A column of a table -> what it holds: its kind, its range, how its values follow each other."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

import numpy as np

from rnnkit.data.series.written import looks_like_times
from rnnkit.data.tables.table import Table

Kind = Literal["number", "text", "time", "clock", "list", "object", "empty"]

ROWS = 200_000  # at the beginning, that are looked at
_SAMPLE = 100  # fields from which times are told
_CLOCK = re.compile(r"\d{1,2}[:.]\d\d([:.]\d\d)?|([01]\d|2[0-3])([0-5]\d){2}")
_TIME = re.compile(
    r"(.*[^a-z])?(time|date|datum|zeit|day|month|year|jahr|monat|tag|week|timestamp|t|ts|step|"
    r"second|seconds|sec|minute|cycle|frame|index)([^a-z].*)?", re.I,
)  # fmt: skip
_ID = re.compile(r"(?i:(.*[^a-z])?id)|.*[a-z]I[dD]")


class Column(NamedTuple):
    """What a column holds, in the rows that were looked at."""

    name: str
    kind: Kind
    rows: int
    values: int  # rows that have one
    distinct: int
    runs: int  # of rows in a row with one value
    ascends: bool  # no value is less than the one before it
    minimum: float = np.nan  # of numbers
    maximum: float = np.nan
    whole: bool = False  # numbers without fractions
    words: float = 0  # of a text, on average
    first: str = ""  # its first value, as text

    @property
    def is_number(self) -> bool:
        return self.kind == "number"

    @property
    def counts(self) -> bool:
        """Whether it numbers the rows, as an index does."""
        steady = self.maximum - self.minimum == self.rows - 1
        return self.whole and self.ascends and self.distinct == self.rows and bool(steady)

    @property
    def is_named_as_id(self) -> bool:
        """Whether its numbers are names: user_id, caseId."""
        return _ID.fullmatch(self.name) is not None

    @property
    def is_named_as_time(self) -> bool:
        return _TIME.fullmatch(self.name) is not None


def look_at_column(table: Table, name: str) -> Column:
    """Look at the first rows of a column.

    Raises:
        DataError: it cannot be read.
    """
    field, value = table.columns[name], table.proposed(name)
    kind = _kind(table, name)
    number = value if kind == "number" else "NULL::DOUBLE"
    text = f"{field}::VARCHAR" if kind == "text" else "NULL::VARCHAR"
    found = table.ask(
        "SELECT count(v), count(DISTINCT v), count(*) FILTER (v IS DISTINCT FROM b), "
        "coalesce(bool_and(v >= b) FILTER (v IS NOT NULL AND b IS NOT NULL), true), "
        "min(n), max(n), coalesce(bool_and(n = trunc(n)), false), "
        "avg(len(string_split_regex(trim(t), '\\s+'))), any_value(w), count(*) FROM "
        f"(SELECT {value} AS v, lag({value}) OVER (ORDER BY rowid) AS b, {number} AS n, "
        f"{text} AS t, left({field}::VARCHAR, 40) AS w FROM {table.relation} "
        f"WHERE rowid < {ROWS})"
    )
    row = [one.tolist()[0] for one in found.values()]  # None stands for no value
    values, distinct, runs, ascends, least, most, whole, words, first, rows = row
    return Column(
        name=name,
        kind=kind if values else "empty",
        rows=rows,
        values=values,
        distinct=distinct,
        runs=runs,
        ascends=bool(ascends),
        minimum=np.nan if least is None else float(least),
        maximum=np.nan if most is None else float(most),
        whole=bool(whole),
        words=words or 0,
        first=first or "",
    )


def _kind(table: Table, name: str) -> Kind:
    if table.kinds[name].startswith(("DATE", "TIMESTAMP")):
        return "time"
    if table.reads_as_numbers(name):
        return "number"
    if table.holds_lists(name):
        return "list"
    if table.holds_objects(name):
        return "object"
    sample = table.some_texts([name]).get(name, [])[:_SAMPLE]
    clock = sample and all(_CLOCK.fullmatch(one.strip()) for one in sample)
    dates = looks_like_times(sample)  # 01.02.20 may be either
    return "time" if dates else "clock" if clock else "text"
