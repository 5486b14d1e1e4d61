"""Where the rows of sequences stand."""

import numpy as np
import pytest

from rnnkit.data.sequences import order_of

DATES = np.array(["2020-01-02", "2020-01-01"] * 50, "M8[us]")


@pytest.mark.parametrize(
    "others",
    [[], [np.arange(100) % 7 / 3], [DATES], [np.arange(100) % 3, -(np.arange(100) % 4.5)]],
)
@pytest.mark.parametrize("most", [5, 2**62])
def test_rows_are_ordered_by_each_key_and_ties_stand_as_they_were(others, most):
    """Where the numbers of the keys and the row are too many for one whole number, too."""
    keys = [np.random.default_rng(0).integers(5, size=100), *others]
    keys[0][keys[0] == 4] = most
    assert order_of(keys).tolist() == np.lexsort(keys[::-1]).tolist()


def test_no_rows():
    assert order_of([np.zeros(0, np.intp), np.zeros(0)]).tolist() == []
