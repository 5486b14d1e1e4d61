"""Folders whose files or subfolders are classes -> texts."""

from __future__ import annotations

from pathlib import Path

import pytest

from rnnkit.data.labelled.folders import find_texts, folder_notes, is_texts, read_folder
from rnnkit.data.tokens.splitting import Splitter
from rnnkit.errors import DataError

WORDS = Splitter("word")


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def read(root: Path, **options):
    """(name, text, label) of each, by part."""
    folder = find_texts(root, **options)
    parts = read_folder(folder, WORDS, labelled=options.get("labelled", True))
    return {
        part: [
            (name, text, texts.labels.values[code] if code >= 0 else None)
            for name, text, code in zip(
                texts.names, texts.written, texts.labels.codes.tolist(), strict=True
            )
        ]
        for part, texts in parts.items()
    }


def test_a_file_a_class(tmp_path: Path) -> None:
    write(tmp_path, {"good.txt": "so fine\n\nwell done", "bad.txt": "awful\r\n", ".hidden": "x"})
    assert is_texts(tmp_path)
    assert read(tmp_path) == {
        "train": [
            ("bad.txt:1", "awful", "bad"),
            ("good.txt:1", "so fine", "good"),
            ("good.txt:3", "well done", "good"),
        ]
    }


def test_a_folder_a_class(tmp_path: Path) -> None:
    write(tmp_path, {"1/a.txt": "one\ntwo", "2/b.txt": "three", "2/notes.md": "no", "LICENSE": "x"})
    assert read(tmp_path) == {"train": [("1/a.txt", "one\ntwo", 1), ("2/b.txt", "three", 2)]}
    assert folder_notes(find_texts(tmp_path)) == (
        f"{tmp_path}: 2 files not read, being no .txt in a class's place",
    )


def test_folders_of_parts(tmp_path: Path) -> None:
    write(tmp_path, {"train/x.txt": "a\nb", "train/y.txt": "c", "test/x.txt": "d"})
    found = read(tmp_path)
    assert found == {
        "train": [
            ("train/x.txt:1", "a", "x"), ("train/x.txt:2", "b", "x"), ("train/y.txt:1", "c", "y"),
        ],
        "test": [("test/x.txt:1", "d", "x")],
    }  # fmt: skip


def test_without_labels(tmp_path: Path) -> None:
    write(tmp_path, {"new/a.txt": "one\ntwo", "lines.txt": "x\n\ny\n"})
    assert read(tmp_path / "lines.txt", labelled=False) == {
        "train": [("lines.txt:1", "x", None), ("lines.txt:3", "y", None)]
    }
    assert read(tmp_path / "new", labelled=False)["train"][0] == ("a.txt:1", "one", None)
    whole = find_texts(tmp_path / "new", labelled=False, whole_files=True)
    assert read_folder(whole, WORDS, labelled=False)["train"].written.tolist() == ["one\ntwo"]


def test_the_checksum_knows_classes(tmp_path: Path) -> None:
    one = find_texts(write(tmp_path / "a", {"x/1.txt": "p", "y/2.txt": "q"})).checksum()
    same = find_texts(write(tmp_path / "b", {"x/1.txt": "p", "y/2.txt": "q"})).checksum()
    moved = find_texts(write(tmp_path / "c", {"y/1.txt": "p", "x/2.txt": "q"})).checksum()
    assert one == same != moved


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"a.txt": "x", "b/c.txt": "y"}, "both files and subfolders with .txt files"),
        ({"a.txt": "\n \n", "b.txt": ""}, "no text, only blank lines"),
        ({"a/1.txt": "x", "b/2.txt": "  "}, "b/2.txt: a text without a word"),
        ({"a/1.txt": "x\0"}, "binary file"),
    ],
)
def test_what_cannot_be_read(tmp_path: Path, files: dict[str, str], message: str) -> None:
    with pytest.raises(DataError, match=message):
        read(write(tmp_path, files))


def test_a_file_alone_has_no_classes(tmp_path: Path) -> None:
    write(tmp_path, {"a.txt": "x"})
    with pytest.raises(DataError, match="give a folder with a file or a subfolder for each class"):
        read(tmp_path / "a.txt")
