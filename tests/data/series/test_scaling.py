"""A scale for each series, for each window, and for series that training never saw."""

import dataclasses

import numpy as np
import pytest

from rnnkit.data.series import foresight
from rnnkit.data.series.fitting import with_new
from rnnkit.data.series.leaks import audit
from rnnkit.data.series.scaling import NARROW, SeriesScales, fit_scales, window_scale
from rnnkit.errors import DataError
from rnnkit.tasks.forecasting.future import future_part
from tests.data.series.small import dataset_of, rows_of

SMALL, LARGE = np.arange(40.0), 1e5 * (np.arange(50.0) % 7)
SPLIT = {"validation": 0, "test": 0.2}


def panel(**options):
    return dataset_of(SMALL, LARGE, **{"split": SPLIT, "scale": {"by": "series"}, **options})


def test_each_series_is_scaled_by_its_own_training_rows():
    built = panel()
    kept = built.preprocessing.scale
    assert kept.series == ("a", "b")
    ends = [one.train_end for one in built.series]
    for rows, end, offset, divisor in zip(
        (SMALL, LARGE), ends, kept.offset, kept.divisor, strict=True
    ):
        assert offset == pytest.approx((rows[:end].mean(),))
        assert divisor == pytest.approx((rows[:end].std(),))
    x = built.train.x()
    assert abs(x[built.train.series == 0]).max() < 3 and abs(x[built.train.series == 1]).max() < 3
    assert SeriesScales.model_validate_json(kept.model_dump_json()) == kept


@pytest.mark.parametrize("by", ["series", "window"])
@pytest.mark.parametrize("name", ["standard", "min_max", "robust"])
@pytest.mark.parametrize("transform", ["none", "difference"])
def test_what_comes_is_given_back_in_its_units(by, name, transform):
    built = panel(scale={"by": by, "name": name}, transform=transform, horizon=2)
    y, close = built.test.y(), {"rtol": 1e-5, "atol": 0.1}
    np.testing.assert_allclose(built.test.invert(y), built.test.actual, **close)
    if transform == "none":
        offset, divisor = built.test.target_scale()
        found = y.reshape(-1, 2, 1) * divisor + offset
        np.testing.assert_allclose(found, built.test.actual, **close)


def test_a_window_is_scaled_by_its_own_history():
    built = panel(scale={"by": "window"}, lookback=7)
    np.testing.assert_allclose(built.train.x().mean(axis=1), 0, atol=1e-5)
    rising = built.train.x()[built.train.series == 0]
    np.testing.assert_allclose(rising, rising[:1].repeat(len(rising), 0), atol=1e-4)


def test_a_flat_history_is_divided_by_a_tenth_of_the_series_spread():
    offset, divisor = window_scale("standard", np.full((1, 5, 1), 2, np.float32))
    assert (offset.item(), divisor.item()) == (2, NARROW)


def test_a_series_that_begins_after_training_is_scaled_by_its_first_history():
    times = [np.arange(50), np.arange(38, 50)]
    late = np.array([1.0, 2, 3, *range(100, 109)])
    built = dataset_of(LARGE, late, times=times, split=SPLIT, scale={"by": "series"})
    assert built.series[1].train_end == 2
    assert built.preprocessing.scale.offset[1] == (2,)


def test_a_new_series_is_scaled_by_what_it_brings():
    built = panel()
    kept = built.preprocessing
    new = rows_of(LARGE + 10, SMALL + 7, SMALL * 100)  # a and b are known, c is not
    part = future_part(built.data, kept, steps=1, new=new)
    assert part.store.scale.offset[:2].tolist() == [list(one) for one in kept.scale.offset]
    assert part.store.scale.offset[2] == pytest.approx([SMALL.mean() * 100])
    assert part.notes == ("1 of 3 series is new to the run, scaled by all rows that they bring: c",)
    known, names = with_new(kept.scale, built.series, built.data, whole=True)
    assert known is kept.scale and names == ()


def test_a_series_that_is_too_large_is_named():
    huge = np.array([-1.7e308, 1.7e308])[:, None]
    with pytest.raises(DataError, match=r"series 'b': .* too far to be scaled"):
        fit_scales("min_max", [("a", huge / 1e9), ("b", huge)], targets=1)


@pytest.mark.parametrize("by", ["series", "window"])
def test_the_audit_finds_nothing_of_the_future(by):
    found = audit(panel(scale={"by": by}, lookback=7, split={"validation": 0.1, "test": 0.2}))
    assert [f.text for f in found.findings if f.check in ("border", "origin", "scale")] == []


def test_the_audit_finds_a_scale_of_all_rows():
    built = panel()
    whole = fit_scales("standard", [("a", SMALL[:, None]), ("b", LARGE[:, None])], targets=1)
    kept = built.preprocessing.model_copy(update={"scale": whole})
    leaking = dataclasses.replace(built, preprocessing=kept)
    assert "fitted on all rows" in next(iter(foresight.scale(leaking)))


def test_a_fact_of_a_series_is_scaled_over_all():
    own = np.arange(20.0) % 3
    sized = [np.column_stack([own, np.full(20, size), own]) for size in (1.0, 3.0)]
    built = dataset_of(*sized, features=2, scale={"by": "series"}, split=SPLIT)
    x = built.train.x()
    assert [set(x[built.train.series == n, :, 1].ravel()) for n in (0, 1)] == [{-1.0}, {1.0}]
    new = rows_of(sized[0], sized[1], np.column_stack([own, np.full(20, 5.0), own]))
    part = future_part(built.data, built.preprocessing, steps=1, new=new)
    assert part.store.read(part.store.starts[2:])[0, 1] == 3
