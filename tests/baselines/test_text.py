from __future__ import annotations

import numpy as np
import pytest

from rnnkit.baselines.text import CHARACTERS, WORDS, choose_ngrams, fit_ngrams, runs


def test_runs_of_words_and_of_characters() -> None:
    assert list(runs("It's Bad.", WORDS)) == [
        "it", "'", "s", "bad", ".", "it '", "' s", "s bad", "bad .",
    ]  # fmt: skip
    assert list(runs("Né", CHARACTERS)) == ["n", "é", "né"]
    assert list(runs("", CHARACTERS)) == []


def test_tf_idf_of_a_text() -> None:
    """`a` stands in both texts and twice in the second, `b` in one alone and so has no column."""
    fitted = fit_ngrams(["a", "a x a"], np.array([0, 1]), kind=WORDS, classes=2)
    assert list(fitted.features.columns) == ["a"]
    assert fitted.rarity == pytest.approx([1.0])


@pytest.mark.parametrize(("kind", "good", "bad"), [
    (WORDS, "do like", "not like"), (CHARACTERS, "xxabxx", "xxbaxx"),
])  # fmt: skip
def test_it_learns_what_tells_the_classes_apart(kind: str, good: str, bad: str) -> None:
    texts, y = [good, bad, good, bad], np.array([0, 1, 0, 1])
    fitted = fit_ngrams(texts, y, kind=kind, classes=2)
    assert fitted.predict([bad, good]).tolist() == [1, 0]


def test_what_validates_better_is_chosen() -> None:
    """Endings of words that are never seen twice: only their characters say anything."""
    rng = np.random.default_rng(0)
    stems = ["".join(rng.choice(list("bcdfghjk"), 8)) for _ in range(60)]
    y = np.arange(60) % 2
    texts = [stem + ("ou", "ia")[label] for stem, label in zip(stems, y.tolist(), strict=True)]
    assert choose_ngrams(texts, y, classes=2).kind == CHARACTERS
    pairs = ["on off", "off on"]
    spaced = [" ".join((pairs[label] + " x y z").split()) for label in y.tolist()]
    assert choose_ngrams(spaced, y, classes=2).kind == WORDS
