"""A .sqlite database, of which one table or view is read."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rnnkit.config.tables import TableFormat
from rnnkit.data.tables.contract import only_one
from rnnkit.data.tables.engine import identifier
from rnnkit.errors import DataError

TYPED = True
OPTIONS = ("table",)


def names(path: Path, options: TableFormat) -> list[str]:
    """The columns' names."""
    with _opened(path) as database:
        found = database.execute(f"SELECT * FROM {_table(database, path, options)} LIMIT 0")
        return [column[0] for column in found.description]


def rows(path: Path, options: TableFormat) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """`row 7`, counted from 1, and the values of each."""
    with _opened(path) as database:
        found = database.execute(f"SELECT * FROM {_table(database, path, options)}")
        for number, values in enumerate(found, 1):
            yield f"row {number:,}", values


def _table(database: sqlite3.Connection, path: Path, options: TableFormat) -> str:
    """The name of the table, as SQL writes it."""
    listing = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name"
    tables = [name for (name,) in database.execute(listing) if not name.startswith("sqlite_")]
    return identifier(only_one(path, "table", options.table, tables))


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The database, which nothing can write to."""
    try:
        with contextlib.closing(
            sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
        ) as database:
            yield database
    except sqlite3.Error as error:
        raise DataError(f"{path}: not an SQLite database, or a damaged one: {error}") from None
