"""What the model card says of a regressor."""

import numpy as np

from rnnkit.baselines.measurement import Band, measure
from rnnkit.data.card import PartCard, Spread
from rnnkit.tasks.regression.evaluation import RegressionEvaluation
from rnnkit.tasks.regression.findings import findings
from tests.reports.test_card import a_card

ACTUAL = np.arange(60.0)
NOISE = np.where(ACTUAL % 2, 1.0, -1.0)
SPREAD = Spread(name="left", minimum=0, median=30, maximum=59)
CARD = a_card(classes=None, parts=(PartCard(name="train", size=60, targets=(SPREAD,)),))


def found(error, other, *names):
    targets = [
        measure(
            name, ACTUAL + error, ACTUAL, field={"ridge": ACTUAL + other}, units=np.arange(60),
            intervals=[Band(0.8, 0.5, 1.5)], intervals_note="",
        )
        for name in names or ("left",)
    ]  # fmt: skip
    evaluation = RegressionEvaluation.of(
        targets, data="test", examples=60, units=None, at="every", loss=0.3
    )
    return findings(evaluation, CARD)


def test_one_that_fails_where_the_truth_is_large():
    good = found(NOISE * np.where(ACTUAL < 40, 1, 3), NOISE * np.where(ACTUAL < 40, 4, 2))
    assert good.does == "Predicts left from a sequence."
    assert good.scores.rows[0][0] == "this network"
    assert good.verdict[1] == "Of left's 80 % intervals 50.0 % held."
    assert good.fails[1] == (
        "Where left is 40.00 to 59.00, its RMSE is 3.0000; over all it is 1.9149."
    )
    assert good.unfit == [
        "Predicting left where it is 40.00 to 59.00: there ridge has the lower RMSE, 2.0000 "
        "against 3.0000.",
        "Taking left's 80 % intervals at their word: they held 50.0 % of the time.",
        "Values of left beyond 0.0000 to 59.00: none trained it.",
    ]


def test_one_that_is_not_better():
    assert (
        found(2 * NOISE, NOISE)
        .unfit[0]
        .startswith(
            "Predicting left in place of ridge: Ridge is better than this network by 50.0 % in RMSE"
        )
    )


def test_several_targets():
    several = found(NOISE, 2 * NOISE, "left", "right")
    assert [row[0] for row in several.scores.rows] == ["left", "right"]
    assert several.fails[0] == "left: On average it says 0.0000 too much."
