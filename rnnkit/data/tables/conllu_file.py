"""A .conllu file: a token a line, its fields between tabs; a blank line ends a sentence.

Columns: `sentence`, counted from 1, and those of https://universaldependencies.org/format.html;
ranges of tokens (3-4) and tokens that are left out (5.1) are no rows.
"""

from __future__ import annotations

from collections.abc import Iterator

from rnnkit.data.tables.python_rows import PythonFormat
from rnnkit.errors import DataError
from rnnkit.words import counted

COLUMNS = ("id", "form", "lemma", "upos", "xpos", "feats", "head", "deprel", "deps", "misc")


class Format(PythonFormat):
    """`sentence` and the ten columns of the format."""

    typed = False

    def rows(self) -> Iterator[tuple[str, list[int | str]]]:
        """`line 7`, and the sentence and the fields of each token."""
        sentence, ended = 0, True
        with self.path.open(encoding="utf-8-sig") as file:
            for number, line in enumerate(file, 1):
                text = line.rstrip("\n")
                if not text.strip():
                    ended = True
                elif not text.startswith("#"):
                    fields = text.split("\t")
                    if len(fields) != len(COLUMNS):
                        raise DataError(
                            f"{self.path}, line {number:,}: {counted(len(fields), 'field')}, "
                            f"expected {len(COLUMNS)} between tabs"
                        )
                    sentence, ended = sentence + ended, False
                    if fields[0].isdigit():
                        yield f"line {number:,}", [sentence, *fields]

    def _find_names(self) -> list[str]:
        return ["sentence", *COLUMNS]
