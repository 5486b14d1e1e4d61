"""What an evaluation says where nothing else is known of it, and of intervals."""

from rnnkit.baselines.measurement import Band
from rnnkit.reports.card import Grid
from rnnkit.reports.evaluation import Evaluation
from rnnkit.reports.findings import Findings, held, missed

BANDS = [Band(0.8, 0.7, 1.0), Band(0.95, 0.91, 2.0), Band(0.99, None, 3.0)]


class Found(Evaluation):
    loss: float
    accuracy: float

    @property
    def baseline_numbers(self):
        return {"accuracy": 0.5}


def test_the_numbers_of_any_evaluation():
    plain = Findings.plain(Found(task="parity", data="test", loss=0.25, accuracy=0.75))
    assert plain.judged == "test"
    assert plain.scores == Grid(
        ("", "this model", "best baseline"),
        (("loss", "0.2500", "–"), ("accuracy", "0.7500", "0.5000")),
    )


def test_intervals():
    assert list(held(BANDS)) == [
        "Of its 80 % intervals 70.0 % and of its 95 % intervals 91.0 % held."
    ]
    assert list(missed(BANDS, "y's")) == [
        "Taking y's 80 % intervals at their word: they held 70.0 % of the time."
    ]
    assert list(held(BANDS[2:])) == list(missed(BANDS[2:])) == []
