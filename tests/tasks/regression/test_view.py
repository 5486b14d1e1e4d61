"""The tables of a regression run."""

from typing import Any

import numpy as np

from rnnkit.baselines.measurement import Band, measure
from rnnkit.tasks.regression.evaluation import RegressionEvaluation
from rnnkit.tasks.regression.view import details, page, summary
from tests.reports.test_tables import text

RNG = np.random.default_rng(0)
ACTUAL = RNG.normal(size=50)


def evaluated(*names: str, **changes: Any) -> RegressionEvaluation:
    targets = [
        measure(
            name,
            ACTUAL + 0.1,
            ACTUAL,
            field={"mean": np.zeros(50), "ridge on the last row": ACTUAL + 0.2},
            units=np.arange(50),
            intervals=[Band(0.8, 0.75, 1.5), Band(0.95, None, 2.5)],
            intervals_note="",
        )
        for name in names
    ]
    known = {"data": "test", "examples": 50, "units": None, "at": "every", "loss": 0.3, **changes}
    return RegressionEvaluation.of(targets, **known)


def test_the_network_stands_first_and_baselines_from_the_best():
    shown = text(summary(evaluated("left")))
    assert "test: 50 examples" in shown
    rows = [line.strip() for line in shown.splitlines() if "0." in line and line[0] == " "]
    assert [row.partition("  ")[0] for row in rows[:2]] == ["this network", "ridge on the last row"]
    assert (
        "This network is better than ridge on the last row by 50.0 %\nin RMSE (p < 0.001)" in shown
    )


def test_details():
    shown = text(details(evaluated("left")))
    rows = [line.split() for line in shown.splitlines()]
    assert ["80", "%", "75.0", "%", "1.5000"] in rows
    assert ["95", "%", "–", "2.5000"] in rows
    assert "On average it says 0.1000 too much." in shown
    assert "nothing\nmeasures how they hold." in shown


def test_several_targets_have_no_common_unit():
    evaluation = evaluated("left", "cost")
    assert evaluation.rmse is None
    assert "rmse" not in evaluation.numbers
    shown = text(summary(evaluation))
    assert "left: This network is better" in shown
    assert "cost: This network is better" in shown
    assert "…" not in shown


def test_what_was_judged_is_said():
    assert page(evaluated("left", units=5))["evaluated"] == "test: 50 windows of 5 sequences"
    last = page(evaluated("left", units=50, at="last"))["evaluated"]
    assert last == "test: 50 windows, the last one of each sequence"
