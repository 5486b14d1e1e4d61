"""A column file, .conll: a token a line, its fields between blanks; a blank line ends a sentence.

Columns: `sentence`, counted from 1, and column1, column2 ...
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from rnnkit.config.tables import TableFormat
from rnnkit.data.tables import python_rows
from rnnkit.data.tables.engine import Engine
from rnnkit.errors import DataError
from rnnkit.words import counted

TYPED = True
_DOCUMENT = "-DOCSTART-"  # what a document begins with, in CoNLL-2003


def names(engine: Engine, path: Path, options: TableFormat) -> list[str]:
    """`sentence`, and a name for each field of the first token."""
    first = next(_rows(path), None)
    if first is None:
        return []
    return ["sentence", *(f"column{number}" for number in range(1, len(first[2]) + 1))]


def select(
    engine: Engine,
    path: Path,
    options: TableFormat,
    names: Sequence[str],
    wanted: Mapping[int, bool],
) -> str:
    """The wanted columns, as c0, c1 ...: text but for the sentence."""
    rows = []
    for line, sentence, fields in _rows(path):
        if len(fields) != len(names) - 1:
            raise DataError(
                f"{path}, line {line:,}: {counted(len(fields), 'field')}, but the first token has "
                f"{len(names) - 1}"
            )
        rows.append([sentence, *fields])
    python_rows.register(engine, names, rows)
    return python_rows.select(wanted)


def place(
    engine: Engine, path: Path, options: TableFormat, row: int, left_out: Collection[int]
) -> str:
    """`line 7`."""
    line, *_ = next(itertools.islice(_rows(path), row, None))
    return f"line {line:,}"


def _rows(path: Path) -> Iterator[tuple[int, int, list[str]]]:
    """The line, the sentence and the fields of each token."""
    sentence, ended = 0, True
    with path.open(encoding="utf-8-sig") as file:
        for number, line in enumerate(file, 1):
            fields = line.split()
            if not fields or fields[0] == _DOCUMENT:
                ended = True
                continue
            sentence, ended = sentence + ended, False
            yield number, sentence, fields
