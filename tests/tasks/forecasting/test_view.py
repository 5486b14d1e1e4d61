"""The tables of a forecasting run at 60 columns, and its page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import TypeAdapter

from rnnkit.baselines.judgement import Judgement
from rnnkit.reports.html import Result, write_report
from rnnkit.tasks.forecasting.evaluation import ForecastEvaluation
from rnnkit.tasks.forecasting.view import details, page, residuals_in_words, summary
from tests.reports.test_tables import text

ACCURACY = {
    "rmse": 2.0, "mae": 1.5, "mase": 0.9, "rmsse": 0.8, "smape": 0.123, "wape": 0.111,
    "direction_accuracy": None,
    "rmse_by_horizon": [1.0, 3.0], "mae_by_horizon": [1.0, 2.0], "mase_by_horizon": [0.5, 1.3],
}  # fmt: skip


def target(**changes: Any) -> Judgement:
    naive = {**ACCURACY, "rmse": 4.0, "rmse_by_horizon": [3.0, 5.0], "mase": None}
    values = {
        "target": "price",
        **ACCURACY,
        "baselines": {"naive": naive, "AR(9)": {**ACCURACY, "rmse": 1.9}},
        "compared_by": "rmse",
        "best_baseline": "AR(9)",
        "skill": -0.1,
        "p_value": 0.4,
        "sentence": "AR(9) is ahead.",
        "mean_note": "",
        "scores_note": "",
        "echo": {"is_echo": False, "to_last": 0.1, "to_actual": 2.0, "naive": 2.1},
        "intervals": [
            {"level": 0.8, "half_width": [1.0, 2.0], "coverage": 0.75,
             "coverage_by_horizon": [0.7, 0.8], "mean_width": 3.0},
        ],
        "intervals_note": "",
        "residual_autocorrelation": [0.11, -0.01, 0.02],
        "residual_autocorrelation_band": 0.1,
        **changes,
    }  # fmt: skip
    return TypeAdapter(Judgement).validate_python(values)


def evaluated(*targets: Judgement) -> ForecastEvaluation:
    found = targets or (target(),)
    return ForecastEvaluation.of(found, data="test", windows=62, walk_forward=None, loss=0.33)


def test_the_network_stands_first_and_baselines_from_the_best() -> None:
    shown = text(summary(evaluated()))
    assert "test: 62 forecasts, 2 steps ahead" in shown
    names = [line.split()[0] for line in shown.splitlines() if "." in line and line[0] == " "]
    assert names[:3] == ["this", "AR(9)", "naive"]
    assert "AR(9) is ahead." in shown
    assert "echo" not in shown
    assert "Nothing beats." in text(summary(evaluated(target(mean_note="Nothing beats."))))
    assert "right sign" not in shown
    assert "12.3 %" in text(details(evaluated()))


def test_details_by_horizon_intervals_and_residuals() -> None:
    shown = text(details(evaluated()))
    rows = [line.split() for line in shown.splitlines()]
    assert ["1", "1.0000", "1.0000", "3.0000"] in rows
    assert ["2", "80.0", "%"] in rows
    assert ["2", "3.0000", "3.0000", "5.0000"] in rows
    assert ["80", "%", "75.0", "%", "3.0000"] in rows
    assert "Left out." in text(details(evaluated(target(scores_note="Left out."))))
    assert "Loss, of scaled values as in training: 0.3300" in shown


def test_an_echo_is_named() -> None:
    echo = {"is_echo": True, "to_last": 0.1, "to_actual": 2.0, "naive": 2.1}
    shown = " ".join(text(summary(evaluated(target(echo=echo)))).split())
    assert "The forecast is an echo of the last value" in shown


def test_several_targets_and_long_names_fit_60_columns() -> None:
    long = target(
        target="a_quarterly_macroeconomic_series", p_value=None, direction_accuracy=0.5123
    )
    shown = text(details(evaluated(target(), long)), 60)
    assert max(map(len, shown.splitlines())) <= 60
    assert "a_quarterly_m…" in shown
    assert "51.2 %" in shown


def test_a_long_horizon_is_thinned_and_ends_with_the_last_step() -> None:
    scores = {**ACCURACY, "rmse_by_horizon": np.arange(30.0).tolist()}
    long = target(**scores, baselines={"AR(9)": scores, "naive": scores}, intervals=[])
    steps = page(evaluated(long))["steps"]
    assert (steps[0], steps[-1]) == (1, 30)
    assert len(steps) <= 13


@pytest.mark.parametrize(
    ("lags", "words"),
    [
        ([], "too few"),
        ([0.0] * 20, "Errors: 0 of 20 lags outside the 95 % band (±0.10), as independent ones may"),
        ([0.0] * 17 + [0.12, -0.11, 0.12], "independent ones may (Ljung-Box, p = 0."),
        ([0.5, 0.5, 0.0], "something is left to learn"),
    ],
)
def test_residuals_in_words(lags: list[float], words: str) -> None:
    assert words in residuals_in_words(target(residual_autocorrelation=lags))


@pytest.mark.parametrize("count", [1, 2])
def test_the_page(tmp_path: Path, count: int) -> None:
    evaluation = evaluated(*(target(target=f"y{n} <b>") for n in range(count)))
    result = Result("rnnkit.tasks.forecasting.evaluation", evaluation, page(evaluation))
    write_report(tmp_path / "report.html", title="sun", facts={}, result=result)
    html = (tmp_path / "report.html").read_text()
    assert "AR(9), the best baseline" in html
    assert html.count("AR(9) is ahead.") == count
    assert "<b>" not in html
    assert "RMSE by steps ahead" in html
