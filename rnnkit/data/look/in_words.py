"""What a source holds that no task fits, and how it can be made one that a task fits.

DuckDB takes 0.2 s to import: import this module only where a table is read.
"""

from __future__ import annotations

import re
import shlex

from rnnkit.data.look.arrays import ArraysLook
from rnnkit.data.look.columns import Column
from rnnkit.data.look.source import Look
from rnnkit.data.look.table import TableLook
from rnnkit.data.series.written import looks_like_times
from rnnkit.data.tables.engine import identifier
from rnnkit.words import brief, counted, named

_FEW = 10  # rows, of which nothing is learnt
_NUMBER = re.compile(r"[-+]?[\d.,]*\d[.,]?([eE][-+]?\d+)?")  # or nearly one
_YEAR = re.compile(r"(?<!\d)(1[89]|20)\d\d(?!\d)")
_STEPS = 5  # columns named by times


def holds(look: Look) -> str:
    """What it holds, as the end of a sentence."""
    if isinstance(look, TableLook):
        kinds = [f"{c.name} ({_kind(look, c)})" for c in look.columns.values()]
        return f"{counted(look.rows, 'row')} of {named(kinds)}"
    if isinstance(look, ArraysLook):
        every = named([f"{name} {one.shape}" for name, one in look.arrays.items()])
        return f"arrays {every}, not x_train and y_train (or x alone), (examples, steps, features)"
    return f"{type(look).__name__.removesuffix('Look').lower()} of another form"


def _kind(look: TableLook, column: Column) -> str:
    """What a column holds; of a text what of it is no number or date that is read."""
    lacking = column.rows - column.values
    without = f", {counted(lacking, 'row')} without" if lacking else ""
    if column.kind != "text":
        return column.kind + without
    others, mostly = _no_numbers(look, column)
    said = f"numbers, but for '{others[0]}'" if mostly else f"text as in '{others[0]}'"
    return said + without


def _no_numbers(look: TableLook, column: Column) -> tuple[list[str], bool]:
    """Fields of a text, those that are no numbers first, and whether most others are some."""
    texts = list(map(brief, look.table.some_texts([column.name])[column.name]))
    others = [one for one in texts if not _NUMBER.fullmatch(one)]
    return others or texts, 0 < len(others) < len(texts) / 2


def ways_out(look: Look) -> str:
    """How a table that no task fits can be made one that a task fits."""
    if not isinstance(look, TableLook):
        return "give them these names" if isinstance(look, ArraysLook) else "write a config"
    if look.rows < _FEW:
        return "give more rows"
    numbers = [c.name for c in look.of_kind("number")]
    if len(numbers) > _STEPS and looks_like_times(
        [f"{n}-01" if n.isdigit() else n for n in numbers]
    ):
        others = ", ".join(identifier(name) for name in look.names if name not in numbers)
        return (
            "data.query makes a row of each time that a column is named by: SELECT * FROM (UNPIVOT "
            f"source ON COLUMNS(* EXCLUDE ({others})) INTO NAME time VALUE value), with data.time: "
            "time and data.target: value"
        )
    ways = (_of_column(look, column) for column in look.columns.values())
    if way := next(filter(None, ways), None):
        return way
    return "say more (--task, --target, --time), or write a config"


def _of_column(look: TableLook, column: Column) -> str:
    """How a column can be made one that is read, if it can."""
    name = identifier(column.name)
    if column.kind == "object":
        inside = "->>'key'" if look.table.kinds[column.name] == "JSON" else ".key"
        return f"data.query takes values out of objects: SELECT *, {name}{inside} AS key ..."
    if column.kind == "clock" and not look.of_kind("number"):
        seconds = f"date_part('epoch', {name}::INTERVAL) AS {name}"
        return f"data.query makes seconds of it: SELECT * REPLACE ({seconds}) FROM source"
    if column.kind == "empty" and look.files[0].suffix.lower() in (".xlsx", ".ods"):
        return f"'{column.name}' holds nothing: of formulas save the values too, by a spreadsheet"
    if column.kind != "text":
        return ""
    others, mostly_numbers = _no_numbers(look, column)
    if mostly_numbers:
        return (
            f"state '{others[0]}' in data.format.missing where it stands for no value, or leave "
            f"such rows out: data.query: SELECT * FROM source WHERE {name} <> '{others[0]}'"
        )
    if column.values < column.rows:
        some = f"SELECT * FROM source WHERE {name} IS NOT NULL"
        return f"data.query leaves rows without '{column.name}' out: {some}"
    if _YEAR.search(column.first) and look.asked.time is None:
        return f"if '{column.name}' holds dates, say so: --time {shlex.quote(column.name)}"
    if column.first.lstrip("-+'=\"")[:1].isdecimal():
        return f"data.query takes a number out of a text: {_first_number(column)}"
    return ""


def _first_number(column: Column) -> str:
    """The query for the first one in each field, in the digits of whatever script."""
    name = field = identifier(column.name)
    sign = next(one for one in column.first if one.isdecimal())
    if not sign.isascii():
        digits = "".join(chr(ord(sign) - int(sign) + n) for n in range(10))
        field = f"translate({name}, '{digits}．٫', '0123456789..')"
    number = f"regexp_extract({field}, '[-+]?[0-9]+([.][0-9]+)?')::DOUBLE"
    return f"SELECT * REPLACE ({number} AS {name}) FROM source"
