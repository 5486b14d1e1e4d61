"""`rnnkit init DATA` -> a Look: which kind of file or folder it is, opened and looked at."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from rnnkit.data import files
from rnnkit.data.look.arrays import ArraysLook, look_at_arrays
from rnnkit.data.look.asked import Asked
from rnnkit.data.look.text import TextLook, look_at_text, look_at_texts
from rnnkit.data.tables import suffix_of
from rnnkit.data.tokens.text import TEXT, TUNES, Folder, find_source
from rnnkit.data.vectors.tunes import MIDI, TuneFolder
from rnnkit.datasets import EMBEDDED, FOLDER
from rnnkit.errors import DataError
from rnnkit.words import listed

if TYPE_CHECKING:
    from rnnkit.data.look.table import TableLook

ARRAYS = (".npz", ".npy")


@dataclasses.dataclass(frozen=True)
class TunesLook:
    """A folder of MIDI files at first sight.

    Args:
        source: as the config will name it.
        files: in its training part.
        parts: whether it has folders for parts.
        asked: what is not to be guessed.
    """

    source: str
    files: int
    parts: bool
    asked: Asked


Look: TypeAlias = "TableLook | ArraysLook | TextLook | TunesLook"


def look_at(source: str, asked: Asked) -> Look:
    """Look at a file, a folder, a pattern, or data that rnnkit brings.

    Raises:
        DataError: there is nothing there, or nothing that can be read.
    """
    brought = EMBEDDED.get(source)
    path = Path(source) if brought is None else FOLDER / brought.file
    suffix = suffix_of(path)
    if path.is_dir():
        if found := _look_at_folder(path, source, asked):
            return found
    elif suffix in ARRAYS:
        return look_at_arrays(files.find_file(path, kinds=ARRAYS), source, asked)
    elif suffix in (TEXT, TUNES):
        return look_at_text(find_source(str(path)), source, asked)
    elif suffix in MIDI:
        raise DataError(f"{path}: name the folder it is in: a model learns from many tunes")
    from rnnkit.data.look.tables import look_at_table  # DuckDB takes 0.2 s to import

    kinds = (*ARRAYS, TEXT, TUNES, *files.TABLES)
    return look_at_table(files.find_files(path, kinds=kinds), source, asked)


def _look_at_folder(path: Path, source: str, asked: Asked) -> TunesLook | TextLook | None:
    """None: perhaps tables lie in it."""
    suffixes = {suffix_of(file) for file in path.rglob("*") if file.is_file()}
    if suffixes & set(MIDI):
        found = TuneFolder(path).files()
        return TunesLook(source, len(found["train"]), len(found) > 1, asked)
    if TUNES in {suffix_of(file) for file in path.iterdir()}:
        return look_at_text(Folder(path, path.name), source, asked)
    if TEXT in suffixes:
        return look_at_texts(path, source, asked)
    if not suffixes & set(files.TABLES):
        known = listed([TEXT, *ARRAYS[:1], TUNES, *MIDI[:1], *files.TABLES[:3]])
        raise DataError(f"{path} is a folder without files that can be read, such as {known}")
    return None
