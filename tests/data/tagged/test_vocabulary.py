import numpy as np
import pytest

from rnnkit.data.tagged.rows import Tokens
from rnnkit.data.tagged.section import TaggedData
from rnnkit.data.tagged.vocabulary import UNKNOWN, CharacterIds, TokenIds
from rnnkit.errors import DataError

TOKENS = Tokens(np.array([0, 1, 2, 0, 3]), ("the", "The", "cat", "dog"))
TRAIN = np.array([True, True, True, True, False])


def data(**options):
    return TaggedData(source="a.csv", token="w", tag="t", sequence="s", **options)


def test_rare_and_new_tokens_are_unknown():
    ids = TokenIds.of(TOKENS, TRAIN, data(), "a.csv")
    assert ids.known == ("the",)
    assert ids.table(["the", "The", "cat", "new"]).tolist() == [0, 2, UNKNOWN, UNKNOWN, UNKNOWN]


def test_lower_case_counts_together():
    ids = TokenIds.of(TOKENS, TRAIN, data(lowercase=True, min_count=3), "a.csv")
    assert ids.known == ("the",)
    assert ids.table(["THE"]).tolist() == [0, 2]


def test_only_so_many():
    ids = TokenIds.of(TOKENS, TRAIN, data(min_count=1, max_vocabulary=2), "a.csv")
    assert ids.known == ("the", "The")
    assert len(ids) == 4


def test_where_all_would_be_unknown():
    with pytest.raises(DataError, match="no token trains 9 times, so all would be unknown"):
        TokenIds.of(TOKENS, TRAIN, data(min_count=9), "a.csv")


def test_letters_that_look_the_same_are_the_same():
    composed = Tokens(np.array([0, 0]), ("\u00e9",))
    ids = TokenIds.of(composed, np.array([True, True]), data(), "a.csv")
    assert ids.table(["e\u0301"]).tolist() == [0, 2]


def test_characters_keep_capitals_and_leave_the_middle_of_long_words_out():
    ids = CharacterIds.of(TOKENS, TRAIN)
    assert ids.known == ("T", "a", "c", "e", "h", "t")
    assert ids.width == 3
    assert ids.table(["The", "at", "tax", "teach"]).tolist() == [
        [0, 0, 0],
        [2, 6, 5],
        [3, 7, 0],
        [7, 3, UNKNOWN],
        [7, 4, 6],
    ]
