"""How reaches are written, and weights named; pictures of awkward numbers."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnnkit.diagnostics.flow import Flow
from rnnkit.diagnostics.tally import LayerRecord
from rnnkit.reports.inspection import reach
from rnnkit.reports.plots import inspection as plots
from rnnkit.reports.plots.figure import line_style
from rnnkit.reports.plots.gradients import plot_gradients, weight_label
from rnnkit.reports.plots.inspection import plot_comparison, plot_flow

pytestmark = pytest.mark.usefixtures("painted")


@pytest.mark.parametrize(
    ("norms", "text"),
    [
        (0.5 ** np.arange(20), "6.6"),
        (0.9 ** np.arange(80), "44"),
        (np.ones(1200), "≥ 1,200"),
        (np.ones(1), "–"),
        (np.array([1.0, math.nan]), "–"),
        (np.zeros(4), "0.0"),
    ],
)
def test_reach(norms: np.ndarray, text: str) -> None:
    assert reach(Flow(norms)) == text


def test_weight_label() -> None:
    assert weight_label("lstm_1/lstm_cell/kernel") == "lstm_1/kernel"
    assert weight_label("dense_2/bias") == "dense_2/bias"
    assert weight_label("my_cell/lstm_cell/bias") == "my_cell/bias"
    both = "both/backward_both_gru/gru_cell/recurrent_kernel"
    assert weight_label(both) == "both/backward/recurrent_kernel"


def test_pictures_of_what_is_zero_or_not_finite(tmp_path: Path) -> None:
    curves = [("none", np.zeros(3)), ("all", np.array([1.0, math.inf, math.nan]))]
    curves.append(("nothing", np.full(3, math.nan)))
    plot_comparison(curves, tmp_path / "a.png")
    plot_gradients([{"epoch": 1, "a": 0.0, "b": 2.0}], tmp_path / "b.png", title="one epoch")
    assert (tmp_path / "a.png").is_file() and (tmp_path / "b.png").is_file()


def test_a_dozen_lines_differ() -> None:
    styles = [line_style(number) for number in range(12)]
    assert len({(style["color"], str(style["linestyle"])) for style in styles}) == 12


def axes_of_flow(norms: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The axes of gradient_flow.png for one layer."""
    figures: list[Any] = []
    monkeypatch.setattr(plots, "save_figure", lambda figure, _: figures.append(figure))
    layer = LayerRecord(
        name="gru_1", kind="gru", carrying="z", units=2, activation="tanh",
        flows={"h": Flow(norms)}, gates=(),
        sizes={}, example=np.zeros((len(norms), 2), np.float32), dead_units=None,
    )  # fmt: skip
    plot_flow("one", [layer], "never.png")
    return figures[0].axes[0]


def test_an_explosion_is_shown_down_to_the_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    """The axis of a vanishing gradient ends at 1e-8 of the largest."""
    assert axes_of_flow(4.0 ** np.arange(40), monkeypatch).get_ylim()[0] < 1
    assert axes_of_flow(0.25 ** np.arange(40), monkeypatch).get_ylim()[0] > 1e-9


def test_a_single_step_is_a_dot(monkeypatch: pytest.MonkeyPatch) -> None:
    (line,) = axes_of_flow(np.array([2.0]), monkeypatch).get_lines()
    assert line.get_marker() == "o"
