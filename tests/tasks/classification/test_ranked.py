"""Curves and areas by hand, and the area against its meaning."""

import numpy as np
import pytest

from rnnkit.tasks.classification.ranked import Ranked, ranked_classes


def test_curves_by_hand() -> None:
    scores = np.array([0.1, 0.4, 0.35, 0.8])
    one = Ranked.of(np.array([False, False, True, True]), scores)
    assert one.scores.tolist() == [0.8, 0.4, 0.35, 0.1]
    assert one.recall.tolist() == [0.5, 0.5, 1, 1]
    assert one.false_alarm_rate.tolist() == [0, 0.5, 0.5, 1]
    assert one.precision.tolist() == [1, 0.5, 2 / 3, 0.5]
    assert one.roc_area == 0.75
    assert one.average_precision == pytest.approx(0.5 * 1 + 0.5 * 2 / 3)


def test_the_area_is_the_chance_of_being_ranked_higher() -> None:
    rng = np.random.default_rng(0)
    positive = rng.random(80) < 0.3
    scores = np.round(rng.normal(size=80) + positive, 1)  # with ties
    above = scores[positive][:, None] - scores[~positive][None, :]
    expected = np.mean((above > 0) + 0.5 * (above == 0))
    assert Ranked.of(positive, scores).roc_area == pytest.approx(expected)


def test_a_perfect_order_is_exactly_1() -> None:
    """Not 0.9999, as sums of shares are."""
    one = Ranked.of(np.arange(10) > 6, np.arange(10.0))
    assert (one.roc_area, one.average_precision) == (1, 1)


def test_equal_scores_say_nothing() -> None:
    one = Ranked.of(np.array([True, False, False, False]), np.full(4, 0.5))
    assert (one.roc_area, one.average_precision) == (0.5, 0.25)


def test_classes_without_a_curve_are_left_out() -> None:
    p = np.full((4, 3), 1 / 3)
    assert list(ranked_classes(np.array([0, 1, 0, 1]), p)) == [0, 1]
    assert list(ranked_classes(np.array([0, 1, 0, 1]), p[:, :2])) == [1]
    assert ranked_classes(np.zeros(4, int), p[:, :2]) == {}
