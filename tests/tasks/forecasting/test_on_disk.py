"""A table whose values stay on disk gives what the same table in RAM gives, to the bit."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import rnnkit
from rnnkit.data import cache, ram
from rnnkit.data.batch import Shuffle
from rnnkit.data.cache import Place
from rnnkit.data.series import leaks
from rnnkit.data.series.dataset import SeriesDataset
from rnnkit.data.tables import table
from rnnkit.errors import DataError
from rnnkit.tasks.forecasting.dataset import before_growth, load_dataset, outline
from rnnkit.tasks.forecasting.future import future_part
from rnnkit.tasks.forecasting.reading import read_new, read_new_rows
from tests.data.on_disk import DAMAGES, Disk
from tests.data.series.small import section

RNG = np.random.default_rng(0)
ROWS = 90
COLUMNS = {"time": "t", "target": "y", "features": ["f", "g"], "split": {"test": 0.2}}


def frame(rows: int = ROWS) -> pd.DataFrame:
    values = np.exp(RNG.normal(size=(rows, 3)).cumsum(axis=0) / 10)
    times = pd.date_range("2020-01-01", periods=rows, freq="D")
    return pd.DataFrame(values, columns=["y", "f", "g"]).assign(t=times)


def panel() -> pd.DataFrame:
    """Three series, one too short for a window, their rows in any order."""
    parts = [frame(rows).assign(s=name) for name, rows in (("a", 40), ("b", 1), ("c", 60))]
    return pd.concat(parts).sample(frac=1, random_state=0)


def holes() -> pd.DataFrame:
    found = frame()
    found.iloc[[0, 1, 17, 18, 19, 50], 1] = np.nan
    found.iloc[[30, 70, 71], 0] = np.nan
    return found


def gaps() -> pd.DataFrame:
    """Five rows lack, the first of them where pieces of 37 rows meet, and the last have no y."""
    found = frame()
    found.loc[found.index[-3:], ["y", "f"]] = np.nan
    return found.drop(index=[37, 38, 50, 51, 52])


def write(folder: Path, found: pd.DataFrame) -> Path:
    path = folder / "t.csv"
    found.to_csv(path, index=False)
    return path


def assert_alike(one: SeriesDataset, other: SeriesDataset) -> None:
    assert one.preprocessing.to_json() == other.preprocessing.to_json()
    assert one.card == other.card
    for name in one.parts | other.parts:
        a, b = one.parts[name], other.parts[name]
        assert not a.on_disk
        assert b.on_disk
        assert a.actual.tobytes() == b.actual.tobytes()
        assert a.times.tobytes() == b.times.tobytes()
        for shuffle in (None, Shuffle(3, 1)):
            pairs = zip(a.batches(7, shuffle=shuffle), b.batches(7, shuffle=shuffle), strict=True)
            for left, right in pairs:
                for x, y in zip(left[:4], right[:4], strict=True):
                    assert x.dtype == y.dtype
                    assert x.tobytes() == y.tobytes()


@pytest.mark.parametrize(
    ("make", "options"),
    [
        (frame, {}),
        (frame, {"scale": "robust", "horizon": 3, "stride": 2, "calendar": ["month"]}),
        (frame, {"scale": "none", "transform": "log_return", "quantity": "absolute"}),
        (frame, {"scale": "min_max", "target": ["y", "f"], "features": ["g"], "horizon": 2}),
        (frame, {"time": None, "features": [], "multi_step": "recursive", "horizon": 4}),
        (holes, {"missing": "drop"}),
        (holes, {"missing": "forward_fill", "quantity": "difference", "horizon": 2}),
        (panel, {"series": "s", "transform": "difference", "quantity": "log_return"}),
        (panel, {"series": "s", "limit": 9, "horizon": 5}),
        (
            gaps,
            {
                "features": ["f"],
                "known": ["g"],
                "gaps": "fill",
                "missing": "forward_fill",
                "horizon": 2,
                "lags": [5],
            },
        ),
    ],
)
def test_every_kind_of_table(tmp_path, disk, monkeypatch, make, options):
    path = write(tmp_path, make())
    data = section(path, **{**COLUMNS, **options})
    in_memory, facts = load_dataset(data), outline(data)
    monkeypatch.setattr(table, "PIECE", 37)
    lines = disk()
    assert outline(data) == facts
    assert not lines  # a check converts nothing
    assert_alike(in_memory, load_dataset(data, disk.place))
    assert [one.values.tolist() for one in load_dataset(data, disk.place).rows.future] == [
        one.values.tolist() for one in in_memory.rows.future
    ]
    assert [line.split(" once, ")[0] for line in lines] == [f"converting {path}"]
    monkeypatch.setattr("rnnkit.data.tables.files.TableFiles.read", None)  # it is there now
    assert_alike(in_memory, load_dataset(data, disk.place))
    assert len(lines) == 1


def test_new_rows(tmp_path, disk):
    data = section(write(tmp_path, frame()), **COLUMNS)
    kept = load_dataset(data).preprocessing
    expected = read_new(tmp_path / "t.csv", data, kept)
    disk()
    found = read_new(tmp_path / "t.csv", data, kept, disk.place)
    assert found.on_disk
    assert found.x().tobytes() == expected.x().tobytes()
    part = future_part(
        data, kept, steps=1, new=read_new_rows(tmp_path / "t.csv", data, kept, disk.place)
    )
    assert part.x().tobytes() == future_part(data, kept, steps=1).x().tobytes()


@pytest.mark.parametrize(
    ("make", "options"),
    [
        (holes, {}),
        (lambda: pd.concat([frame(), frame()]), {}),
        (lambda: frame().assign(g="x"), {}),
        (lambda: frame().assign(y=-1.0), {"quantity": "log"}),
        (lambda: frame(4), {"lookback": 9}),
    ],
)
def test_what_is_refused(tmp_path, disk, monkeypatch, make, options):
    data = section(write(tmp_path, make()), **{**COLUMNS, **options})
    with pytest.raises(DataError) as expected:
        load_dataset(data)
    monkeypatch.setattr(table, "PIECE", 37)
    disk()
    with pytest.raises(DataError) as caught:
        load_dataset(data, disk.place)
    said = str(expected.value).partition(" (")[0]
    assert said.partition(": ")[2] in str(caught.value)


def test_nowhere_to_convert(tmp_path, disk):
    disk()
    with pytest.raises(DataError, match="must be converted first, which `rnnkit train` does once"):
        load_dataset(section(write(tmp_path, frame()), **COLUMNS))


def test_a_conversion_that_was_killed_begins_again(tmp_path, disk, monkeypatch):
    data = section(write(tmp_path, panel()), **COLUMNS, series="s")
    in_memory = load_dataset(data)
    monkeypatch.setattr(table, "PIECE", 37)
    monkeypatch.setattr(cache, "_EVERY", 0.0)
    lines = disk()

    def killed(line: str) -> None:
        lines.append(line)
        if len(lines) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load_dataset(data, Place(tmp_path / "cache", killed))
    assert_alike(in_memory, load_dataset(data, disk.place))


@pytest.mark.parametrize("name", ["values.bin", "times.bin", "content.json"])
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_conversion(tmp_path, disk, name, damage):
    data = section(write(tmp_path, frame()), **COLUMNS)
    in_memory = load_dataset(data)
    lines = disk()
    load_dataset(data, disk.place)
    [path] = (tmp_path / "cache").glob(f"*/{name}")
    damage(path)
    assert_alike(in_memory, load_dataset(data, disk.place))
    assert lines[1] == f"{path.parent} is damaged: it is written again"


def test_the_audit_looks_at_some_of_the_rows(tmp_path, disk, monkeypatch):
    found = frame(400)
    found["f"] = found.y.shift(-1).fillna(1.0)
    data = section(write(tmp_path, found), **COLUMNS, horizon=2)
    disk()
    monkeypatch.setattr(leaks, "SAMPLE", 210)
    audit = leaks.audit(load_dataset(data, disk.place))
    assert [(finding.check, finding.certain) for finding in audit.findings] == [("answers", True)]
    assert "all looked at 180 of 400 rows" in audit.summary


def test_data_that_have_grown(tmp_path, disk):
    found = frame()
    data = section(write(tmp_path, found.iloc[:80]), **COLUMNS)
    then = load_dataset(data)
    write(tmp_path, found)
    disk()
    now = before_growth(data, then.preprocessing, disk.place)
    assert now is not None
    assert "with 10 rows after them" in now[1]
    assert now[0].train.on_disk
    assert now[0].train.x().tobytes() == then.train.x().tobytes()


def config(source: Path, **options: object) -> dict[str, object]:
    return {
        "version": 1,
        "name": "small",
        "task": "forecasting",
        "device": "cpu",
        "data": {"source": str(source), "lookback": 3, **COLUMNS, **options},
        "model": {"layers": [{"lstm": {"units": 2}}, {"dense": {"units": 1}}]},
        "training": {"epochs": 1, "batch_size": 8, "jit_compile": False},
    }


def test_training_is_the_same_to_the_bit(tmp_path: Path, disk: Disk) -> None:
    path = write(tmp_path, frame())
    first = rnnkit.train(config(path), runs=tmp_path / "runs")
    disk()
    second = rnnkit.train(config(path), runs=tmp_path / "runs")
    state = [run.checkpoints / "last" / "manifest.json" for run in (first, second)]
    sums = [json.loads(path.read_text())["state.npz"] for path in state]
    assert sums[0] == sums[1]
    assert first.read_evaluation() == second.read_evaluation()
    assert len(list(second.cache.glob("*/values.bin"))) == 1
    loaded = rnnkit.load(second.path)
    assert loaded.forecast(1).forecast.shape == (1, 1, 1)
    assert not ram.is_large(0)
