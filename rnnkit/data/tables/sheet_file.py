"""A spreadsheet, .xlsx or .ods, of which one sheet is read: its first row names the columns."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from rnnkit.config.tables import TableFormat
from rnnkit.data.tables import python_rows
from rnnkit.data.tables.engine import Engine
from rnnkit.errors import DataError
from rnnkit.words import did_you_mean, quoted

TYPED = True


def names(engine: Engine, path: Path, options: TableFormat) -> list[str]:
    """The names in the first row."""
    rows = _rows(path, options)
    if not rows:
        return []
    if not options.header:
        return [f"column{number}" for number in range(1, len(rows[0]) + 1)]
    return [str(cell).strip() for cell in rows[0]]


def select(
    engine: Engine,
    path: Path,
    options: TableFormat,
    names: Sequence[str],
    wanted: Mapping[int, bool],
) -> str:
    """The wanted columns, as c0, c1 ... of the cells' types."""
    rows = _rows(path, options)[int(options.header) :]
    missing = {"", *(options.missing or ())}
    cells = [[None if cell in missing else cell for cell in row] for row in rows]
    python_rows.register(engine, names, cells)
    return python_rows.select(wanted)


def place(
    engine: Engine, path: Path, options: TableFormat, row: int, left_out: Collection[int]
) -> str:
    """`row 7`, as the spreadsheet numbers it."""
    return f"row {row + 1 + int(options.header) + options.skip_rows:,}"


def _rows(path: Path, options: TableFormat) -> list[list[Any]]:
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
    if options.sheet is not None and options.sheet not in sheets:
        hint = did_you_mean(options.sheet, sheets)
        raise DataError(
            f"{path} has no sheet '{options.sheet}' (data.format.sheet): it has {quoted(sheets)}."
            f"{hint}"
        )
    if options.sheet is None and len(sheets) > 1:
        raise DataError(
            f"{path} has {len(sheets)} sheets, {quoted(sheets)}: name one in data.format.sheet"
        )
    name = options.sheet or sheets[0]
    rows: list[list[Any]] = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
    return rows[options.skip_rows :]
