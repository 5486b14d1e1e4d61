"""A spreadsheet, .xlsx or .ods, of which one sheet is read: its first row names the columns."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from rnnkit.config.tables import TableFormat
from rnnkit.data.tables.contract import only_one
from rnnkit.errors import DataError
from rnnkit.words import counted

TYPED = True
OPTIONS = ("sheet", "header", "skip_rows")


def names(path: Path, options: TableFormat) -> list[str]:
    """The names in the first row; of columns without one that hold something, their places."""
    return _sheet(path, options).names


def rows(path: Path, options: TableFormat) -> Iterator[tuple[str, list[Any]]]:
    """`row 7`, as the spreadsheet numbers it, and the cells of each."""
    sheet = _sheet(path, options)
    for number, cells in enumerate(sheet.rows, 1 + options.skip_rows + options.has_header):
        yield f"row {number:,}", [None if cell == "" else cell for cell in cells]


def remarks(path: Path, options: TableFormat) -> list[str]:
    """What was left out because it holds nothing: a cell may be formatted though it is empty."""
    sheet = _sheet(path, options)
    columns, rows = sheet.empty
    found = [f"{counted(columns, 'column')} without a name or a value left out"] if columns else []
    return found + ([f"{counted(rows, 'row')} without any value left out"] if rows else [])


class _Sheet(NamedTuple):
    names: list[str]
    rows: list[list[Any]]
    empty: tuple[int, int]  # columns and rows at the end that hold nothing


def _sheet(path: Path, options: TableFormat) -> _Sheet:
    cells = _cells(path, options)
    header = [str(cell).strip() for cell in cells[0]] if cells and options.has_header else []
    body = cells[options.has_header :]
    total = len(body)
    while body and not any(cell != "" for cell in body[-1]):
        body.pop()
    width = len(cells[0]) if cells else 0
    named = [*header, *[""] * (width - len(header))]
    used = [n for n in range(width) if named[n] or any(row[n] != "" for row in body)]
    names = [named[n] or f"column{n + 1}" for n in used]
    rows = [[row[n] for n in used] for row in body]
    return _Sheet(names, rows, (width - len(used), total - len(body)))


def _cells(path: Path, options: TableFormat) -> list[list[Any]]:
    try:
        import python_calamine
    except ImportError:
        raise DataError(
            f"{path}: reading a spreadsheet needs the package python-calamine: pip install "
            "'rnnkit[sheets]'"
        ) from None
    try:
        workbook = python_calamine.CalamineWorkbook.from_path(str(path))
        sheets = workbook.sheet_names
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise DataError(f"{path}: not a spreadsheet, or only a piece of one: {error}") from None
    name = only_one(path, "sheet", options.sheet, sheets)
    rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
    return [
        [cell.strip() if isinstance(cell, str) else cell for cell in row]
        for row in rows[options.skip_rows :]
    ]
