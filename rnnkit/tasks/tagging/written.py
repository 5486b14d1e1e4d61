"""A tag for every row -> text in the form of the file that was tagged."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np

from rnnkit.config.tables import TableFormat
from rnnkit.data.tables import conll_file, conllu_file, suffix_of
from rnnkit.data.tables.engine import Engine
from rnnkit.data.tagged.preprocessing import Columns
from rnnkit.data.tagged.section import COLUMN_FILES, TEXT
from rnnkit.data.tagged.text import as_prose, written
from rnnkit.tasks.tagging.trained import Predictions

_USUAL = TableFormat()
_KEY = "Probability"  # in MISC


def form_of(path: Path) -> str | None:
    """`text` or `columns`, which a file's suffix says; None of another table."""
    suffix = suffix_of(path)
    return "text" if suffix == TEXT else "columns" if suffix in COLUMN_FILES else None


def as_text(found: Predictions) -> str:
    """The words as their tags say, a blank line between two sequences."""
    [words] = found.tokens.values()
    tagged = [written(word, str(tag)) for word, tag in zip(words, found.tags, strict=True)]
    starts = np.flatnonzero([a != b for a, b in itertools.pairwise(["", *found.sequences])])
    return as_prose(tagged, np.diff([*starts, len(tagged)]))


def as_columns(path: Path, columns: Columns, found: Predictions) -> str:
    """The lines of a .conllu or .conll file, with the tag in its column and its probability.

    The probability stands in MISC as `Probability=0.987654`, or as the last field.
    """
    treebank = suffix_of(path) == ".conllu"
    module = conllu_file if treebank else conll_file
    table = module.Format(Engine([path]), path, _USUAL)
    names = table.names[1:]  # without the number of the sentence
    rows = (int(place[5:].replace(",", "")) for place, _ in table.rows())
    answers = zip(found.tags, found.probabilities, strict=True)
    answer_of = dict(zip(rows, answers, strict=True))  # by `line 7`
    place = names.index(columns.tag) if columns.tag in names else len(names)
    write = _in_treebank if treebank else _in_columns
    with path.open(encoding="utf-8-sig") as file:
        lines = [
            write(line, place, *answer_of[number]) if number in answer_of else line
            for number, line in enumerate(file, 1)
        ]
    return "".join(lines)


def _in_treebank(line: str, place: int, tag: int | str, probability: float) -> str:
    *fields, misc = line.rstrip("\r\n").split("\t")
    kept = [one for one in misc.split("|") if one != "_" and not one.startswith(f"{_KEY}=")]
    fields.append("|".join([*kept, f"{_KEY}={probability:.6f}"]))
    fields[place] = str(tag)
    return "\t".join(fields) + "\n"


def _in_columns(line: str, place: int, tag: int | str, probability: float) -> str:
    fields = line.split()
    fields[place : place + 1] = [str(tag)]
    return ("\t" if "\t" in line else " ").join([*fields, f"{probability:.6f}"]) + "\n"
