"""Whole tables for tests."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

from rnnkit.config.tables import TableFormat
from rnnkit.data.tables.files import TableFiles
from rnnkit.data.tables.table import Table


def read_table(path: Path, *, text: Collection[str] = (), **options: Any) -> Table:
    """Every column; those in `text` as text even where they look like numbers."""
    file = TableFiles([path], TableFormat(**options))
    return file.read(
        numbers=[name for name in file.names if name not in text], text=(), labels=text
    )


def content(table: Table) -> dict[str, list[Any]]:
    """The fields of each column as Python has them."""
    return {name: table.fields(name) for name in table.columns}
