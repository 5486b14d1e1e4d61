"""Text -> how it is cut into tokens and sequences, from its beginning."""

from __future__ import annotations

import dataclasses
import functools
from collections import Counter
from pathlib import Path

from rnnkit.data import files
from rnnkit.data.labelled.folders import find_texts
from rnnkit.data.look.asked import Asked
from rnnkit.data.tokens.pieces import read_pieces, read_source, text_size
from rnnkit.data.tokens.text import PIECE, TEXT, TUNES, Folder, is_tunes, read_text
from rnnkit.errors import DataError

_FILES = 200  # of a folder, that are read


@dataclasses.dataclass(frozen=True)
class TextLook:
    """Text at first sight.

    Args:
        source: as the config will name it.
        beginning: its first characters, 16 MB at most.
        size: bytes in all.
        tunes: whether it is melodies in ABC notation.
        asked: what is not to be guessed.
        classes: of a folder: what its files or subfolders are called.
        texts: that are of these classes.
        running: whether the files can be one text; False: they stand in subfolders.
        parts: that the folder brings.
    """

    source: str
    beginning: str = dataclasses.field(repr=False)
    size: int
    tunes: bool
    asked: Asked
    classes: tuple[str, ...] = ()
    texts: int = 0
    running: bool = True
    parts: tuple[str, ...] = ()

    @functools.cached_property
    def lines(self) -> list[str]:
        """Those with something in them."""
        return [line for line in self.beginning.split("\n") if line.strip()]

    @functools.cached_property
    def blank_lines(self) -> int:
        """Between others."""
        return self.beginning.strip().count("\n\n")

    @functools.cached_property
    def words(self) -> Counter[str]:
        """What stands between white space, and how often."""
        return Counter(self.beginning.split())

    @property
    def spoken(self) -> float:
        """The share of the words that have nothing but letters, marks and usual punctuation."""
        total = self.words.total()
        bare = {word: word.strip(".,;:!?…\"'()[]—–-«»“”‘’|।॥") for word in self.words}
        spoken = sum(n for w, n in self.words.items() if _is_word(bare[w]))
        return spoken / total if total else 0.0

    @property
    def line_length(self) -> int:
        """Characters of the line in the middle."""
        return sorted(map(len, self.lines))[len(self.lines) // 2]


def look_at_text(source: files.Source, name: str, asked: Asked) -> TextLook:
    """Read the beginning of a text.

    Raises:
        DataError: it is empty, or no text in UTF-8.
    """
    size = text_size(source)
    whole = size <= PIECE
    return TextLook(
        source=name,
        beginning=read_source(source) if whole else next(read_pieces(source, "character"), ""),
        size=size,
        tunes=all(map(is_tunes, source.files)),
        asked=asked,
    )


def look_at_texts(path: Path, name: str, asked: Asked) -> TextLook:
    """Look at a folder of .txt files, whose names or subfolders may be classes.

    Raises:
        DataError: one is no text in UTF-8.
    """
    running = any(file.suffix.lower() in (TEXT, TUNES) for file in path.iterdir())
    try:
        found = find_texts(path)
    except DataError:  # no classes: files and subfolders
        return look_at_text(Folder(path, path.name), name, asked)
    classes = tuple(sorted({file.label for file in found.found}))
    if running:
        look = look_at_text(Folder(path, path.name), name, asked)
        return dataclasses.replace(look, classes=classes, texts=len(look.lines))
    return TextLook(
        source=name,
        beginning="\n".join(read_text(file) for file in found.files[:_FILES]),
        size=sum(file.stat().st_size for file in found.files),
        tunes=False,
        asked=asked,
        classes=classes,
        texts=len(found.files),
        running=False,
        parts=tuple(sorted({file.part for file in found.found})),
    )


def _is_word(word: str) -> bool:
    """Letters with their marks, joined by apostrophes and hyphens; no digits or other signs."""
    return not word or not any(c.isascii() and not c.isalpha() and c not in "'-" for c in word)
