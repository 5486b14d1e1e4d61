"""An .arff file of Weka: attributes that are named and typed, then rows between commas."""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from rnnkit.config.tables import TableFormat
from rnnkit.data.tables import python_rows
from rnnkit.data.tables.engine import Engine
from rnnkit.errors import DataError
from rnnkit.words import counted

TYPED = True
_ATTRIBUTE = re.compile(r"@attribute\s+('[^']*'|\"[^\"]*\"|\S+)\s+(\S.*)", re.IGNORECASE)
_NUMERIC = ("numeric", "real", "integer")


def names(engine: Engine, path: Path, options: TableFormat) -> list[str]:
    """The attributes' names."""
    return [name for name, _ in _attributes(path)]


def select(
    engine: Engine,
    path: Path,
    options: TableFormat,
    names: Sequence[str],
    wanted: Mapping[int, bool],
) -> str:
    """The wanted columns, as c0, c1 ...: numbers where the file says so, else text."""
    numeric = [kind in _NUMERIC for _, kind in _attributes(path)]
    rows = [_values(path, line, fields, names, numeric) for line, fields in _rows(path)]
    python_rows.register(engine, names, rows)
    return python_rows.select(wanted)


def place(
    engine: Engine, path: Path, options: TableFormat, row: int, left_out: Collection[int]
) -> str:
    """`line 7`."""
    line, _ = next(itertools.islice(_rows(path), row, None))
    return f"line {line:,}"


def _attributes(path: Path) -> list[tuple[str, str]]:
    """The name and the type of each."""
    found: list[tuple[str, str]] = []
    with path.open(encoding="utf-8-sig") as file:
        for number, line in enumerate(file, 1):
            if line.strip().lower() == "@data":
                return found
            if line.lower().startswith("@attribute"):
                match = _ATTRIBUTE.match(line.strip())
                if match is None or match[2].lower().startswith("relational"):
                    raise DataError(
                        f"{path}, line {number:,}: expected @attribute, a name and numeric, "
                        "string, date or {classes}"
                    )
                found.append((match[1].strip("'\""), match[2].lower().strip()))
    raise DataError(f"{path}: it has no line @data")


def _values(
    path: Path, line: int, fields: list[str], names: Sequence[str], numeric: Sequence[bool]
) -> list[str | float | None]:
    if len(fields) != len(names):
        raise DataError(
            f"{path}, line {line:,}: {counted(len(fields), 'field')}, but the file has "
            f"{counted(len(names), 'attribute')}"
        )
    values: list[str | float | None] = []
    for name, field, is_number in zip(names, fields, numeric, strict=True):
        try:
            values.append(None if field in ("?", "") else float(field) if is_number else field)
        except ValueError:
            raise DataError(
                f"{path}, line {line:,}, column '{name}': '{field:.40}' is not a number"
            ) from None
    return values


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The line and the fields of each row."""
    with path.open(encoding="utf-8-sig") as file:
        lines = enumerate(file, 1)
        for _, line in lines:
            if line.strip().lower() == "@data":
                break
        for number, line in lines:
            if line.strip() and not line.startswith("%"):
                quote = '"' if '"' in line else "'"
                [fields] = csv.reader([line.strip()], quotechar=quote, skipinitialspace=True)
                yield number, [field.strip() for field in fields]
