"""Which tokens there are, in which order."""

import numpy as np
import pytest

from rnnkit.data.tokens import counting
from rnnkit.data.tokens.corpus import Corpus, of_sequences
from rnnkit.data.tokens.counting import build_vocabulary
from rnnkit.data.tokens.section import TokenData
from rnnkit.data.tokens.vocabulary import END, UNKNOWN
from rnnkit.errors import DataError

WORDS = ["b", "a", "a", "c", "d"]
TRAIN = 4  # all but the last


def running(words: list[str]) -> Corpus:
    corpus = of_sequences([words])
    return Corpus(corpus.codes, corpus.symbols)


def data(level: str = "item", **options: int) -> TokenData:
    return TokenData(source="a.txt", level=level, **options)  # type: ignore[arg-type]


def test_without_a_limit_every_token_is_known() -> None:
    vocabulary, ids = build_vocabulary(running(WORDS), TRAIN, data(), where="a.txt")
    assert vocabulary.tokens == ("a", "b", "c", "d")  # by frequency, then by appearance
    assert (vocabulary.unknown, vocabulary.end) == (None, None)
    assert vocabulary.decode(ids) == "b a a c d"


def test_characters_stand_in_order() -> None:
    vocabulary, _ = build_vocabulary(running(WORDS), TRAIN, data("character"), where="a.txt")
    assert vocabulary.tokens == tuple("abcd")


@pytest.mark.parametrize(
    ("options", "tokens"),
    [
        ({"min_count": 1}, (UNKNOWN, "a", "b", "c")),  # d is not in training
        ({"min_count": 2}, (UNKNOWN, "a")),
        ({"max_vocabulary": 2}, (UNKNOWN, "a", "b")),
        ({"min_count": 2, "max_vocabulary": 5}, (UNKNOWN, "a")),
    ],
)
def test_rare_tokens_are_unknown(options: dict[str, int], tokens: tuple[str, ...]) -> None:
    vocabulary, ids = build_vocabulary(running(WORDS), TRAIN, data(**options), where="a.txt")
    assert vocabulary.tokens == tokens
    assert ids[-1] == vocabulary.unknown == 0
    assert vocabulary.encode_tokens(WORDS).tolist() == ids.tolist()


def test_the_mark_of_unknown_tokens_in_the_data_is_that_mark() -> None:
    corpus = running(["a", UNKNOWN, "a", "b"])
    vocabulary, ids = build_vocabulary(corpus, 4, data(min_count=2), where="a.txt")
    assert (vocabulary.tokens, ids.tolist()) == ((UNKNOWN, "a"), [1, 0, 1, 0])


def test_a_prepared_corpus_lends_its_own_mark_to_unknown_words() -> None:
    corpus = running(["the", UNKNOWN, "of", UNKNOWN])
    vocabulary, ids = build_vocabulary(corpus, 4, data("word"), where="a.txt")
    assert vocabulary.tokens == (UNKNOWN, "the", "of")
    assert (vocabulary.unknown, ids.tolist()) == (0, [1, 0, 2, 0])
    assert vocabulary.encode(f"the {UNKNOWN} king").tolist() == [1, 0, 0]


def test_sequences_have_an_end() -> None:
    vocabulary, ids = build_vocabulary(
        of_sequences([["a"], ["b"]]), np.ones(2, bool), data(), where="x"
    )
    assert (vocabulary.tokens, vocabulary.end) == ((END, "a", "b"), 0)
    assert ids.tolist() == [1, 2]


def test_a_token_with_the_name_of_the_end() -> None:
    with pytest.raises(DataError, match="the token '<end>' is the mark that ends a sequence"):
        build_vocabulary(of_sequences([["a", END]]), np.ones(1, bool), data(), where="x")


def test_a_vocabulary_without_bounds() -> None:
    size = counting.MAX_VOCABULARY + 1
    corpus = Corpus(np.arange(size, dtype=np.int32), [str(n) for n in range(size)])
    with pytest.raises(DataError) as caught:
        build_vocabulary(corpus, size, data(), where="a.txt")
    assert str(caught.value) == (
        "a.txt: 100,001 different tokens of level item, more than the 100,000 that a model can "
        "have: set data.min_count: 2, or data.max_vocabulary: 20000; rarer tokens become <unk>"
    )
    with pytest.raises(DataError, match=r"a larger data\.min_count than 1, or"):
        build_vocabulary(corpus, size, data(min_count=1), where="a.txt")
    vocabulary, _ = build_vocabulary(corpus, size, data(max_vocabulary=9), where="a.txt")
    assert len(vocabulary) == 10
