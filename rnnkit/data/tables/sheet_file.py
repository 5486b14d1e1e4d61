"""A spreadsheet, .xlsx or .ods, of which one sheet is read: its first row names the columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from rnnkit.data.tables.contract import only_one
from rnnkit.data.tables.python_rows import PythonFormat
from rnnkit.errors import DataError
from rnnkit.words import counted


class Format(PythonFormat):
    """The columns that have a name or hold something."""

    heeds = ("sheet", "header", "skip_rows")

    def rows(self) -> Iterator[tuple[str, list[Any]]]:
        """`row 7`, as the spreadsheet numbers it, and the cells of each."""
        first = 1 + self.options.skip_rows + self.options.has_header
        for number, cells in enumerate(self._sheet().rows, first):
            yield f"row {number:,}", [None if cell == "" else cell for cell in cells]

    def remarks(self) -> list[str]:
        """A cell may be formatted though it is empty."""
        columns, rows = self._sheet().empty
        found = []
        if columns:
            found.append(f"{counted(columns, 'column')} without a name or a value left out")
        return found + ([f"{counted(rows, 'row')} without any value left out"] if rows else [])

    def _find_names(self) -> list[str]:
        return self._sheet().names

    def _sheet(self) -> _Sheet:
        cells, has_header = self._cells(), self.options.has_header
        header = [str(cell).strip() for cell in cells[0]] if cells and has_header else []
        body = cells[has_header:]
        total = len(body)
        while body and not any(cell != "" for cell in body[-1]):
            body.pop()
        width = len(cells[0]) if cells else 0
        named = [*header, *[""] * (width - len(header))]
        used = [n for n in range(width) if named[n] or any(row[n] != "" for row in body)]
        names = [named[n] or f"column{n + 1}" for n in used]
        rows = [[row[n] for n in used] for row in body]
        return _Sheet(names, rows, (width - len(used), total - len(body)))

    def _cells(self) -> list[list[Any]]:
        try:
            import python_calamine
        except ImportError:
            raise DataError(
                f"{self.path}: reading a spreadsheet needs the package python-calamine: pip "
                "install 'rnnkit[sheets]'"
            ) from None
        try:
            workbook = python_calamine.CalamineWorkbook.from_path(str(self.path))
            sheets = workbook.sheet_names
        except (python_calamine.CalamineError, OSError, ValueError) as error:
            raise DataError(
                f"{self.path}: not a spreadsheet, or only a piece of one: {error}"
            ) from None
        name = only_one(self.path, "sheet", self.options.sheet, sheets)
        rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
        return [
            [cell.strip() if isinstance(cell, str) else cell for cell in row]
            for row in rows[self.options.skip_rows :]
        ]


class _Sheet(NamedTuple):
    names: list[str]
    rows: list[list[Any]]
    empty: tuple[int, int]  # columns and rows at the end that hold nothing
