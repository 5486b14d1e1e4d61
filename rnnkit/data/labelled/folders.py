"""A folder whose files or subfolders are named after classes -> its texts, their labels and names.

    reviews/good.txt, reviews/bad.txt            a line a text
    reviews/good/1.txt, reviews/bad/7.txt        a file a text

Either may stand in folders `train`, `validation` and `test`, which are then the parts.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rnnkit.data import files
from rnnkit.data.labelled.examples import NOT_READ, Examples, Labels, by_part
from rnnkit.data.labelled.spelling import meanings, merged
from rnnkit.data.labelled.texts import Texts, read_texts
from rnnkit.data.splits import PARTS
from rnnkit.data.tokens.splitting import Splitter
from rnnkit.data.tokens.text import TEXT, read_text
from rnnkit.errors import DataError
from rnnkit.words import counted, named


class TextFile(NamedTuple):
    """A file of one text, or of one a line."""

    path: Path
    name: str  # below the source
    part: str
    label: str  # "" where nothing says it


@dataclasses.dataclass(frozen=True)
class TextFolder(files.Source):
    """Texts in files, as a Source.

    Args:
        by_line: a line of a file is a text; else the whole file is.
        found: the files, in the order of their names.
        ignored: how many others there are.
    """

    by_line: bool = True
    found: tuple[TextFile, ...] = ()
    ignored: int = 0

    @property
    def files(self) -> tuple[Path, ...]:
        return tuple(file.path for file in self.found)

    def checksum(self) -> str:
        """The sha256 of all files and of their names, which say the classes."""
        digest = hashlib.sha256()
        for file in self.found:
            digest.update(f"{file.name}\0{files.checksum([file.path])}\n".encode())
        return digest.hexdigest()

    @cached_property
    def brings_parts(self) -> bool:
        return {file.part for file in self.found} != {"train"}


def is_texts(path: Path) -> bool:
    """Whether it is a .txt file or a folder that holds some, and so no table or arrays."""
    if os.path.isdir(path):  # noqa: PTH112 - pathlib raises on a name that is too long
        return any(next(path.glob(f"{'*/' * depth}*{TEXT}"), None) for depth in range(3))
    return path.suffix.lower() == TEXT


def find_texts(path: Path, *, labelled: bool = True, whole_files: bool = False) -> TextFolder:
    """The texts of a folder, or the lines of a file.

    Args:
        path: of either.
        labelled: whether the names of files or folders must say classes.
        whole_files: without labels: loose files hold one text each, not one a line.

    Raises:
        DataError: neither files nor folders of classes, or both.
    """
    if not path.is_dir():
        if labelled:
            raise DataError(
                f"{path}: a file of texts does not say their classes: give a folder with a file "
                "or a subfolder for each class, or a table"
            )
        return TextFolder(files.find_file(path, kinds=[TEXT]), path.name, found=(
            TextFile(path, path.name, "train", ""),))  # fmt: skip
    inner = [folder for folder in _visible(path) if folder.is_dir()]
    in_parts = {folder.name for folder in inner} & set(PARTS) and path / "train" in inner
    roots = [(f.name, f) for f in inner if f.name in PARTS] if in_parts else [("train", path)]
    found, ignored, ways = list[TextFile](), 0, set[bool]()
    for part, root in roots:
        for file in sorted(root.rglob("*")):
            below = file.relative_to(root)
            if file.is_dir() or any(name.startswith(".") for name in below.parts):
                continue
            if file.suffix.lower() != TEXT or len(below.parts) > 2:
                ignored += 1
                continue
            label = below.parts[0] if len(below.parts) == 2 else file.stem
            ways.add(len(below.parts) == 1)
            found.append(TextFile(file, file.relative_to(path).as_posix(), part, label))
    if len(ways) != 1:
        said = "both files and subfolders with" if found else "a folder without"
        raise DataError(
            f"{path} is {said} {TEXT} files: expected one way, a file for each class (a line a "
            "text) or a subfolder for each (a file a text)"
        )
    by_line = ways.pop() and not (whole_files and not labelled)
    return TextFolder(path, path.name, by_line=by_line, found=tuple(found), ignored=ignored)


def read_folder(folder: TextFolder, splitter: Splitter, *, labelled: bool) -> dict[str, Texts]:
    """All texts, in the parts that the folder brings.

    Raises:
        DataError: a file that is no UTF-8 text, or a text without a token.
    """
    written, names, of_file = list[str](), list[str](), list[int]()
    for number, file in enumerate(folder.found):
        for name, text in _texts_of(file, by_line=folder.by_line):
            written.append(text)
            names.append(name)
            of_file.append(number)
    if not written:
        raise DataError(f"{folder.where}: no text, only blank lines")
    root = folder.path if folder.path.is_dir() else folder.path.parent
    labels = _labels(folder, of_file) if labelled else Labels.unknown(len(written))
    known = Examples(NOT_READ, labels, np.array(names, object))
    texts = read_texts(
        written, known, splitter, lambda number: str(root / names[number]), where=folder.where
    )
    if not folder.brings_parts:
        return {"train": texts}
    codes = np.array([PARTS.index(folder.found[number].part) for number in of_file])
    found = by_part(texts, Labels(codes, PARTS))
    return {part: one for part, one in found.items() if len(one)}


def one_part(parts: dict[str, Texts], path: Path) -> Texts:
    """The texts to judge or to ask about: `test`, or all where there are no parts.

    Raises:
        DataError: there are parts, but no test part.
    """
    if "test" not in parts and len(parts) > 1:
        raise DataError(f"{path} has no folder 'test': name the one that is meant")
    return parts.get("test") or next(iter(parts.values()))


def folder_notes(folder: TextFolder) -> tuple[str, ...]:
    """What was left alone."""
    if not folder.ignored:
        return ()
    return (
        f"{folder.where}: {counted(folder.ignored, 'file')} not read, being no {TEXT} in a class's "
        "place",
    )


def _texts_of(file: TextFile, *, by_line: bool) -> Iterator[tuple[str, str]]:
    """The name and the text of each that a file holds; blank lines are none."""
    text = read_text(file.path)
    if not by_line:
        yield file.name, text
        return
    for line, content in enumerate(text.split("\n"), start=1):
        if content.strip():
            yield f"{file.name}:{line}", content


def _labels(folder: TextFolder, of_file: Sequence[int]) -> Labels:
    names = list(dict.fromkeys(file.label for file in folder.found))
    codes = np.array([names.index(folder.found[number].label) for number in of_file], np.intp)
    meant = meanings(names, typed=False)
    if None in meant or "" in meant:
        raise DataError(f"{folder.where}: no classes: {named(names)}")
    return merged(codes, names, meant, where=folder.where)


def _visible(path: Path) -> list[Path]:
    return sorted(entry for entry in path.iterdir() if not entry.name.startswith("."))
