"""Quantiles by radix selection are numpy's, to the bit."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from rnnkit.data.quantiles import quantiles

SHARES = (0.25, 0.5, 0.75)


def expected(table) -> np.ndarray:
    columns = (column[~np.isnan(column)].astype(np.float64) for column in table.T)
    return np.stack([np.quantile(column, SHARES) for column in columns], axis=1)


@pytest.mark.parametrize("dtype", ["f2", "f4", "u1", "i1", "u4", "i4", ">f4", "f8"])
@settings(max_examples=25)
@given(data=st.data())
def test_the_quantiles_of_numpy(dtype, data):
    elements = {"allow_nan": False, "allow_infinity": False} if dtype[-2] == "f" else {}
    rows = data.draw(st.integers(1, 12))
    table = data.draw(
        hnp.arrays(dtype, (rows, 2), elements=hnp.from_dtype(np.dtype(dtype), **elements))
    )
    cut = data.draw(st.integers(1, rows))
    pieces = [piece for piece in (table[:cut], table[cut:]) if len(piece)]
    np.testing.assert_array_equal(quantiles(pieces, 2, SHARES), expected(table))


def test_nan_does_not_count():
    table = np.array([[1, np.nan], [np.nan, 5], [3, 7], [2, np.nan]], np.float32)
    found = quantiles([table[:2], table[2:]], 2, SHARES)
    np.testing.assert_array_equal(found, expected(table))


def test_one_value_in_the_same_bin_as_all_others():
    table = 1 + np.arange(100_000, dtype=np.float32)[:, None] * np.float32(1e-7)
    np.testing.assert_array_equal(quantiles([table], 1, SHARES), expected(table))
