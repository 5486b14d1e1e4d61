"""A text file of word vectors -> how long they are, and those of the words that are wanted.

The forms of GloVe, word2vec and fastText: a word and its D numbers a line, with or without a line
`N D` above them, under gzip or not. Files of gigabytes are read line by line; the numbers of words
that nobody wants are counted and not read.
"""

from __future__ import annotations

import contextlib
import dataclasses
import gzip
import hashlib
import io
import itertools
import unicodedata
import zlib
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnnkit.errors import DataError

MAX_LINE = 1 << 20  # bytes; 1,000 numbers take 10,000
_FORM = "a line is a word and its numbers, as in `the 0.418 0.25 -0.412`"
_GZIP = b"\x1f\x8b"


@dataclasses.dataclass(frozen=True, eq=False)
class Vectors:
    """What a file has of the words that were wanted."""

    numbers: dict[str, NDArray[np.float32]]  # (D,) of each word that it has
    lowered: int  # of these, how many have that of their lower case
    sha256: str  # of the file


class _Line(NamedTuple):
    number: int
    fields: list[bytes]  # the word, which may hold spaces, and D numbers


def width_of(path: str | Path) -> int:
    """D: how many numbers each word has.

    Raises:
        DataError: the file is not there, or holds something else.
    """
    with _opened(Path(path)) as file:
        return _width(Path(path), file)


def read_vectors(path: str | Path, words: Iterable[str]) -> Vectors:
    """The vectors of some words.

    A word is looked for as it is written, then in its composed form (NFC), then in lower case. Of
    two lines with one word the first counts.

    Raises:
        DataError: the file is not there, or a line of it is damaged.
    """
    path = Path(path)
    forms = {word: _forms(word) for word in words}
    wanted = {form for some in forms.values() for form in some}
    known: dict[bytes, NDArray[np.float32]] = {}
    with _opened(path) as file:
        width = _width(path, file)
    with _opened(path) as file:
        for number, fields in _lines(path, file, width):
            if (start := fields[0]) in wanted and start not in known:
                known[start] = _numbers(path, number, fields[1:])
    numbers, lowered = {}, 0
    for word, some in forms.items():
        if (form := next(filter(known.__contains__, some), None)) is not None:
            numbers[word] = known[form]
            lowered += form == some[-1] and form not in some[:-1]
    with path.open("rb") as raw:
        return Vectors(numbers, lowered, hashlib.file_digest(raw, "sha256").hexdigest())


def _forms(word: str) -> list[bytes]:
    composed = unicodedata.normalize("NFC", word)
    return [form.encode() for form in (word, composed, composed.lower())]


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[io.BufferedIOBase]:
    """The file's bytes, out of gzip where it is.

    Raises:
        DataError: it is no file, or cannot be read.
    """
    if not path.is_file():  # a pipe would wait for a writer
        raise DataError(f"{path}: there is no such file of word vectors")
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == _GZIP
            raw.seek(0)
            with gzip.open(raw) if packed else contextlib.nullcontext(raw) as file:
                if file.peek(len(BOM_UTF8)).startswith(BOM_UTF8):  # or it were of the first word
                    file.read(len(BOM_UTF8))
                yield file
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path}: it cannot be read: {error}") from None


def _width(path: Path, file: io.BufferedIOBase) -> int:
    fields = file.readline(MAX_LINE).split()
    if _is_header(fields):
        return int(fields[1])
    numbers = list(itertools.takewhile(_is_number, reversed(fields)))
    if len(fields) < 2 or not numbers:
        raise DataError(f"{path}:1: it holds no word vectors: {_FORM}")
    return min(len(numbers), len(fields) - 1)  # the word may be a number too


def _lines(path: Path, file: io.BufferedIOBase, width: int) -> Iterator[_Line]:
    """The lines with words, each cut into the word and its numbers.

    Raises:
        DataError: a line has more or fewer numbers.
    """
    for number, line in enumerate(iter(lambda: file.readline(MAX_LINE), b""), start=1):
        fields = line.rstrip().rsplit(None, width)
        if not fields or (number == 1 and _is_header(fields)):
            continue
        before = fields[0].split()[1:]
        if len(fields) != width + 1 or (before and _is_number(before[-1])):
            count = len(line.split()) - 1
            raise DataError(f"{path}:{number}: {count} numbers instead of {width}: {_FORM}")
        yield _Line(number, fields)


def _is_header(fields: list[bytes]) -> bool:
    """`N D`, how many words there are and how many numbers each has."""
    return len(fields) == 2 and all(map(bytes.isdigit, fields))


def _numbers(path: Path, number: int, fields: list[bytes]) -> NDArray[np.float32]:
    try:
        values = np.array([float(field) for field in fields], np.float32)
    except ValueError:
        wrong = next(field for field in fields if not _is_number(field))
        text = wrong.decode(errors="replace")
        raise DataError(f"{path}:{number}: '{text}' is not a number: {_FORM}") from None
    if not np.isfinite(values).all():
        raise DataError(f"{path}:{number}: a number is NaN or infinite")
    return values


def _is_number(field: bytes) -> bool:
    try:
        float(field)
    except ValueError:
        return False
    return True
