"""How reaches are written, and weights named; pictures of awkward numbers."""

import math
from pathlib import Path

import numpy as np
import pytest

from rnnkit.diagnostics.flow import Flow
from rnnkit.reports.inspection import reach
from rnnkit.reports.plots.gradients import plot_gradients, weight_label
from rnnkit.reports.plots.inspection import plot_comparison


@pytest.mark.parametrize(
    ("norms", "text"),
    [
        (0.5 ** np.arange(20), "6.6"),
        (0.9 ** np.arange(80), "44"),
        (np.ones(1200), "≥ 1,200"),
        (np.ones(1), "–"),
    ],
)
def test_reach(norms: np.ndarray, text: str) -> None:
    assert reach(Flow(norms)) == text


def test_weight_label() -> None:
    assert weight_label("lstm_1/lstm_cell/kernel") == "lstm_1/kernel"
    assert weight_label("dense_2/bias") == "dense_2/bias"


def test_pictures_of_what_is_zero_or_not_finite(tmp_path: Path) -> None:
    curves = [("none", np.zeros(3)), ("all", np.array([1.0, math.inf, math.nan]))]
    plot_comparison(curves, tmp_path / "a.png")
    plot_gradients([{"epoch": 1, "a": 0.0, "b": 2.0}], tmp_path / "b.png", title="one epoch")
    assert (tmp_path / "a.png").is_file() and (tmp_path / "b.png").is_file()
