"""A spreadsheet, .xlsx or .ods, of which one sheet is read: its first row names the columns."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rnnkit.config.tables import TableFormat
from rnnkit.data.tables.contract import only_one
from rnnkit.errors import DataError

TYPED = True
OPTIONS = ("sheet", "header", "skip_rows")


def names(path: Path, options: TableFormat) -> list[str]:
    """The names in the first row."""
    cells = next(iter(_cells(path, options)), [])
    if not options.has_header:
        return [f"column{number}" for number in range(1, len(cells) + 1)]
    return [str(cell).strip() for cell in cells]


def rows(path: Path, options: TableFormat) -> Iterator[tuple[str, list[Any]]]:
    """`row 7`, as the spreadsheet numbers it, and the cells of each."""
    for number, cells in enumerate(_cells(path, options), 1 + options.skip_rows):
        if number > 1 + options.skip_rows or not options.has_header:
            yield f"row {number:,}", [None if cell == "" else cell for cell in cells]


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
    rows: list[list[Any]] = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
    return rows[options.skip_rows :]
