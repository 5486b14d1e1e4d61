"""What the model card says of a classifier."""

import numpy as np

from rnnkit.data.card import PartCard
from rnnkit.tasks.classification.evaluation import ClassificationEvaluation, NGrams
from rnnkit.tasks.classification.findings import findings
from rnnkit.tasks.classification.metrics import ClassificationReport
from tests.reports.test_card import a_card

CARD = a_card(
    classes=("a", "b", "c"),
    parts=(
        PartCard(name="train", size=90, classes=(50, 35, 5)),
        PartCard(name="test", size=103, classes=(50, 50, 3)),
    ),
)


def found(confusion, *, baseline=0, **changed):
    report = ClassificationReport(("a", "b", "c"), np.array(confusion), baseline)
    evaluation = ClassificationEvaluation.of(
        report, data="test", loss=0.5, metrics={}, expected_calibration_error=0.25, **changed
    )
    return findings(evaluation, CARD)


def test_where_a_good_one_fails():
    good = found([[48, 2, 0], [9, 41, 0], [0, 1, 2]])
    assert good.does == "Tells 3 classes apart: 'a', 'b', 'c'."
    assert good.judged == "test: 103 examples of 3 classes"
    assert good.scores.rows[0] == ("accuracy", "0.8835", "0.4854")
    assert good.verdict[1] == (
        "Its probabilities are off by 0.2500 on average (expected calibration error)."
    )
    assert good.fails == [
        "'c': of 3 it found 66.7 %, most often taken for 'b' (1).",
        "'b': of 50 it found 82.0 %, most often taken for 'a' (9).",
    ]
    assert good.unfit == [
        "Relying on the scores of classes with few examples (judged, of trained): 'c' (3 of 5).",
        "Acting on its probabilities: on average they are off by 0.2500.",
        "What is none of its 3 classes: it answers one of them all the same.",
    ]


def test_one_that_has_learnt_nothing():
    unfit = found([[50, 0, 0], [50, 0, 0], [3, 0, 0]]).unfit
    assert unfit[0].startswith(
        "Telling these classes apart: its accuracy of 0.4854 (95 % interval 0.3912 to 0.5807) is "
        "no different from the baseline, which always answers 'a' (0.4854)."
    )
    assert unfit[1:3] == [
        "Finding 'b': of 50 examples it found 0.0 %; guessing finds 33.3 %.",
        "Finding 'c': of 3 examples it found 0.0 %; guessing finds 33.3 %.",
    ]


def test_no_better_than_ngrams():
    confusion = [[48, 2, 0], [9, 41, 0], [0, 1, 2]]
    ngrams = NGrams(
        kind="words 1-2", texts=90, accuracy=0.9, confusion=tuple(map(tuple, confusion)),
        only_network=3, only_ngrams=5, p_value=0.7,
    )  # fmt: skip
    good = found(confusion, ngrams=ngrams)
    assert good.unfit[0] == f"Taking the place of counted n-grams: {ngrams.sentence}"
    assert good.scores.heads == ("", "this model", "baseline", "n-grams")
