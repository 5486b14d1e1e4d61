"""A .jsonl file, an object a line, or a .json file, a list of objects."""

from __future__ import annotations

import codecs
import itertools
import json
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from rnnkit.config.tables import TableFormat
from rnnkit.data.tables import suffix_of
from rnnkit.data.tables.engine import Engine, text
from rnnkit.errors import DataError

TYPED = True
MAX_LINE = 1 << 26  # bytes of one


def names(engine: Engine, path: Path, options: TableFormat) -> list[str]:
    """Every key that a line has, by first appearance."""
    found = engine.run(
        "SELECT key FROM (SELECT row, unnest(json_keys(json)) AS key, "
        f"generate_subscripts(json_keys(json), 1) AS position FROM ({_objects(path)})) "
        "GROUP BY key ORDER BY min(row), min(position)"
    )
    _check_objects(engine, path)
    return [key for (key,) in found]


def select(
    engine: Engine,
    path: Path,
    options: TableFormat,
    names: Sequence[str],
    wanted: Mapping[int, bool],
) -> str:
    """The wanted columns, as c0, c1 ... of JSON; null, or a key that a line lacks, is NULL."""
    fields = ((n, f"json->{text(_pointer(names[n]))}") for n in sorted(wanted))
    chosen = (
        f"CASE json_type({field}) WHEN 'NULL' THEN NULL ELSE {field} END AS c{n}"
        for n, field in fields
    )
    return f"SELECT {', '.join(chosen)} FROM ({_objects(path)})"


def place(
    engine: Engine, path: Path, options: TableFormat, row: int, left_out: Collection[int]
) -> str:
    """`line 7`, of which blank ones count; in a list `object 7`."""
    if _is_list(path):
        return f"object {row + 1:,}"
    with path.open("rb") as file:
        file.seek(len(codecs.BOM_UTF8) if file.read(3) == codecs.BOM_UTF8 else 0)
        numbers = (n for n, line in enumerate(file, 1) if line.strip())
        return f"line {next(itertools.islice(numbers, row, None)):,}"


def _objects(path: Path) -> str:
    how = "format='array'" if _is_list(path) else "format='newline_delimited', ignore_errors=true"
    return (
        f"SELECT json, row_number() OVER () - 1 AS row FROM read_json_objects({text(str(path))}, "
        f"{how}, maximum_object_size={MAX_LINE})"
    )


def _is_list(path: Path) -> bool:
    return suffix_of(path) == ".json"


def _pointer(name: str) -> str:
    """JSON's own way to name a key, whatever signs it has."""
    return "/" + name.replace("~", "~0").replace("/", "~1")


def _check_objects(engine: Engine, path: Path) -> None:
    """Refuse the first line that is no object."""
    wrong = engine.run(
        f"SELECT row, json::VARCHAR FROM ({_objects(path)}) "
        "WHERE json IS NULL OR json_type(json) <> 'OBJECT' ORDER BY row LIMIT 1"
    )
    for row, found in wrong:
        where = f"{path}, {place(engine, path, TableFormat(), row, ())}"
        if found is not None:
            raise DataError(f'{where}: expected an object, like {{"label": "a", "x1": 0.5}}')
        raise DataError(f"{where}: not JSON: {_reason(path, row)}")


def _reason(path: Path, row: int) -> str:
    with path.open("rb") as file:
        line = next(itertools.islice((line for line in file if line.strip()), row, None))
    try:
        json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        return f"byte 0x{error.object[error.start]:02x} is not UTF-8: save the file as UTF-8 text"
    except ValueError as error:
        return getattr(error, "msg", str(error))
    except RecursionError:
        return "nested too deep"
    return "it holds half a character, which is no text"
