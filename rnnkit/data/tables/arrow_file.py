"""An .arrow or .feather file, read with pyarrow: it states the names and types of its columns."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from rnnkit.config.tables import TableFormat
from rnnkit.data.tables.contract import local_time
from rnnkit.data.tables.engine import Engine
from rnnkit.errors import DataError

TYPED = True
_TABLE = "given"


def names(engine: Engine, path: Path, options: TableFormat) -> list[str]:
    """The columns' names."""
    return list(_read(path).column_names)


def select(
    engine: Engine,
    path: Path,
    options: TableFormat,
    names: Sequence[str],
    wanted: Mapping[int, bool],
) -> str:
    """The wanted columns, as c0, c1 ... of the file's own types."""
    found = _read(path)
    engine.register(_TABLE, found.rename_columns([f"p{n}" for n in range(len(names))]))
    zones = {n: getattr(kind, "tz", None) for n, kind in enumerate(found.schema.types)}
    chosen = ", ".join(f"{local_time(f'p{n}', zones[n])} AS c{n}" for n in sorted(wanted))
    return f"SELECT {chosen} FROM {_TABLE}"


def place(
    engine: Engine, path: Path, options: TableFormat, row: int, left_out: Collection[int]
) -> str:
    """`row 7`, counted from 1."""
    return f"row {row + 1:,}"


def _read(path: Path) -> Any:
    import pyarrow  # only this format needs it
    import pyarrow.feather

    try:
        table = pyarrow.feather.read_table(path)
        table.validate(full=True)
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        raise DataError(f"{path}: not an Arrow file, or only a piece of one: {error}") from None
    return table
