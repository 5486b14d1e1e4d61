"""A planted leak of each kind is found, and honest data are left alone."""

import dataclasses
import time

import numpy as np
import pytest

from rnnkit.data.scaling import fit_scale
from rnnkit.data.series import foresight
from rnnkit.data.series.dataset import SeriesDataset
from rnnkit.data.series.leaks import CHECKS, audit
from rnnkit.data.series.store import Store, columns_of
from rnnkit.errors import DataError
from rnnkit.tasks.forecasting import dataset as load
from tests.data.series.small import dataset_of, days, rows_of, section, section_of

WALK = np.cumsum(np.random.default_rng(0).normal(0, 1, 200)) + 50
NOISE = np.random.default_rng(1).normal(0, 1, 200)


def found(dataset) -> dict[str, bool]:
    """Check by check, whether it is certain."""
    return {finding.check: finding.certain for finding in audit(dataset).findings}


def texts(dataset) -> str:
    return "\n".join(finding.text for finding in audit(dataset).findings)


def planted(change, values=WALK, **options) -> SeriesDataset:
    """A dataset whose rows go through `change`, also when the audit builds it anew."""
    data = section_of(rows_of(values), **options)

    def build(rows):
        series = tuple(dataclasses.replace(one, values=change(one.values)) for one in rows.series)
        built = load.build_dataset(dataclasses.replace(rows, series=series), data)
        return dataclasses.replace(built, rows=rows, rebuild=build)

    return build(rows_of(values))


def centred_mean(values):
    """Smoothing that looks one row ahead."""
    padded = np.pad(values, ((1, 1), (0, 0)), mode="edge")
    return (padded[:-2] + padded[1:-1] + padded[2:]) / 3


def trailing_mean(values):
    padded = np.pad(values, ((2, 0), (0, 0)), mode="edge")
    return (padded[:-2] + padded[1:-1] + padded[2:]) / 3


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"horizon": 4, "stride": 2, "scale": "robust"},
        {"transform": "log_return", "scale": "min_max"},
        {"quantity": ["log_return", {"multiply": 100}, "absolute"], "lookback": 12},
        {"multi_step": "recursive", "horizon": 3},
        {"split": {"validation": 0, "test": 0.3}},
        {"split": {"validation": 0, "test": 0}},
    ],
)
def test_honest_data_pass(options):
    assert found(dataset_of(WALK, **options)) == {}
    assert found(dataset_of(WALK, WALK[::-1] + NOISE, **options)) == {}


def test_honest_features_pass():
    values = np.stack([WALK, np.roll(WALK, 1), NOISE], axis=1)  # the target a row late is known
    assert found(dataset_of(values[1:], features=2, horizon=3)) == {}


def test_smoothing_over_the_border_and_the_origin():
    dataset = planted(centred_mean)
    assert found(dataset) == {"border": True, "origin": True}
    assert "1 row up to the end of the training part, the first at 139, change when" in texts(
        dataset
    )
    assert "the validation window that forecasts 140 reads rows after 139" in texts(dataset)
    assert found(planted(trailing_mean)) == {}


def test_windows_that_read_a_row_too_far():
    honest = dataset_of(WALK)

    def shifted(rows):
        built = honest.rebuild(rows)
        store = built.train.store
        store.inputs = np.roll(store.inputs, -1, axis=0)
        return dataclasses.replace(built, rebuild=shifted)

    assert found(shifted(honest.rows)) == {"origin": True}


def test_a_scale_of_all_rows():
    honest = dataset_of(WALK)

    def everything(rows):
        built = honest.rebuild(rows)
        scale = fit_scale("standard", columns_of(built.series, built.data))
        kept = built.preprocessing.model_copy(update={"scale": scale})
        store = Store(built.series, built.data, scale)
        parts = {n: dataclasses.replace(p, store=store) for n, p in built.parts.items()}
        return dataclasses.replace(built, preprocessing=kept, rebuild=everything, **parts)

    dataset = everything(honest.rows)
    assert found(dataset)["scale"] is True
    assert "the standard scale was fitted on all rows instead of the training part's" in texts(
        dataset
    )
    assert "the scale of all inputs moves when rows after the training part change" in texts(
        dataset
    )


def test_windows_that_overlap():
    honest = dataset_of(WALK, horizon=3, split={"validation": 0, "test": 0.2})
    train = honest.train
    longer = dataclasses.replace(
        train,
        series=np.append(train.series, [0, 0]),
        origins=np.append(train.origins, train.origins[-1] + [1, 2]),
    )
    dataset = dataclasses.replace(honest, train=longer)
    assert found(dataset)["overlap"] is True
    assert "2 rows that test forecasts, the first at 160, are forecast in train too" in texts(
        dataset
    )


def test_parts_out_of_order():
    honest = dataset_of(WALK)
    swapped = dataclasses.replace(honest, test=honest.validation, validation=honest.test)
    assert "test begins before validation has ended: the parts are not in order" in texts(swapped)


def test_rows_that_stand_twice():
    dataset = dataset_of(np.r_[WALK, WALK], lookback=5)
    assert found(dataset) == {"copies": False}
    assert (
        "80 of 80 test windows, the first for 320, stand row for row in the training part "
        "too: the file holds rows twice, unless the series repeats itself exactly"
    ) in texts(dataset)
    one_week = np.r_[WALK, WALK[10:20]]
    assert texts(dataset_of(one_week, lookback=5)).startswith("5 of 42 test windows")


def test_a_standstill_is_no_copy():
    still = WALK.copy()
    still[20:40] = still[180:] = 7
    assert found(dataset_of(still, lookback=5)) == {}
    assert found(dataset_of(np.arange(200) % 2, lookback=2)) == {}  # too short to tell


@pytest.mark.parametrize("horizon", [1, 3])
def test_a_feature_that_knows_the_answer(horizon):
    values = np.stack([WALK, NOISE, np.roll(WALK, -1) * 3 + 5], axis=1)[:-1]
    dataset = dataset_of(values, features=2, horizon=horizon)
    assert found(dataset) == {"answers": True}
    assert texts(dataset) == (
        "the feature 'g' knows the target 'y' 1 row ahead (correlation of changes 1.0000): shift "
        "it back, or remove it from data.features"
    )


def test_a_feature_that_knows_the_price_behind_a_return():
    price = np.exp(WALK / 50)
    values = np.stack([price, np.roll(price, -2)], axis=1)[:-2]
    dataset = dataset_of(values, features=1, horizon=2, quantity="log_return")
    assert "knows the target 'y' 2 rows ahead" in texts(dataset)
    assert found(dataset) == {"answers": True}


def test_a_feature_that_is_the_target_may_be_innocent():
    dataset = dataset_of(np.stack([WALK, -WALK], axis=1), features=1)
    assert found(dataset) == {"answers": False}
    assert "the feature 'f' is the target 'y' of the same row (correlation of changes -1" in texts(
        dataset
    )


def test_a_feature_that_nearly_knows_the_answer():
    values = np.stack([WALK, np.roll(WALK, -1) + NOISE / 20], axis=1)[:-1]
    assert found(dataset_of(values, features=1)) == {"answers": False}
    values = np.stack([WALK, np.roll(WALK, -1) + NOISE], axis=1)[:-1]
    assert found(dataset_of(values, features=1)) == {}


def test_training_is_refused_for_a_certain_leak_alone():
    with pytest.raises(DataError) as caught:
        audit(planted(centred_mean)).refuse_leaks("x")
    assert str(caught.value).startswith(
        "x: a model would be judged on what it was told (5 leaks), so training has not begun:\n- "
    )
    possible = audit(dataset_of(np.r_[WALK, WALK], lookback=5, split={"validation": 0}))
    possible.refuse_leaks("x")
    assert possible.summary.startswith("leak audit: 8 checks found 1 thing (")
    assert possible.findings[0].text.startswith("80 of 80 test windows")


def test_it_is_quick_on_thousands_of_rows():
    data = load.load_dataset(section("wti", missing="drop", quantity="log_return", lookback=24))
    began = time.process_time()
    result = audit(data)
    assert time.process_time() - began < 1.0  # of the CPU; 0.03 s where nothing else runs
    assert result.findings == ()
    assert result.seconds > 0


def test_a_logarithm_of_changes():
    """Other values must not make a change negative whose logarithm the model reads."""
    growing = np.cumsum(np.random.default_rng(2).uniform(1, 2, 200))
    options = {"quantity": "difference", "transform": "log"}
    assert found(dataset_of(growing, **options)) == {}
    dataset = planted(centred_mean, growing, **options)
    assert found(dataset) == {"border": True, "origin": True}


def test_a_panel_of_unequal_times():
    times = [days(150), days(150, "2020-03-01")]
    dataset = dataset_of(WALK[:150], WALK[::-1][:150] + NOISE[:150], times=times)
    assert found(dataset) == {}


def test_as_dict():
    values = audit(dataset_of(np.r_[WALK, WALK], lookback=5)).as_dict()
    assert list(values["checks"]) == list(CHECKS)
    assert values["findings"][0]["check"] == "copies"


PARTS = np.random.default_rng(2).integers(0, 90, (200, 2)).astype(float)


@pytest.mark.parametrize(
    ("target", "found", "text"),
    [
        (PARTS.sum(axis=1), {"sums": False}, "the target 'y' is 'f' + 'g' of the same row"),
        (0.5 * PARTS[:, 0] - PARTS[:, 1] + 7, {"sums": False}, "0.5 * 'f' - 'g' + 7 of the same"),
        (np.roll(PARTS.sum(axis=1), 1), {"sums": True}, "'f' + 'g' of 1 row before: shift them"),
        (np.round(PARTS.sum(axis=1) + 0.1 * NOISE, 1), {}, ""),
        (WALK, {}, ""),
    ],
)
def test_features_that_add_up_to_the_target(target, found, text):
    dataset = dataset_of(np.column_stack([target, PARTS])[1:], features=2)
    assert {f.check: f.certain for f in audit(dataset).findings} == found
    assert text in texts(dataset)


@pytest.mark.parametrize(("column", "noted"), [(7 * np.arange(200.0), True), (WALK, False)])
def test_a_feature_that_numbers_the_rows(column, noted):
    dataset = dataset_of(np.column_stack([NOISE, column]), features=1)
    assert [f.check for f in audit(dataset).findings] == ["numbers"] * noted


def test_a_known_column_that_is_measured_with_the_target():
    rng = np.random.default_rng(2)
    casual, registered = np.abs(rng.normal(50, 10, 200)), np.abs(rng.normal(100, 20, 200))
    weather = rng.normal(0, 1, 200).cumsum()
    both = np.stack([casual + registered, weather, casual], axis=1)
    assert found(dataset_of(both, known=2)) == {"answers": False}
    assert "'l' of data.known moves with the target 'y' of the same row" in texts(
        dataset_of(both, known=2)
    )
    assert found(dataset_of(both, features=2)) == {}
    summed = np.stack([casual + registered, casual, registered], axis=1)
    assert found(dataset_of(summed, known=2))["sums"]
    assert not found(dataset_of(summed, features=2))["sums"]


@pytest.mark.parametrize("early", [0, 30])
def test_parts_that_are_the_last_rows_of_each_series(early):
    rng = np.random.default_rng(0)
    times = [np.arange(early, early + 60), np.arange(40)]
    split = {"validation": {"last": 5}, "test": {"last": 5}}
    built = dataset_of(rng.normal(size=60), rng.normal(size=40), times=times, split=split)
    assert built.test.forecast_rows.tolist() == [*range(55, 60), *range(95, 100)]
    assert list(foresight.overlap(built)) == []
    swapped = dataclasses.replace(built, train=built.validation, validation=built.train)
    assert "validation begins before train has ended" in " ".join(foresight.overlap(swapped))


def test_a_series_that_begins_in_the_test_part_is_scaled_by_its_first_history():
    times = [np.arange(60), np.arange(50, 60)]
    values = [WALK[:60], 100 * WALK[60:70]]
    options = {"times": times, "scale": {"by": "series"}, "split": {"test": 48}}
    assert found(dataset_of(*values, **options)) == {}


@pytest.mark.parametrize("split", [{}, {"validation": {"last": 9}, "test": {"last": 9}}])
def test_series_at_odds_in_time_share_a_scale(split):
    """When one is at its last training row, the other still has some to come."""
    times = [np.arange(0, 240, 2), np.arange(1, 161, 2)]
    values = [WALK[:120], NOISE[:80] + np.arange(80)]
    assert found(dataset_of(*values, times=times, split=split)) == {}
