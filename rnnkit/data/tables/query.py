"""`data.query`, one SELECT over tables -> a Table; and the door to tables with and without one.

DuckDB takes 0.2 s to import: import this module only where a table is read.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from rnnkit.config.tables import TableSection
from rnnkit.data import files
from rnnkit.data.tables.engine import Engine, explained
from rnnkit.data.tables.files import TableFiles, check_names, check_options
from rnnkit.data.tables.table import Table
from rnnkit.errors import DataError
from rnnkit.words import counted

SECONDS = 600  # that a query may take
SOURCE = "source"  # the name of the files that the config or --data names
_WHERE = "data.query"


def open_table(
    source: Sequence[Path], data: TableSection, folder: Path | None = None
) -> TableFiles | Query:
    """The table of a section, of which only the header was read.

    Args:
        source: the files of `data.source`, or others in their place.
        data: how they are written and what is asked of them.
        folder: where rows go that do not fit the RAM; None: where the system keeps such files.

    Raises:
        DataError: the files or the query cannot be read.
    """
    if data.query is None:
        check_options(source[0], data.format)
        return TableFiles(source, data.format, folder)
    return Query(source, data, data.query, folder)


def read_as(data: TableSection) -> dict[str, Any]:
    """What a table's content follows from beside its files: part of a conversion's key."""
    written = data.model_dump(mode="json", include={"format", "query"})
    return {**written, "tables": list(data.tables)}


class Query:
    """What a SELECT gives, of which only the columns' names are known.

    In its tables a column of text whose values all are numbers holds numbers, unless one begins
    with a zero as 007 does.
    """

    where = _WHERE

    def __init__(
        self, source: Sequence[Path], data: TableSection, query: str, folder: Path | None
    ) -> None:
        tables = {SOURCE: source, **other_tables(data)}
        every = [file for named in tables.values() for file in named]
        self._engine = Engine(every, folder, threads=1)  # the same order of rows each time
        self._query = _only_select(query)
        others = data.format.model_copy(update={"file_column": None})
        self._joins = bool(data.tables)
        self._notes: list[str] = []
        for name, found in tables.items():
            options = data.format if name == SOURCE else others
            self._notes += TableFiles(found, options, engine=self._engine).fill(name)
        with explained(_WHERE):
            described = self._engine.describe(self._query)
        self.names = tuple(name for name, _ in described)
        check_names(_WHERE, self.names)

    def read(
        self, *, numbers: Collection[str], text: Collection[str], labels: Collection[str] = ()
    ) -> Table:
        """All columns; their types are the query's, whatever is asked.

        Raises:
            DataError: the query fails, takes too long, or gives no rows.
        """
        fields = {name: f"c{number}" for number, name in enumerate(self.names)}
        timer = threading.Timer(SECONDS, self._engine.interrupt)
        timer.start()
        try:
            with explained(_WHERE):
                self._engine.keep(self._query, "asked")
                aliases = ", ".join(fields.values())
                self._engine.run(f"CREATE TABLE rows AS SELECT * FROM asked AS asked({aliases})")
                self._engine.run("DROP TABLE asked")
        finally:
            timer.cancel()
        [(rows,)] = self._engine.run("SELECT count(*) FROM rows")
        if rows == 0:
            raise DataError(f"{_WHERE} gives no rows of data")
        described = dict(self._engine.describe("SELECT * FROM rows"))
        [(before,)] = self._engine.run(f"SELECT count(*) FROM {SOURCE}")
        notes = [*self._notes]
        if self._joins and rows != before:  # by a key that lacks, or stands twice
            notes.append(f"{_WHERE} makes {counted(rows, 'row')} of the {before:,} of {SOURCE}")
        return Table(
            where=_WHERE,
            rows=rows,
            place_of=_place,
            columns=fields,
            kinds={name: described[field] for name, field in fields.items()},
            typed=True,
            engine=self._engine,
            notes=notes,
        )


def other_tables(data: TableSection) -> dict[str, list[Path]]:
    """The files of each of `data.tables`.

    Raises:
        DataError: one is not there, or is no table.
    """
    return {name: files.find_files(path, kinds=files.TABLES) for name, path in data.tables.items()}


def _only_select(query: str) -> str:
    """The query, once it is known to be one SELECT.

    Raises:
        DataError: it is something else, or cannot be read.
    """
    import duckdb

    try:
        statements = duckdb.extract_statements(query)
    except duckdb.Error as error:
        raise DataError(f"{_WHERE}: {str(error).splitlines()[0]}") from None
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise DataError(f"{_WHERE} must be one SELECT, as in: SELECT * FROM source WHERE x > 0")
    head, _, tail = query.rpartition(";")
    with contextlib.suppress(duckdb.Error):  # a ; within quotes
        if head and not duckdb.extract_statements(tail):  # comments at most
            return head
    return query


def _place(row: int, brief: bool) -> str:
    return f"row {row + 1:,}" if brief else f"{_WHERE}, row {row + 1:,}"
