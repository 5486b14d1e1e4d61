"""Which windows a part has, and the arithmetic where it has none."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnkit.errors import DataError
from tests.data.series.small import dataset_of

NO_SPLIT = {"validation": 0, "test": 0}


def refusal(*values, **options) -> str:
    with pytest.raises(DataError) as caught:
        dataset_of(*values, **options)
    return str(caught.value)


def test_targets_lie_in_their_part_and_histories_may_not():
    data = dataset_of(range(20), lookback=4, horizon=2, split={"validation": 0.2, "test": 0.2})
    ahead = {n: (p.origins[:, None] + [1, 2]).tolist() for n, p in data.parts.items()}
    assert ahead["train"] == [[i, i + 1] for i in range(4, 11)]
    assert ahead["validation"] == [[12, 13], [13, 14], [14, 15]]
    assert ahead["test"] == [[16, 17], [17, 18], [18, 19]]


@given(
    rows=st.integers(30, 60),
    lookback=st.integers(1, 5),
    horizon=st.integers(1, 3),
    stride=st.integers(1, 4),
    transform=st.sampled_from([[], ["difference"], ["difference", "difference"]]),
)
def test_no_row_is_forecast_in_two_parts(rows, lookback, horizon, stride, transform):
    data = dataset_of(
        range(rows), lookback=lookback, horizon=horizon, stride=stride, transform=transform,
        split={"validation": 0.2, "test": 0.2},
    )  # fmt: skip
    [series] = data.series
    spans = {
        "train": (0, series.train_end),
        "validation": (series.train_end, series.validation_end),
        "test": (series.validation_end, rows),
    }
    for name, part in data.parts.items():
        begin, end = spans[name]
        assert part.origins[0] + 1 >= begin
        assert part.origins[-1] + horizon < end
        assert part.origins[-1] + horizon + stride >= end  # one more would not fit
        assert (np.diff(part.origins) == stride).all()
        assert np.isfinite(part.x()).all()
        assert np.isfinite(part.y()).all()


def test_a_short_series_of_a_panel_has_no_windows():
    data = dataset_of(range(40), range(3), lookback=4, split={"validation": 0.2, "test": 0.2})
    assert set(data.train.series.tolist()) == {0}


def test_limit_spreads_evenly():
    data = dataset_of(range(100), limit=3, split=NO_SPLIT)
    assert data.train.origins.tolist() == [2, 50, 98]


def test_the_whole_is_too_short():
    assert refusal(range(120), lookback=100, horizon=24, split=NO_SPLIT) == (
        "120 rows, lookback 100, horizon 24: no window fits; the longest lookback that does is 96"
    )
    options = {"horizon": 24, "split": NO_SPLIT}
    assert len(dataset_of(range(120), lookback=96, **options).train) == 1


def test_the_training_part_is_too_short():
    options = {"horizon": 24, "transform": "difference"}
    assert refusal(range(120), lookback=80, **options) == (
        "the training part has 84 of 120 rows, lookback 80, horizon 24, 1 row lost to transform: "
        "no window fits; the longest lookback that does is 59"
    )
    with pytest.raises(DataError, match="the validation part has"):  # training has room for it
        dataset_of(range(120), lookback=59, **options)


def test_a_held_back_part_is_too_short():
    assert refusal(range(120), horizon=30) == (
        "the validation part has 12 of 120 rows, horizon 30: no window fits; the longest horizon "
        "that does is 12, or let data.split.validation begin earlier"
    )


def test_the_horizon_is_too_long():
    assert refusal(range(10), lookback=4, horizon=20, split=NO_SPLIT).endswith(
        "no window fits, nor would one with lookback 1; the longest horizon that then does is 9"
    )
    assert refusal([1, 2], transform="difference", split=NO_SPLIT).endswith(
        "no window fits, whatever the lookback and the horizon: give more rows"
    )


def test_a_panel_names_the_longest_series():
    message = refusal(range(5), range(9), lookback=20, split=NO_SPLIT)
    assert message.startswith("series 'b': 9 rows, lookback 20, horizon 1")
