import numpy as np
import pytest

from rnnkit.data.tagged.text import as_prose, read_text, written
from rnnkit.errors import DataError

TEXT = "FIRST CITIZEN.\nWho's there, you?!\n\nNay; _answer_ me-now\n"


def test_words_lose_their_capitals_and_marks_which_become_tags():
    rows, notes = read_text(TEXT, "a.txt")
    [tokens] = rows.tokens.values()
    words = [tokens.symbols[code] for code in tokens.codes]
    tags = [rows.tags.values[code] for code in rows.tags.codes]
    assert list(zip(words, tags, strict=True)) == [
        ("first", "WORD"),
        ("citizen", "WORD."),
        ("who's", "Word"),
        ("there", "word,"),
        ("you", "word?"),
        ("nay", "Word;"),
        ("answer", "word"),
        ("me-now", "word"),
    ]
    assert rows.lengths.tolist() == [5, 3]
    assert notes == ("1 other sign than ,.;:?! left out: quotes, brackets, dashes ...",)


def test_tags_put_back_what_they_took():
    rows, _ = read_text(TEXT, "a.txt")
    [tokens] = rows.tokens.values()
    words = [
        written(tokens.symbols[word], rows.tags.values[tag])
        for word, tag in zip(tokens.codes, rows.tags.codes, strict=True)
    ]
    prose = "FIRST CITIZEN. Who's there, you?\n\nNay; answer me-now\n"
    assert as_prose(words, rows.lengths) == prose


def test_without_blank_lines_each_line_is_a_sequence():
    rows, _ = read_text("so it is\nit is\n", "a.txt")
    assert rows.lengths.tolist() == [3, 2]


def test_text_without_words():
    with pytest.raises(DataError, match=r"a\.txt holds no word"):
        read_text("... !\n", "a.txt")


def test_equal_sequences_have_equal_content():
    rows, _ = read_text("so it is\n\nit is so\n\nSo it is!\n", "a.txt")
    content = rows.content()
    assert content[0] == content[2] != content[1]
    assert np.array_equal(rows.starts, [0, 3, 6])
