import numpy as np
import pytest

from rnnkit.tasks.tagging import scoring

TAGS = ("B-x", "I-x", "O", "I-y")


def numbers(*tags):
    return np.array([TAGS.index(tag) for tag in tags])


def test_spans_begin_with_b_or_with_an_i_that_goes_on_with_nothing():
    tags = numbers("B-x", "I-x", "B-x", "O", "I-x", "I-y", "I-y")
    found = scoring.spans(tags, np.zeros(7, int), TAGS)
    assert found == {(0, 2, "x"), (2, 3, "x"), (4, 5, "x"), (5, 7, "y")}


def test_spans_end_with_their_sequence():
    tags = numbers("B-x", "I-x", "I-x")
    assert scoring.spans(tags, np.array([0, 0, 1]), TAGS) == {(0, 2, "x"), (2, 3, "x")}


def test_span_scores_count_whole_spans_of_their_type():
    true, said = {(0, 2, "x"), (3, 4, "x"), (5, 6, "y")}, {(0, 2, "x"), (3, 5, "x")}
    whole, x, y = scoring.span_scores(true, said)
    assert (whole.name, whole.precision, whole.recall, whole.support) == ("all", 1 / 2, 1 / 3, 3)
    assert (x.name, x.precision, x.recall, x.f1) == ("x", 0.5, 0.5, 0.5)
    assert (y.name, y.precision, y.f1, y.support) == ("y", 0, 0, 1)


@pytest.mark.parametrize(
    ("tags", "bio"),
    [(("B-x", "O"), True), (("I-x", "O"), False), (("B-x", "N"), False), (("B-", "O"), False)],
)
def test_which_tags_are_bio(tags, bio):
    assert scoring.are_bio(tags) is bio


def test_scores_of_each_tag():
    y, said = np.array([0, 0, 1, 2]), np.array([0, 1, 1, 1])
    a, b, c = scoring.tag_scores(scoring.confusion_of(y, said, 3), ("a", "b", "c"))
    assert (a.precision, a.recall, a.f1, a.support) == (1, 1 / 2, 2 / 3, 2)
    assert (b.precision, b.recall, b.f1) == (1 / 3, 1, 1 / 2)
    assert (c.precision, c.recall, c.f1) == (0, 0, 0)


def test_macro_f1_leaves_out_tags_that_do_not_occur():
    confusion = scoring.confusion_of(np.array([0, 1]), np.array([0, 0]), 3)
    assert scoring.macro_f1(confusion, "abc") == pytest.approx(np.mean([2 / 3, 0]))


def test_the_interval_counts_sequences_and_not_rows():
    hit, sequence = np.repeat([True, False], 50), np.repeat([0, 1], 50)
    assert scoring.accuracy_interval(hit, sequence) == (0, 1)
    low, high = scoring.accuracy_interval(hit, np.arange(100))
    assert (low, high) == pytest.approx((0.5 - 1.96 * 0.05025, 0.5 + 1.96 * 0.05025), abs=1e-4)
    assert scoring.accuracy_interval(hit, np.zeros(100, int)) is None
