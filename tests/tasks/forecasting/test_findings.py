"""What the model card says of a forecaster."""

from rnnkit.tasks.forecasting.baselines.by_series import BySeries, SeriesScore
from rnnkit.tasks.forecasting.findings import findings
from tests.reports.test_card import a_card
from tests.reports.test_limits import PARTS, TIME
from tests.tasks.forecasting.test_view import ACCURACY, evaluated, target

CARD = a_card(time=TIME, parts=PARTS, classes=None)
BETTER = {"p_value": 0.01, "skill": 0.1, "sentence": "It is better."}


def test_one_that_is_not_better():
    found = findings(evaluated(), CARD)
    assert found.does == "Forecasts price, 2 steps ahead; times: every day."
    assert found.judged == "test: 62 forecasts, 2 steps ahead"
    assert [row[0] for row in found.scores.rows] == ["this network", "AR(9)", "naive"]
    assert found.verdict == ["AR(9) is ahead.", "Of price's 80 % intervals 75.0 % held."]
    assert found.fails == [
        "RMSE of price is highest 2 steps ahead, 3.0000, and lowest 1 step ahead, 1.0000."
    ]
    assert found.unfit == [
        "Forecasting price in place of AR(9): AR(9) is ahead.",
        "More than 2 steps ahead at once: nothing farther was judged.",
    ]


def test_steps_at_which_the_baseline_wins():
    baselines = {"AR(9)": {**ACCURACY, "rmse": 4.0, "rmse_by_horizon": [2.0, 2.5]}}
    found = findings(evaluated(target(baselines=baselines, **BETTER)), CARD)
    assert found.unfit[0] == (
        "Forecasting price more than 1 step ahead: from there on AR(9) has the lower RMSE, at last "
        "2.5000 against 3.0000."
    )
    baselines["AR(9)"]["rmse_by_horizon"] = [5.0, 5.0]
    found = findings(evaluated(target(baselines=baselines, **BETTER)), CARD)
    assert not any("more than 1 step" in text for text in found.unfit)


def test_intervals_that_do_not_hold_and_errors_that_know_more():
    interval = {"level": 0.95, "half_width": [1.0, 2.0], "coverage": 0.8,
                "coverage_by_horizon": [0.8, 0.8], "mean_width": 3.0}  # fmt: skip
    lags = {"residual_autocorrelation": [0.5, 0.5, 0.0]}
    echo = {"is_echo": True, "to_last": 0.1, "to_actual": 2.0, "naive": 2.1}
    found = findings(evaluated(target(intervals=[interval], echo=echo, **lags)), CARD)
    assert (
        "Taking price's 95 % intervals at their word: they held 80.0 % of the time." in found.unfit
    )
    assert found.fails[0].startswith("The forecast is an echo of the last value")
    assert found.fails[-1].endswith("something is left to learn.")


def test_series():
    worst = SeriesScore("west", "price", 8, 2.0, 1.5, 3.5, 1.25)
    panel = BySeries(
        "price", 4, (0.0, 0.5, 0.9, 1.0), [0.5, 0.9, 2.0, 3.5], "naive", [0.6, 1.0, 1.1, 1.25],
        0.75, (worst,),
    )  # fmt: skip
    evaluation = evaluated().model_copy(update={"by_series": (panel,)})
    found = findings(evaluation, CARD)
    assert "Series west: MASE 3.5000 in 8 windows; naive: 1.2500." in found.fails
    assert (
        "Forecasting price of 25.0 % of its series, where the last value has the lower MASE: "
        "series.csv says which." in found.unfit
    )


def test_several_targets():
    found = findings(evaluated(target(), target(target="load")), CARD)
    assert found.does == "Forecasts price, load, 2 steps ahead; times: every day."
    assert found.verdict[:2] == ["price: AR(9) is ahead.", "load: AR(9) is ahead."]
    assert [row[0] for row in found.scores.rows] == ["price", "load"]
