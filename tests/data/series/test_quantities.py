"""Chains of steps, and back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnkit.data.series.chains import Multiply
from rnnkit.data.series.quantities import Inverse, apply_chain, rows_lost
from rnnkit.errors import DataError

INVERTIBLE = st.lists(st.sampled_from(["difference", "log", "log_return"]), max_size=2)


def place(row: int) -> str:
    return f"row {row}"


def test_percent_returns_of_a_price():
    price = np.array([[100.0], [110.0], [99.0]])
    chain = ["log_return", Multiply(multiply=100)]
    returns = apply_chain(price, chain, place)[:, 0]
    assert np.isnan(returns[0])
    np.testing.assert_allclose(returns[1:], [9.5310179804, -10.5360515658])
    np.testing.assert_array_equal(
        apply_chain(price, [*chain, "absolute"], place)[1:, 0], abs(returns[1:])
    )


def test_rows_lost():
    assert rows_lost([]) == rows_lost(["log", "absolute", Multiply(multiply=2)]) == 0
    assert rows_lost(["difference", "log_return"]) == 2


def test_a_logarithm_names_the_row():
    values = np.array([[1.0, 2.0], [3.0, 0.0], [-1.0, 5.0]])
    with pytest.raises(DataError) as caught:
        apply_chain(values, ["log"], place)
    assert str(caught.value) == (
        "row 1: 0 has no logarithm (2 values of 0 or less): use difference instead"
    )


@given(chain=INVERTIBLE, seed=st.integers(0, 99), horizon=st.integers(1, 4))
def test_the_inverse_gives_back_what_came(chain, seed, horizon):
    if chain and chain[0] != "log" and "log" in "".join(chain[1:]):
        return  # a logarithm of changes has no meaning
    if chain == ["log", "log"] or chain == ["log", "log_return"]:
        return
    values = np.random.default_rng(seed).uniform(1, 9, (12, 2))
    changed = apply_chain(values, chain, place)
    origins = np.array([3, 5, 7])
    ahead = origins[:, None] + np.arange(1, horizon + 1)
    known = values.copy()
    known[8 + horizon :] = np.nan  # what is yet to come does not matter
    found = Inverse(known, chain)(changed[ahead], origins)
    np.testing.assert_allclose(found, values[ahead], rtol=1e-10)


def test_a_difference_starts_from_the_origin_alone():
    values = np.array([[1.0], [4.0], [np.nan]])
    forecasts = np.array([[[2.0], [3.0]]])
    found = Inverse(values, ["difference"])(forecasts, np.array([1]))
    assert found.tolist() == [[[6.0], [9.0]]]
