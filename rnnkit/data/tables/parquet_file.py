"""A .parquet file: it states the names and the types of its columns."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

import duckdb

from rnnkit.config.tables import TableFormat
from rnnkit.data.tables.contract import local_time
from rnnkit.data.tables.engine import Engine, text

TYPED = True
_INDEX = re.compile(r"__index_level_\d+__")  # of pandas, without a name


def names(engine: Engine, path: Path, options: TableFormat) -> list[str]:
    """The columns' names."""
    return [name for _, name in _columns(engine, path)]


def select(
    engine: Engine,
    path: Path,
    options: TableFormat,
    names: Sequence[str],
    wanted: Mapping[int, bool],
) -> str:
    """The wanted columns, as c0, c1 ... of the file's own types."""
    found = engine.describe(f"SELECT * FROM read_parquet({text(str(path))})")
    aliases = ", ".join(f"p{number}" for number in range(len(found)))
    places = [place for place, _ in _columns(engine, path)]
    zoned = any(found[places[n]][1] == "TIMESTAMP WITH TIME ZONE" for n in wanted)
    zones = _zones(path) if zoned else {}
    kept = (f"{local_time(f'p{places[n]}', zones.get(places[n]))} AS c{n}" for n in sorted(wanted))
    return f"SELECT {', '.join(kept)} FROM read_parquet({text(str(path))}) AS found({aliases})"


def place(
    engine: Engine, path: Path, options: TableFormat, row: int, left_out: Collection[int]
) -> str:
    """`row 7`, counted from 1."""
    return f"row {row + 1:,}"


def complaint(
    engine: Engine, path: Path, names: Sequence[str], wanted: Iterable[int]
) -> str | None:
    """What is wrong with a file that the engine cannot read: text that is not UTF-8."""
    found = engine.describe(f"SELECT * FROM read_parquet({text(str(path))})")
    source = (
        f"read_parquet({text(str(path))}) AS found({', '.join(f'p{n}' for n in range(len(found)))})"
    )
    places = dict(enumerate(place for place, _ in _columns(engine, path)))
    for n in wanted:
        if value := _not_utf8(engine, f"SELECT max(p{places[n]}::VARCHAR) FROM {source}"):
            where = f"{path}{_row(path, places[n])}, column '{names[n]}'"
            return f"{where}: {value} is not UTF-8: write text as UTF-8"
    return None


def _zones(path: Path) -> dict[int, str]:
    """The zone of each column of instants that has one: the engine does not tell, pyarrow does."""
    import pyarrow.parquet

    kinds = pyarrow.parquet.read_schema(path).types
    return {n: kind.tz for n, kind in enumerate(kinds) if getattr(kind, "tz", None)}


def _row(path: Path, column: int) -> str:
    """`, row 7`, where text is not UTF-8: the engine does not tell, pyarrow does."""
    import pyarrow.parquet

    with pyarrow.parquet.ParquetFile(path) as file:
        schema = file.schema_arrow
    coded = [field.name for field in schema if pyarrow.types.is_dictionary(field.type)]
    row = 0  # a dictionary stays one: else reading casts, which names no row
    with pyarrow.parquet.ParquetFile(path, read_dictionary=coded) as file:
        for batch in file.iter_batches():
            for value in batch.column(column):
                row += 1
                try:
                    value.as_py()
                except UnicodeDecodeError:
                    return f", row {row:,}"
    return ""


def _not_utf8(engine: Engine, statement: str) -> str | None:
    """The value that the engine stumbles over, if it is text."""
    try:
        engine.run(statement)
    except duckdb.Error as error:
        match = re.search(r'value ("(?:[^"\\]|\\.)*") is not valid UTF8', str(error))
        return match[1] if match else None
    return None


def _columns(engine: Engine, path: Path) -> list[tuple[int, str]]:
    """The place and the name of each column but pandas's own."""
    found = engine.describe(f"SELECT * FROM read_parquet({text(str(path))})")
    return [(n, name) for n, (name, _) in enumerate(found) if not _INDEX.fullmatch(name)]
