"""A .parquet file -> DataFrames. Nothing that it declares is given RAM before it is checked."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from rnnkit.data.frames import limits
from rnnkit.data.frames.limits import Extent, check_names
from rnnkit.data.ram import ram_size
from rnnkit.errors import DataError

_VALUE, _IN_LIST = 32, 88  # bytes of RAM for each


def extent(path: Path) -> Extent:
    """By what the file declares; text is counted when it is read."""
    with _opened(path) as file:
        lists = [file.schema.column(i).max_repetition_level > 0 for i in range(len(file.schema))]
        values = ram = 0
        for number, chunk in enumerate(_chunks(file)):
            values += chunk.num_values
            ram += chunk.num_values * (_IN_LIST if lists[number % len(lists)] else _VALUE)
        return Extent(file.metadata.num_rows, values, ram)


def values_a_row(path: Path) -> int:
    """Values in a row, those in lists too."""
    with _opened(path) as file:
        values = sum(int(chunk.num_values) for chunk in _chunks(file))
        return -(-values // max(1, int(file.metadata.num_rows)))


def place(path: Path, row: int) -> str:
    """`row 7`, counted from 1."""
    return f"row {row + 1:,}"


def read(path: Path, text: Collection[str], rows: int | None, start: int) -> Iterator[pd.DataFrame]:
    """So many rows at a time, from row `start` on; the types are the file's, whatever `text`."""
    with _opened(path) as file:
        names, coded = file.schema_arrow.names, _coded(file.schema_arrow)
    check_names(path, names)
    with _opened(path, read_dictionary=coded) as file:  # else reading casts, which names no row
        kept = [n for n in names if not re.fullmatch(r"__index_level_\d+__", n)]
        # pandas's metadata would turn a column into the index, and the index into a column
        for table in _tables(path, file, rows, start):
            found = table.select(kept)
            _check_text(path, found, start)
            start += len(found)
            yield found.replace_schema_metadata(None).to_pandas()


def _coded(schema: Any) -> list[str]:
    """The columns that are numbers into a list of values, as pandas writes categories."""
    import pyarrow

    return [field.name for field in schema if pyarrow.types.is_dictionary(field.type)]


def _check_text(path: Path, table: Any, start: int) -> None:
    """Refuse text that is not UTF-8: pyarrow believes what a file declares to be text."""
    import pyarrow

    for name in table.column_names:
        try:
            table[name].validate(full=True)
        except pyarrow.ArrowInvalid as error:
            for row, value in enumerate(table[name]):
                with _explained(f"{path}, {place(path, start + row)}, column '{name}'"):
                    value.as_py()
            raise DataError(f"{path}, column '{name}': {error}") from None


@contextlib.contextmanager
def _explained(where: str) -> Iterator[None]:
    try:
        yield
    except UnicodeDecodeError as error:
        raise DataError(
            f"{where}: byte 0x{error.object[error.start]:02x} is not UTF-8: write text as UTF-8"
        ) from None


def _tables(path: Path, file: Any, rows: int | None, start: int) -> Iterator[Any]:
    """So many rows at a time; what a dictionary stands for is counted as it is written out."""
    import pyarrow

    texts = (c for c in _chunks(file) if c.physical_type.endswith("BYTE_ARRAY"))
    longest = max((chunk.total_uncompressed_size for chunk in texts), default=1)
    # a row may repeat all of it
    step = max(1, min(rows or limits.MAX_ROWS, limits.PIECE // max(1, longest)))
    limit, size = ram_size(), 0
    batches: list[Any] = []
    for batch in _batches(file, step, start):
        batches.append(batch)
        size += batch.nbytes
        if limit is not None and size > limit:
            raise DataError(f"{path}: its values do not fit into the RAM ({limit:,} bytes)")
        if rows is not None and (size >= limits.PIECE or sum(map(len, batches)) >= rows):
            yield pyarrow.Table.from_batches(batches)
            batches, size = [], 0
    if batches:
        yield pyarrow.Table.from_batches(batches)


def _batches(file: Any, rows: int, start: int) -> Iterator[Any]:
    """So many rows at a time; row groups before `start` are not read."""
    sizes = [file.metadata.row_group(i).num_rows for i in range(file.num_row_groups)]
    group = 0
    while group < len(sizes) and start >= sizes[group]:
        start -= sizes[group]
        group += 1
    for batch in file.iter_batches(rows, row_groups=range(group, len(sizes))):
        if start < len(batch):
            yield batch.slice(start)
        start = max(0, start - len(batch))


def _chunks(file: Any) -> Iterator[Any]:
    """What the file declares of every column of every row group."""
    for group in range(file.metadata.num_row_groups):
        found = file.metadata.row_group(group)
        yield from (found.column(index) for index in range(found.num_columns))


@contextlib.contextmanager
def _opened(path: Path, **options: Any) -> Iterator[Any]:
    import pyarrow  # only this format needs it
    import pyarrow.parquet

    try:
        with pyarrow.parquet.ParquetFile(path, **options) as file:
            yield file
    except UnicodeDecodeError:
        raise DataError(f"{path}: the name of a column is not UTF-8: rename it") from None
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        reason = (str(error).splitlines() or ["it is damaged"])[0]
        raise DataError(f"{path}: not a .parquet file, or only a piece of one: {reason}") from None
