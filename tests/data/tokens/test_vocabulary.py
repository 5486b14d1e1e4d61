"""Text to ids and back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnkit.data.tokens.splitting import Splitter
from rnnkit.data.tokens.vocabulary import END, UNKNOWN, Vocabulary
from rnnkit.errors import DataError

LETTERS = Vocabulary(level="character", tokens=tuple("AJZ"))
MOVES = Vocabulary(level="item", tokens=(END, "e4", "e5", "Nf3"), end=0)


def test_characters() -> None:
    ids = LETTERS.encode("JAZZ")
    assert ids.dtype == np.int32
    assert ids.tolist() == [1, 0, 2, 2]
    assert LETTERS.decode(ids) == "JAZZ"
    assert LETTERS.encode("").tolist() == []


@given(st.text(max_size=30))
def test_any_text_comes_back_from_its_characters(text: str) -> None:
    vocabulary = Vocabulary(level="character", tokens=tuple(sorted(set(text) | {"a"})))
    assert vocabulary.decode(vocabulary.encode(text)) == text


def test_items() -> None:
    assert MOVES.encode(" e4  e5\nNf3 ").tolist() == [1, 2, 3]
    assert MOVES.decode([1, 2, 3]) == "e4 e5 Nf3"


def test_items_that_hold_white_space_stand_between_commas() -> None:
    actions = Vocabulary(level="item", tokens=("search", "add to cart"))
    ids = actions.encode("search, add to cart")
    assert ids.tolist() == [0, 1]
    assert actions.decode(ids) == "search, add to cart"


def test_words_keep_apostrophes_and_lines() -> None:
    words = Vocabulary(level="word", tokens=("it's", "well-kept", ",", "now", ".", "\n", "(", ")"))
    text = "it's well-kept, now.\nnow (now)"
    assert words.decode(words.encode(text)) == text


@pytest.mark.parametrize("text", ["यह सच है। (हाँ)", "كيف حالك؟ نعم، جيد", "¿Qué? ¡Ya! 「はい」。"])
def test_words_as_prose_of_other_scripts(text: str) -> None:
    words = Vocabulary(level="word", tokens=tuple(dict.fromkeys(Splitter("word").split(text))))
    assert words.decode(words.encode(text)) == text


def test_unknown_tokens_become_unk() -> None:
    words = Vocabulary(level="word", tokens=(UNKNOWN, "now"), unknown=0)
    assert words.encode("never now").tolist() == [0, 1]
    letters = Vocabulary(level="character", tokens=(UNKNOWN, "a"), unknown=0)
    assert letters.encode("ab").tolist() == [1, 0]


def test_unknown_tokens_are_listed_with_near_misses() -> None:
    with pytest.raises(DataError) as caught:
        MOVES.encode("e4 nf3 e5 Qxq9 nf3")
    assert str(caught.value) == (
        "2 unknown tokens: 'nf3' (did you mean 'Nf3'?), 'Qxq9'; the vocabulary holds 4"
    )
    with pytest.raises(DataError, match=r"1 unknown character: 'j' \(did you mean 'J'\?\)"):
        LETTERS.encode("jA")


def test_only_the_first_unknown_tokens_are_named() -> None:
    with pytest.raises(DataError, match=r"12 unknown characters: 'a', .*'h' and 4 more;"):
        Vocabulary(level="character", tokens=("1",)).encode("abcdefghijkl")


def test_alphabets_of_its_letters() -> None:
    tokens = ("<unk>", *"привет мир", *"ab1", "αβγδε")
    tokens = tuple(dict.fromkeys(tokens))
    vocabulary = Vocabulary(level="character", tokens=tokens, unknown=0)
    assert vocabulary.alphabets == ("Cyrillic", "Greek")
    assert Vocabulary(level="item", tokens=("A", "C", "G", "T")).alphabets == ()
