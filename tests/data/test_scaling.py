"""Every scale's numbers, by hand and by property."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnkit.data.scaling import fit_scale, narrowed, rounding_notes
from rnnkit.errors import DataError

COLUMN = [1.0, 2.0, 3.0, 4.0, 10.0]  # mean 4, variance 10, quartiles 2 3 4


def store_of(column) -> np.ndarray:
    return np.array(column, np.float32)[:, None, None]  # (N, 1, 1)


@pytest.mark.parametrize(
    ("name", "offset", "divisor"),
    [
        ("pixels", 0.0, 255.0),
        ("standard", 4.0, 10**0.5),
        ("min_max", 1.0, 9.0),
        ("robust", 3.0, 2.0),
    ],
)
def test_golden_numbers(name, offset, divisor):
    scale = fit_scale(name, store_of(COLUMN))
    assert scale.offset == (offset,)
    assert scale.divisor == (divisor,)
    scaled = scale.apply(store_of(COLUMN))
    assert scaled.dtype == np.float32
    np.testing.assert_allclose(scaled[:, 0, 0], (np.array(COLUMN) - offset) / divisor, rtol=1e-6)


def test_none_is_no_scale():
    assert fit_scale("none", store_of(COLUMN)) is None


def test_pixels_are_what_dividing_by_255_gives_to_the_bit():
    pixels = np.arange(256, dtype=np.uint8).reshape(1, 16, 16)
    expected = pixels.astype(np.float32) / np.float32(255)
    assert (fit_scale("pixels", pixels).apply(pixels) == expected).all()


def test_each_feature_has_its_own_scale_and_padded_steps_do_not_count():
    store = np.array([[[1, 10], [3, 30]], [[5, 50], [np.nan, np.nan]]], np.float32)
    scale = fit_scale("min_max", store)
    assert scale.offset == (1.0, 10.0)
    assert scale.divisor == (4.0, 40.0)


@pytest.mark.parametrize("name", ["standard", "min_max", "robust"])
@given(value=st.floats(-(2.0**100), 2.0**100, width=32), count=st.integers(1, 50))
def test_a_constant_feature_scales_to_exactly_zero(name, value, count):
    store = store_of([value] * count)
    assert (fit_scale(name, store).apply(store) == 0).all()


def test_robust_without_a_spread_divides_by_one():
    scale = fit_scale("robust", store_of([0.0] * 9 + [5.0]))
    assert scale.divisor == (1.0,)


@given(st.lists(st.floats(-1000, 1000, width=16), min_size=2, max_size=40))
def test_standard_has_mean_0_and_deviation_1(column):
    store = store_of(column)
    scaled = fit_scale("standard", store).apply(store)
    assert np.isfinite(scaled).all()
    if np.ptp(store) > 1:
        np.testing.assert_allclose([scaled.mean(), scaled.std()], [0, 1], atol=1e-3)


@pytest.mark.parametrize("name", ["standard", "min_max", "robust"])
@pytest.mark.parametrize(("level", "size"), [(4_075_580.123, 1e-3), (1.6e18, 1e5), (-9e5, 1e-4)])
def test_small_movements_at_a_high_level_keep_their_differences(name, level, size):
    moves = np.random.default_rng(0).normal(0, size, (500, 1))
    scaled = [narrowed(x, fit_scale(name, x)) for x in (moves, level + moves)]
    assert scaled[1].dtype == np.float32
    np.testing.assert_allclose(scaled[0], scaled[1], atol=0.01 * np.ptp(scaled[0]))


@pytest.mark.parametrize(
    ("column", "noted"),
    [
        (4_075_580 + np.arange(50) / 1000, True),
        (1_600_000_000_000 + 7.0 * np.arange(50), True),
        (2000.0 + np.arange(30), False),
        (np.arange(100) / 7, False),
        (np.full(9, 4_075_580.123), False),
    ],
)
def test_what_float32_would_take_away_is_said(column, noted):
    table = np.stack([np.arange(len(column)) / 3, column], axis=1)
    notes = rounding_notes([table[:5], table[5:]], ["a", "northing"])
    assert [note.partition(" goes from ")[0] for note in notes] == ["feature 'northing'"] * noted
    assert not rounding_notes([table.astype(np.float32)])


@pytest.mark.parametrize("name", ["standard", "min_max"])
def test_values_too_large_to_be_scaled(name):
    store = np.array([[1.0, -1e308], [2.0, 1e308]])
    with pytest.raises(DataError, match=r"feature 1 goes from -1e\+308 to 1e\+308"):
        fit_scale(name, store)
