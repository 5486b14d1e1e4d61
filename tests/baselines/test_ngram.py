"""Witten-Bell n-grams: a hand-computed case, sums of one, and published reference values."""

import itertools
import math
from collections import Counter

import numpy as np
import pytest

from rnnkit.baselines.ngram import NGram, Tokens, choose_order, fit_ngram
from tests.data.tokens.small import dataset_of


def running(ids: list[int], *, predicted_from: int = 1) -> Tokens:
    array = np.array(ids, np.int32)
    return Tokens(array, np.zeros(len(ids), np.intp), np.arange(len(ids)) >= predicted_from)


def sequences(*found: list[int]) -> Tokens:
    """Each after a 0, which is not predicted, and with a 0 that is."""
    ids = [t for s in found for t in (0, *s, 0)]
    starts = np.cumsum([0, *(len(s) + 2 for s in found[:-1])])
    first = np.repeat(starts, [len(s) + 2 for s in found])
    return Tokens(np.array(ids, np.int32), first, np.arange(len(ids)) != first)


def slow_probability(train: list[int], past: list[int], token: int, order: int, V: int) -> float:
    """The formula of the module, word for word, on a running text."""
    p = 1 / V
    for k in range(order + 1):
        if k > len(past):
            break
        context = past[len(past) - k :]
        after = Counter(
            train[i] for i in range(max(1, k), len(train)) if train[i - k : i] == context
        )
        if after:
            p = (after[token] + len(after) * p) / (sum(after.values()) + len(after))
    return p


def test_two_letters_by_hand() -> None:
    # a b a a: predicted are b, a, a; the unigram is ((1, 2) + 2 / 2) / (3 + 2)
    model = fit_ngram(running([0, 1, 0, 0]), 2, order=1)
    asked = running([0, 1])
    unigram = (1 + 2 * 0.5) / (3 + 2)
    bigram = (1 + 2 * unigram) / (2 + 2)  # after a: b once, a once
    assert np.allclose(model.losses(asked)[:, 0], [-math.log(unigram), -math.log(bigram)])


def test_against_the_formula() -> None:
    rng = np.random.default_rng(0)
    train, text = rng.integers(0, 4, 60).tolist(), rng.integers(0, 5, 25).tolist()
    losses = fit_ngram(running(train), 5, order=3).losses(running(text))
    for order, i in itertools.product(range(4), range(1, 25)):
        p = slow_probability(train, text[:i], text[i], order, 5)
        assert losses[order, i - 1] == pytest.approx(-math.log(p))


def test_probabilities_sum_to_one_and_agree_with_the_losses() -> None:
    rng = np.random.default_rng(1)
    train, text = rng.integers(0, 6, 80).tolist(), rng.integers(0, 6, 30).tolist()
    model = fit_ngram(running(train), 6, order=2)
    every = np.array([model.losses(running([*text, token]))[-1, -1] for token in range(6)])
    assert np.exp(-every).sum() == pytest.approx(1)
    scores = model.scores(running(text))
    for i in range(1, 30):
        losses = [model.losses(running([*text[:i], token]))[-1, -1] for token in range(6)]
        assert scores.hit[i - 1] == (int(np.argmin(losses)) == text[i])
        assert scores.loss[i - 1] == pytest.approx(losses[text[i]])


def test_no_context_reaches_into_the_sequence_before() -> None:
    model = fit_ngram(sequences([1, 2], [1, 2]), 3, order=3)
    alone, second = sequences([1, 2]), sequences([2, 2, 1], [1, 2])
    assert np.allclose(model.losses(alone), model.losses(second)[:, -3:])


def test_lower_orders_come_from_the_same_counts() -> None:
    tokens = running([0, 1, 0, 0, 1, 1, 0])
    high = fit_ngram(tokens, 2, order=3)
    low: NGram = high.up_to(1)
    assert low.order == 1
    assert np.allclose(low.losses(tokens), high.losses(tokens)[:2])


def test_the_order_is_chosen_on_the_end_of_training() -> None:
    rng = np.random.default_rng(0)
    after_two = rng.integers(0, 4, (4, 4))
    ids = [0, 1]
    for _ in range(2000):
        ids.append(int(after_two[ids[-2], ids[-1]]) if rng.random() < 0.9 else int(rng.integers(4)))
    assert choose_order(running(ids), 4) == 2
    assert choose_order(running([0, 1]), 2) == 1


def test_reference_values() -> None:
    """Measured independently on a 90/10 split in file order."""
    shakespeare = dataset_of("shakespeare", level="character", split={"validation": 0.1})
    ids = shakespeare.train.ids  # type: ignore[union-attr]
    cut = shakespeare.train.end  # type: ignore[union-attr]
    learned = running(ids[:cut].tolist())
    asked = running(ids[cut - 6 :].tolist(), predicted_from=6)
    assert choose_order(learned, 72) == 4
    assert fit_ngram(learned, 72, order=4).losses(asked)[-1].mean() == pytest.approx(
        1.527, abs=1e-3
    )


def test_reference_values_of_chess() -> None:
    """There no context holds the start; with it, as the evaluation has it, it does better."""
    from rnnkit.tasks.next_token.judging import baseline_tokens

    chess = dataset_of("chess_openings", split={"validation": 0.1})
    learned, asked = baseline_tokens(chess.train), baseline_tokens(chess.validation)  # type: ignore[arg-type]
    with_start = fit_ngram(learned, 825, order=4).scores(asked)
    assert with_start.loss.mean() == pytest.approx(2.363, abs=1e-3)
    model = fit_ngram(_startless(learned), 825, order=4)
    without = model.scores(_startless(asked))
    assert without.loss.mean() == pytest.approx(2.496, abs=1e-3)
    assert without.hit.mean() == pytest.approx(0.488, abs=1e-3)


def _startless(tokens: Tokens) -> Tokens:
    start = np.arange(len(tokens.ids)) == tokens.first
    return tokens._replace(first=tokens.first + ~start)


def test_orders_longer_than_every_sequence_are_left_out() -> None:
    tokens = sequences([1, 2], [2, 1], [1])
    longest = fit_ngram(tokens, 3, order=6)
    assert longest.order == 3
    same = fit_ngram(tokens, 3, order=3)
    np.testing.assert_array_equal(longest.losses(tokens), same.losses(tokens))
    assert choose_order(sequences([1, 2], *[[2, 1]] * 20), 3) <= 3
