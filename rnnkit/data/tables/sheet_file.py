"""A spreadsheet, .xlsx or .ods, of which one sheet is read: its first row names the columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from rnnkit.config.tables import TableFormat
from rnnkit.data.tables.contract import only_one
from rnnkit.data.tables.proposal import Proposed, because, block
from rnnkit.data.tables.python_rows import PythonFormat
from rnnkit.errors import DataError
from rnnkit.words import brief, counted

_Row = tuple[int, list[Any]]  # its number and its cells


class Format(PythonFormat):
    """The columns that have a name or hold something."""

    heeds = ("sheet", "header", "skip_rows")

    def rows(self) -> Iterator[tuple[str, list[Any]]]:
        """`row 7`, as the spreadsheet numbers it, and the cells of each."""
        for number, cells in self._sheet().rows:
            yield f"row {number:,}", [None if cell == "" else cell for cell in cells]

    def remarks(self) -> list[str]:
        """A cell may be formatted though it is empty."""
        columns, rows = self._sheet().empty
        found = []
        if columns:
            found.append(f"{counted(columns, 'column')} without a name or a value left out")
        return found + ([f"{counted(rows, 'row')} without any value left out"] if rows else [])

    def _find_names(self) -> list[str]:
        every = read_cells(self.path, self.options)
        if found := _title(every, self.options):
            raise DataError(
                f"{self.path}: {because(found)}: under `data:`\n{block(found, self.options)}"
            )
        return self._table(every).names

    def _sheet(self) -> _Sheet:
        return self._table(read_cells(self.path, self.options))

    def _table(self, every: Sequence[_Row]) -> _Sheet:
        cells, has_header = _filled(every), self.options.has_header
        header = [_name(cell) for cell in cells[0][1]] if cells and has_header else []
        body = cells[has_header:]
        width = len(cells[0][1]) if cells else 0
        named = [*header, *[""] * (width - len(header))]
        used = [n for n in range(width) if named[n] or any(row[n] != "" for _, row in body)]
        names = [named[n] or f"column{n + 1}" for n in used]
        rows = [(number, [row[n] for n in used]) for number, row in body]
        below = len(every) - every.index(cells[0]) - has_header if cells else 0
        return _Sheet(names, rows, (width - len(used), below - len(body)))


def proposed(path: Path, options: TableFormat) -> list[Proposed]:
    """How the sheet of a file is written.

    Raises:
        DataError: as `read_cells`.
    """
    return _title(read_cells(path, options), options)


def _title(every: Sequence[_Row], options: TableFormat) -> list[Proposed]:
    """Whether the first rows are a title, with less in them than rows of the table have."""
    cells = _filled(every)
    filled = [sum(cell != "" for cell in row) for _, row in cells]
    header = next((n for n, count in enumerate(filled) if 2 * count > max(filled)), 0)
    if header == 0 or options.header is not None or options.skip_rows:
        return []
    title = brief(next(cell for cell in cells[0][1] if cell != ""))
    why = f"its first row, '{title}', names no columns (if it does: header: true)"
    return [Proposed("skip_rows", cells[header][0] - 1, why)]


def read_cells(path: Path, options: TableFormat) -> list[_Row]:
    """The rows of the sheet with their numbers.

    Raises:
        DataError: no spreadsheet, or several sheets of which none is named.
    """
    try:
        import python_calamine
    except ImportError:
        raise DataError(
            f"{path}: reading a spreadsheet needs the package python-calamine: pip "
            "install 'rnnkit[sheets]'"
        ) from None
    try:
        workbook = python_calamine.CalamineWorkbook.from_path(str(path))
        name = only_one(path, "sheet", options.sheet, workbook.sheet_names)
        rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise DataError(f"{path}: not a spreadsheet, or only a piece of one: {error}") from None
    return [
        (number, [cell.strip() if isinstance(cell, str) else cell for cell in row])
        for number, row in enumerate(rows, 1)
        if number > options.skip_rows
    ]


def _filled(cells: Sequence[_Row]) -> list[_Row]:
    return [(number, row) for number, row in cells if any(cell != "" for cell in row)]


def _name(cell: Any) -> str:
    """`2019`, which a spreadsheet has as 2019.0."""
    whole = isinstance(cell, float) and cell.is_integer()
    return str(int(cell) if whole else cell).strip()


class _Sheet(NamedTuple):
    names: list[str]
    rows: list[_Row]
    empty: tuple[int, int]  # columns, and rows below the header, that hold nothing
