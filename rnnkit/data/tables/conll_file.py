"""A column file, .conll: a token a line, its fields between blanks; a blank line ends a sentence.

Columns: `sentence`, counted from 1, and column1, column2 ...
"""

from __future__ import annotations

from collections.abc import Iterator

from rnnkit.data.tables.python_rows import PythonFormat
from rnnkit.errors import DataError
from rnnkit.words import counted

_DOCUMENT = "-DOCSTART-"  # what a document begins with, in CoNLL-2003


class Format(PythonFormat):
    """`sentence`, and a column for each field of the first token."""

    typed = False

    def rows(self) -> Iterator[tuple[str, list[int | str]]]:
        """`line 7`, and the sentence and the fields of each token."""
        sentence, ended, width = 0, True, 0
        with self.path.open(encoding="utf-8-sig") as file:
            for number, line in enumerate(file, 1):
                fields = line.split()
                if not fields or fields[0] == _DOCUMENT:
                    ended = True
                    continue
                sentence, ended, width = sentence + ended, False, width or len(fields)
                if len(fields) != width:
                    raise DataError(
                        f"{self.path}, line {number:,}: {counted(len(fields), 'field')}, but the "
                        f"first token has {width}"
                    )
                yield f"line {number:,}", [sentence, *fields]

    def _find_names(self) -> list[str]:
        first = next(self.rows(), None)
        if first is None:
            return []
        return ["sentence", *(f"column{number}" for number in range(1, len(first[1])))]
