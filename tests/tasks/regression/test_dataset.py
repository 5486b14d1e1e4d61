"""From a config's data section to the model's input, for every kind of source."""

import numpy as np
import pandas as pd
import pytest

from rnnkit.data import cache, ram
from rnnkit.data.dataset import PADDING_VALUE
from rnnkit.data.measured.preprocessing import MeasuredPreprocessing
from rnnkit.data.padded_rows import CutRows, DiskRows
from rnnkit.errors import ColumnError, DataError
from rnnkit.tasks.regression.dataset import facts, load_dataset, outline, read_new
from tests.tasks.regression.small import WINDOWS, config_of, machines


def load(source, place=None, **options):
    """The dataset, whose facts are what `outline` says without reading it all."""
    config = config_of(source, **options)
    dataset = load_dataset(config, place)
    assert outline(config) == facts(config, dataset.preprocessing)
    kept = dataset.preprocessing
    assert MeasuredPreprocessing.from_json(kept.to_json()) == kept
    return dataset


def message_of(source, **options) -> str:
    with pytest.raises(DataError) as error:
        load_dataset(config_of(source, **options))
    return str(error.value)


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    path = tmp_path_factory.mktemp("machines") / "m.csv"
    machines().to_csv(path, index=False)
    return path


@pytest.fixture
def npz(tmp_path):
    """Eight examples of (3, 2) with two numbers each."""
    x = np.arange(48.0).reshape(8, 3, 2)
    y = np.arange(16.0).reshape(8, 2) / 4
    np.savez(tmp_path / "d.npz", x_train=x, y_train=y, x_test=x[:4] + 0.5, y_test=y[:4])
    return tmp_path / "d.npz"


def test_rows_of_a_new_file_that_are_left_out_are_told(table):
    options = WINDOWS | {"format": {"bad_rows": "skip"}}
    kept = load(table, **options).preprocessing
    new = table.with_name("new.csv")
    new.write_text(table.read_text() + "1\n")
    part = read_new(new, config_of(table, **options), kept)
    assert part.notes[0].startswith("1 row left out (format.bad_rows: skip)")


def test_windows(table):
    frame = machines()
    dataset = load(table, **WINDOWS)
    windows = frame.groupby("unit").size() - 3
    test = [f"m{unit}" for unit in range(3, 40, 4)]
    assert isinstance(dataset.train.store, CutRows)
    assert len(dataset.test) == windows[test].sum()
    assert sum(map(len, dataset.parts.values())) == windows.sum()
    units = {part: set(one.names) for part, one in dataset.parts.items()}
    assert not units["train"] & units["validation"]
    assert units["test"] == set(test)

    rows = frame[frame.unit == "m3"]
    own = np.flatnonzero(dataset.test.names == "m3")
    assert dataset.test.ends[own].tolist() == list(range(4, len(rows) + 1))
    assert dataset.test.actual[own, 0].tolist() == rows.left.tolist()[3:]
    scale = dataset.preprocessing.scale
    x = dataset.test.rows(own[-1:])[0] * np.array(scale.divisor) + np.array(scale.offset)
    np.testing.assert_allclose(x, rows[["heat", "noise"]].to_numpy()[-4:], rtol=1e-5, atol=1e-5)
    assert dataset.test.last.tolist() == np.flatnonzero(dataset.test.actual[:, 0] == 0).tolist()


def test_the_scale_is_that_of_the_training_rows_each_once(table):
    dataset = load(table, **WINDOWS)
    train = machines()[lambda frame: frame.unit.isin(set(dataset.train.names))]
    expected = train[["heat", "noise"]].mean()
    assert dataset.preprocessing.scale.offset == pytest.approx(tuple(expected))
    assert dataset.train.y.mean() == pytest.approx(0, abs=1e-6)


def test_rows_in_any_order_are_sorted_with_their_answers(table, tmp_path):
    machines().sample(frac=1, random_state=1).to_csv(tmp_path / "m.csv", index=False)
    one, other = load(table, **WINDOWS), load(tmp_path / "m.csv", **WINDOWS)
    for part in ("train", "validation", "test"):
        a, b = (getattr(dataset, part) for dataset in (one, other))
        for unit in set(a.names):
            mine, theirs = (np.flatnonzero(part.names == unit) for part in (a, b))
            np.testing.assert_array_equal(a.actual[mine], b.actual[theirs])
            np.testing.assert_allclose(a.rows(mine), b.rows(theirs), rtol=1e-4, atol=1e-6)


def test_on_disk_as_in_ram(table, tmp_path, monkeypatch):
    in_ram = load(table, **WINDOWS)
    monkeypatch.setattr(ram, "SHARE", 1 << 60)
    place = cache.Place(tmp_path)
    for _ in range(2):  # written, then found
        on_disk = load(table, place, **WINDOWS)
        assert isinstance(on_disk.train.store, DiskRows)
        assert on_disk.preprocessing == in_ram.preprocessing
        for name, part in in_ram.parts.items():
            other = on_disk.parts[name]
            np.testing.assert_array_equal(other.y, part.y)
            np.testing.assert_array_equal(other.rows(slice(0, 9)), part.rows(slice(0, 9)))


def test_short_windows_are_padded(table):
    dataset = load(table, **WINDOWS | {"window": 8, "shortest": 6, "padding": "pre"})
    shortest = dataset.train.rows(np.flatnonzero(dataset.train.ends == 6)[:1])[0]
    assert (shortest[:2] == PADDING_VALUE).all()
    assert (shortest[2:] != PADDING_VALUE).all()
    assert dataset.preprocessing.masked


def test_sequences_too_short_for_a_window_are_said(table):
    notes = load(table, **WINDOWS | {"window": 8}).notes
    assert any(
        "too short for a window, which takes 8; data.shortest: 6 pads them" in n for n in notes
    )


def test_clip_and_several_targets(table):
    options = {"target": ["left", "cost"], "clip": {"maximum": 5}}
    dataset = load(table, **WINDOWS | options)
    assert dataset.preprocessing.targets == ("left", "cost")
    assert dataset.test.actual.max() == 5
    assert dataset.card.parts[0].targets[0].maximum == 5
    assert facts(config_of(table, **WINDOWS | options), dataset.preprocessing).outputs == 2


def test_a_spread_doubles_the_outputs(table):
    config = config_of(table, loss="gaussian", **WINDOWS)
    assert outline(config).outputs == 2


def test_a_horizon(table):
    dataset = load(table, **WINDOWS | {"horizon": 2})
    rows = machines().query("unit == 'm3'")
    own = np.flatnonzero(dataset.test.names == "m3")
    assert dataset.test.actual[own, 0].tolist() == rows.left.tolist()[5:]
    new = read_new(table, config_of(table, **WINDOWS | {"horizon": 2}), dataset.preprocessing,
                   answered=False)  # fmt: skip
    assert (new.names == "m3").sum() == len(rows) - 3


def test_whole_sequences(tmp_path):
    frame = machines()
    frame["cost"] = frame.groupby("unit").left.transform("max") / 2
    frame.to_csv(tmp_path / "m.csv", index=False)
    options = {"target": "cost", "features": ["heat"], "id": "unit", "time": "at"}
    dataset = load(tmp_path / "m.csv", split={"column": "part"}, **options)
    assert len(dataset.train) == 30
    first = frame[frame.unit == "m0"]
    assert dataset.train.actual[0, 0] == first.cost.iloc[0]
    assert (dataset.train.rows(slice(0, 1))[0, len(first) :] == PADDING_VALUE).all()


def test_a_target_that_changes_within_a_sequence(table):
    options = {key: WINDOWS[key] for key in ("target", "features", "id", "time")}
    found = message_of(table, **options)
    assert found.endswith(
        "each example has one; to predict it row by row, cut windows: data.window"
    )
    assert "m.csv, line 3: unit 'm0' has left '" in found


def test_wide(tmp_path):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(size=(30, 4)), columns=list("abcd"))
    frame["y"] = frame.a + rng.normal(size=30)
    frame.to_csv(tmp_path / "w.csv", index=False)
    dataset = load(tmp_path / "w.csv", target="y", split={"test": 0.3})
    assert dataset.train.store.shape[1:] == (4, 1)
    assert not dataset.audited.findings
    keys = {round(float(y), 5) for part in dataset.parts.values() for y in part.actual[:, 0]}
    assert keys == {round(y, 5) for y in frame.y}


def test_arrays(npz):
    dataset = load(npz, scale="min_max", split={"validation": "test"})
    assert dataset.preprocessing.targets == ("y[0]", "y[1]")
    assert dataset.description == (
        "d.npz: 8 train, 4 test (= validation); 3 steps of 2 features; 2 targets"
    )
    assert dataset.validation is dataset.test
    assert dataset.test.actual.tolist() == [[0, 0.25], [0.5, 0.75], [1, 1.25], [1.5, 1.75]]


def test_ids(tmp_path):
    ids = np.random.default_rng(0).integers(0, 7, size=(20, 5))
    np.savez(tmp_path / "d.npz", x_train=ids, y_train=ids.sum(axis=1) / 2)
    dataset = load(tmp_path / "d.npz", ids=True)
    assert dataset.train.rows(slice(0, 2)).tolist() == ids[:2].tolist()
    assert dataset.train.actual[:, 0].tolist() == (ids.sum(axis=1) / 2).tolist()


@pytest.mark.parametrize(
    ("y", "what"),
    [
        (np.full(8, np.nan), "y_train[0, 0] = nan: numbers to predict must be finite (8 such"),
        (np.array(["a"] * 8), "y_train holds <U1: expected numbers to predict"),
        (np.zeros((8, 2, 2)), "has shape (8, 2, 2): expected numbers to predict, (N,) or (N, K)"),
        (np.zeros(7), "x_train has 8 examples but y_train has 7"),
    ],
)  # fmt: skip
def test_arrays_that_do_not_fit(tmp_path, y, what):
    np.savez(tmp_path / "d.npz", x_train=np.zeros((8, 3, 2)), y_train=y)
    assert what in message_of(tmp_path / "d.npz")


def test_parts_with_other_targets(tmp_path):
    x = np.zeros((8, 3, 2))
    np.savez(tmp_path / "d.npz", x_train=x, y_train=np.ones((8, 2)), x_test=x, y_test=np.ones(8))
    assert "y_test has 1 numbers an example, but y_train 2" in message_of(tmp_path / "d.npz")


def test_a_missing_target(tmp_path):
    frame = machines()
    frame.loc[7, "left"] = np.nan
    frame.to_csv(tmp_path / "m.csv", index=False)
    found = message_of(tmp_path / "m.csv", **WINDOWS)
    assert found.startswith(f"{tmp_path}/m.csv, line 9, column 'left': no value (1 such row): drop")


def test_no_target(table):
    with pytest.raises(ColumnError) as error:
        load_dataset(config_of(table, id="unit", time="at"))
    assert "name the column with the numbers to predict in data.target" in str(error.value)


def test_a_target_among_the_features(table):
    found = message_of(table, **WINDOWS | {"features": ["heat", "left"]})
    assert "'left' is data.target and among data.features: the model would read the answer" in found


def test_new_data_that_do_not_fit(table, tmp_path):
    config = config_of(table, **WINDOWS)
    kept = load_dataset(config).preprocessing
    frame = machines(2)
    frame.groupby("unit").head(3).to_csv(tmp_path / "short.csv", index=False)
    with pytest.raises(DataError, match="no window fits: 2 of 2 units"):
        read_new(tmp_path / "short.csv", config, kept, answered=False)
    pd.concat([frame, frame.head(3).assign(unit="z")]).to_csv(tmp_path / "one.csv", index=False)
    with pytest.raises(DataError, match=r"1 of 3 units \('z'\), of 3 rows.* or leave them out"):
        read_new(tmp_path / "one.csv", config, kept, answered=False)


def test_limit_keeps_windows_and_their_rows_together(table):
    dataset = load(table, limit=10, **WINDOWS)
    whole = load(table, **WINDOWS)
    assert [len(part) for part in dataset.parts.values()] == [10, 10, 10]
    known = {
        (name, end): y
        for name, end, y in zip(whole.test.names, whole.test.ends, whole.test.actual[:, 0],
                                strict=True)
    }  # fmt: skip
    for name, end, y in zip(dataset.test.names, dataset.test.ends, dataset.test.actual[:, 0],
                            strict=True):  # fmt: skip
        assert known[name, end] == y


def test_layers_know_the_shortest_example(table):
    config = config_of(table, **WINDOWS | {"window": 8, "shortest": 6})
    assert outline(config).shortest == load_dataset(config).shortest == 6


def test_the_card_says_which_fold_is_the_test_part(table):
    dataset = load(table, **WINDOWS | {"split": {"folds": 4, "fold": 2, "validation": 0.3}})
    assert dataset.separation == (
        "test is fold 2 of 4: dealt by its id and the seed; validation: each unit drawn by its id "
        "and the seed: it stays there when others come or go"
    )
