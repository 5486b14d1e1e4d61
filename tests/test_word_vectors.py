"""Files of word vectors: their forms, and what is damaged, at its line."""

import gzip
import hashlib
from pathlib import Path

import numpy as np
import pytest

from rnnkit.errors import DataError
from rnnkit.word_vectors import read_vectors, width_of

GLOVE = "the 0.5 -1 2e-3\n. . . 1 2 3\n2005 4 5 6\nkönig 7 8 9\nthe 9 9 9\n"


@pytest.mark.parametrize(
    ("name", "content", "width"),
    [
        ("glove.txt", GLOVE.encode(), 3),
        ("word2vec.txt", b"5 3\n" + GLOVE.encode(), 3),
        ("fasttext.vec.gz", gzip.compress(b"5 3\n" + GLOVE.encode(), mtime=0), 3),
        ("number_first.txt", b"2005 4 5 6\nthe 0.5 -1 2e-3\nk\xc3\xb6nig 7 8 9\n", 3),
        ("marked.txt", b"\xef\xbb\xbf" + GLOVE.encode(), 3),
        ("marked.vec.gz", gzip.compress(b"\xef\xbb\xbf5 3\n" + GLOVE.encode(), mtime=0), 3),
        ("ends_blank.txt", GLOVE.encode() + b"\n", 3),
        ("not_utf8.txt", GLOVE.encode() + b"caf\xe9 1 2 3\n", 3),
    ],
)
def test_forms(name: str, content: bytes, width: int, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert width_of(path) == width
    found = read_vectors(path, ["the", "2005", "nowhere"])
    assert found.numbers.keys() == {"the", "2005"}
    np.testing.assert_array_equal(found.numbers["the"], np.array([0.5, -1, 2e-3], np.float32))
    assert found.sha256 == hashlib.sha256(content).hexdigest()


def test_a_word_takes_its_own_vector_before_that_of_its_lower_case(tmp_path: Path) -> None:
    path = tmp_path / "v.txt"
    path.write_text("The 1\nthe 2\ncat 3\nk\u00f6nig 4\n", encoding="utf-8")
    found = read_vectors(path, ["The", "the", "CAT", "Ko\u0308nig", "ko\u0308nig"])
    values = {word: vector.tolist() for word, vector in found.numbers.items()}
    assert values == {
        "The": [1], "the": [2], "CAT": [3], "Ko\u0308nig": [4], "ko\u0308nig": [4],
    }  # fmt: skip
    assert found.lowered == 2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("the 1 2\ncat 3\n", "v.txt:2: 1 numbers instead of 2"),
        ("the 1 2\ncat 3 4 5\n", "v.txt:2: 3 numbers instead of 2"),
        ("2 2\nthe 1 2\ncat 3 x\n", "v.txt:3: 'x' is not a number"),
        ("the 1 2\ncat 3 nan\n", "v.txt:2: a number is NaN or infinite"),
        ("just a text\n", "v.txt:1: it holds no word vectors"),
        ("", "v.txt:1: it holds no word vectors"),
    ],
)
def test_damage(content: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "v.txt"
    path.write_text(content)
    with pytest.raises(DataError, match=message.replace(".", r"\.")):
        read_vectors(path, ["the", "cat"])


def test_a_packed_file_that_was_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "v.gz"
    path.write_bytes(gzip.compress(GLOVE.encode() * 99)[:-20])
    with pytest.raises(DataError, match="it cannot be read"):
        read_vectors(path, ["the"])


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="there is no such file of word vectors"):
        width_of(tmp_path / "gone.txt")
