"""Files of tables -> a look at their rows; where each file is a recording, with its name.

DuckDB takes 0.2 s to import: import this module only where a table is read.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from rnnkit.config.document import parse_value
from rnnkit.config.tables import TableFormat
from rnnkit.config.translate import translate
from rnnkit.data.look.asked import Asked
from rnnkit.data.look.table import FEW_SEQUENCES, TableLook, look_through, looked_at
from rnnkit.data.look.written import read_as_it_seems
from rnnkit.errors import DataError, OptionError
from rnnkit.words import did_you_mean

_FILE = "file"  # the column of the files' names, where each is a sequence
_CLASSES = {  # what may be a class in a file's name, as here and as a query takes it
    "the folder of each file": (re.compile("([^/]+)/"), f"split_part({_FILE}, '/', 1)"),
    "the letters that each file's name begins with": (
        re.compile(r"([^\W\d_]+)"), rf"regexp_extract({_FILE}, '^\pL+')",
    ),
}  # fmt: skip
_OF_A_CLASS = 3  # files at least, on average
_JOINED = "where another table has a label for each file, a `query` joins it (docs/data.md)"


def look_at_table(files: Sequence[Path], source: str, asked: Asked) -> TableLook:
    """Read a table and look at its columns.

    Raises:
        DataError: it cannot be read, or lacks a column that was named.
    """
    look = looked_at(read_as_it_seems(files, source, _stated(asked)), source, asked, files)
    if asked.query is not None:
        look = dataclasses.replace(look_through(look, asked.query), asked=asked)
    table = look.table
    times = [] if asked.time in (None, *table.columns) else str(asked.time).split(",")
    for name in filter(None, [asked.target, *times, asked.id]):
        if name not in table.columns:
            hint = did_you_mean(name, table.columns)
            raise DataError(f"{table.where} has no column '{name}'.{hint}")
    return look if asked.query is not None else _file_by_file(look) or look


def _stated(asked: Asked) -> TableFormat:
    """How the table is written, as far as that was said."""
    if asked.format is None:
        return TableFormat()
    value, _ = parse_value(asked.format, "--format")
    try:
        return TableFormat.model_validate(value)
    except ValidationError as error:
        wrong = "; ".join(said for _, _, said in translate(error, TableFormat, value))
        raise OptionError(f"--format (={asked.format}): {wrong}") from None


def _file_by_file(look: TableLook) -> TableLook | None:
    """The rows with the names of their files, where each file begins anew; else None."""
    told = look.asked.id or (look.sequences and look.sequences[1]) or _FILE in look.columns
    if told or len(look.files) < FEW_SEQUENCES:
        return None
    written = read_as_it_seems(
        look.files, look.source, _stated(look.asked).model_copy(update={"file_column": _FILE})
    )
    found = looked_at(written, look.source, look.asked, look.files)
    if found.sequences is None or found.sequences[0] != _FILE:
        return None
    step = found.sequences[1]
    if step is None:
        if not all(c.is_number and not c.whole for c in look.columns.values()):
            return None
        why = "no column tells the times of rows in several files"
    elif look.columns[step].ascends:
        return None
    else:
        why = f"'{step}' begins anew in each file"
    found = dataclasses.replace(found, reasons=(*found.reasons, why))
    if "label" in look.columns or look.of_kind("text"):
        return found
    names = found.values_of(_FILE)
    for what, (pattern, value) in _CLASSES.items():
        classes = [match and match[1] for match in map(pattern.match, names)]
        if None not in classes and 1 < len({*classes}) <= len(names) // _OF_A_CLASS:
            query = f"SELECT *, {value} AS label FROM source"
            through = look_through(found, query)
            return dataclasses.replace(through, asked=look.asked, label_from=what)
    return dataclasses.replace(found, doubts=(*found.doubts, f"{why}; {_JOINED}"))
