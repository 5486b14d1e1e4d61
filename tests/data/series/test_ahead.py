"""Windows that hold the rows to forecast as well, with what is known of them."""

import numpy as np
import pytest
from pydantic import ValidationError

from tests.data.series.small import dataset_of, days, section

ROWS = np.arange(40.0)
TABLE = np.stack([ROWS, ROWS + 100, ROWS + 200], axis=1)  # y, f, k
PLAIN = {"scale": "none", "split": {"validation": 0.2, "test": 0.2}}


def test_what_is_known_is_there_ahead_and_nothing_else():
    data = dataset_of(TABLE, features=1, known=1, lookback=2, horizon=2, **PLAIN)
    assert data.train.x([0])[0].tolist() == [
        [0, 100, 200, 0],
        [1, 101, 201, 0],
        [0, 0, 202, 1],
        [0, 0, 203, 1],
    ]
    assert data.train.y([0]).tolist() == [[2, 3]]


def test_the_calendar_goes_on_where_something_is_known():
    options = {"lookback": 2, "calendar": ["day_of_week"], "times": [days(40)]}
    data = dataset_of(TABLE[:, :2], known=1, **options)
    assert data.train.x([0]).shape == (1, 3, 5)
    monday = dataset_of(TABLE[:, :2], known=1, **options).train.x([3])[0, -1, 2:4]
    np.testing.assert_allclose(monday, [0, 1], atol=1e-6)  # rows 3 and 4, then 2020-01-06


def test_without_it_a_window_is_its_history():
    assert dataset_of(TABLE, features=2, lookback=2).train.x([0]).shape == (1, 2, 3)


def test_lags_stand_beside_every_row():
    data = dataset_of(ROWS, lookback=2, horizon=2, lags=[2, 5], **PLAIN)
    assert data.train.x([0])[0].tolist() == [
        [5, 3, 0, 0],
        [6, 4, 1, 0],
        [0, 5, 2, 1],
        [0, 6, 3, 1],
    ]
    assert data.train.y([0]).tolist() == [[7, 8]]


def test_forecasts_that_are_fed_back_are_lags_too():
    options = {"lookback": 2, "horizon": 3, "lags": [2], "multi_step": "recursive", **PLAIN}
    data = dataset_of(TABLE[:, [0, 2]], known=1, **options)
    fed = data.train.fed_back(np.full((len(data.train), 2), -1, np.float32)).take([0])
    assert fed.x()[0].tolist() == [
        [-1, 204, 2, 0],
        [-1, 205, 3, 0],
        [0, 206, -1, 1],
    ]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"horizon": 3, "lags": [2]}, "a lag (=2) is shorter than the 3 rows"),
        ({"lags": [2, 2]}, "a lag (=2) stands there twice"),
        ({"known": ["y"]}, "column 'y' is named twice among target, features, known"),
    ],
)
def test_what_is_refused(options, message):
    with pytest.raises(ValidationError) as caught:
        section("x.csv", target="y", **options)
    assert message in str(caught.value)


def test_the_longest_lag_takes_rows_from_the_front():
    data = dataset_of(ROWS, lookback=3, lags=[7])
    assert data.train.origins[0] == 9
    assert len(data.preprocessing.tails[0].times) == 10
