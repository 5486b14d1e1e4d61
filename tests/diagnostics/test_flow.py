"""How far back a gradient reaches, and what it is called."""

import math

import numpy as np
import pytest

from rnnkit.diagnostics.flow import Flow


def test_powers_fade_where_the_logarithm_says() -> None:
    flow = Flow(3.0 * 0.8 ** np.arange(60))
    assert flow.fades_after == pytest.approx(math.log(0.01) / math.log(0.8))
    assert flow.reach == flow.fades_after
    assert flow.factor == pytest.approx(0.8)
    assert flow.verdict == "vanishing"


def test_reach_is_counted_from_the_loss_not_from_the_peak() -> None:
    flow = Flow(np.array([1.0, 10.0, 1.0, 0.1, 0.05]))
    assert flow.fades_after == pytest.approx(3.0)


def test_one_that_holds_reaches_over_all_steps() -> None:
    flow = Flow(np.full(50, 2.0))
    assert (flow.fades_after, flow.reach, flow.verdict) == (None, 50.0, "holds")
    assert flow.factor == pytest.approx(1.0)


@pytest.mark.parametrize("norms", [1.2 ** np.arange(40), np.array([1.0, math.inf, math.nan])])
def test_exploding(norms: np.ndarray) -> None:
    assert Flow(norms).verdict == "exploding"


def test_growth_by_less_than_100_is_not_exploding() -> None:
    assert Flow(1.1 ** np.arange(48)).verdict == "holds"  # 88 times


def test_falling_to_nothing_at_once() -> None:
    assert Flow(np.array([1.0, 0.0, 0.0])).fades_after == 1.0


def test_what_is_not_finite_says_nothing_of_memory() -> None:
    flow = Flow(np.array([1.0, math.nan, 0.5]))
    assert (flow.fades_after, flow.reach, flow.verdict) == (None, math.inf, "exploding")


def test_no_gradient_at_all_does_not_hold() -> None:
    flow = Flow(np.zeros(5))
    assert (flow.fades_after, flow.reach, flow.verdict) == (0.0, 0.0, "none")


def test_a_single_step_says_nothing() -> None:
    flow = Flow(np.array([1.0]))
    assert flow.verdict == "one step"
    assert math.isnan(flow.factor)
