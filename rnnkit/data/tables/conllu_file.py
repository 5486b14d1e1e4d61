"""A .conllu file: a token a line, its fields between tabs; a blank line ends a sentence.

Columns: `sentence`, counted from 1, and those of https://universaldependencies.org/format.html;
ranges of tokens (3-4) and tokens that are left out (5.1) are no rows.
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
COLUMNS = ("id", "form", "lemma", "upos", "xpos", "feats", "head", "deprel", "deps", "misc")


def names(engine: Engine, path: Path, options: TableFormat) -> list[str]:
    """`sentence` and the ten columns of the format."""
    return ["sentence", *COLUMNS]


def select(
    engine: Engine,
    path: Path,
    options: TableFormat,
    names: Sequence[str],
    wanted: Mapping[int, bool],
) -> str:
    """The wanted columns, as c0, c1 ...: text but for the sentence."""
    python_rows.register(
        engine, names, [[sentence, *fields] for _, sentence, fields in _rows(path)]
    )
    return python_rows.select(wanted)


def place(
    engine: Engine, path: Path, options: TableFormat, row: int, left_out: Collection[int]
) -> str:
    """`line 7`."""
    number, *_ = next(itertools.islice(_rows(path), row, None))
    return f"line {number:,}"


def _rows(path: Path) -> Iterator[tuple[int, int, list[str]]]:
    """The line, the sentence and the fields of each token."""
    sentence, blank = 0, True
    with path.open(encoding="utf-8-sig") as file:
        for number, line in enumerate(file, 1):
            text = line.rstrip("\n")
            if not text.strip():
                blank = True
            elif not text.startswith("#"):
                fields = text.split("\t")
                if len(fields) != len(COLUMNS):
                    raise DataError(
                        f"{path}, line {number:,}: {counted(len(fields), 'field')}, expected "
                        f"{len(COLUMNS)} between tabs"
                    )
                sentence, blank = sentence + blank, False
                if fields[0].isdigit():
                    yield number, sentence, fields
