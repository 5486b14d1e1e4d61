"""A .sqlite database, of which one table or view is read."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from typing import Any

from rnnkit.data.tables.contract import only_one
from rnnkit.data.tables.engine import identifier
from rnnkit.data.tables.python_rows import PythonFormat
from rnnkit.errors import DataError


class Format(PythonFormat):
    """A table or view."""

    heeds = ("table",)

    def rows(self) -> Iterator[tuple[str, tuple[Any, ...]]]:
        """`row 7`, counted from 1, and the values of each."""
        with self._opened() as database:
            found = database.execute(f"SELECT * FROM {self._table(database)}")
            for number, values in enumerate(found, 1):
                yield f"row {number:,}", values

    def _find_names(self) -> list[str]:
        with self._opened() as database:
            found = database.execute(f"SELECT * FROM {self._table(database)} LIMIT 0")
            return [column[0] for column in found.description]

    def _table(self, database: sqlite3.Connection) -> str:
        """The name of the table, as SQL writes it."""
        listing = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name"
        tables = [name for (name,) in database.execute(listing) if not name.startswith("sqlite_")]
        return identifier(only_one(self.path, "table", self.options.table, tables))

    @contextlib.contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        """The database, which nothing can write to."""
        uri = f"{self.path.resolve().as_uri()}?mode=ro&immutable=1"
        try:
            with contextlib.closing(sqlite3.connect(uri, uri=True)) as database:
                yield database
        except sqlite3.Error as error:
            raise DataError(
                f"{self.path}: not an SQLite database, or a damaged one: {error}"
            ) from None
