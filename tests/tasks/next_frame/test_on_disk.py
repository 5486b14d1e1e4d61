"""Frames on disk give what the same frames in RAM give, to the bit."""

from pathlib import Path

import numpy as np
import pytest

import rnnkit
from rnnkit.data.batch import Shuffle
from rnnkit.data.padded_rows import DiskRows
from rnnkit.errors import DataError
from rnnkit.tasks.next_frame.config import NextFrameConfig
from rnnkit.tasks.next_frame.dataset import load_dataset, outline, read_new
from tests.tasks.next_frame.small import config_of

RNG = np.random.default_rng(0)
FRAMES = RNG.normal(size=(40, 6, 3))
BITS = RNG.integers(0, 2, (40, 6, 3))
RAGGED = {"values": FRAMES.reshape(-1, 3), "offsets": np.array([0, 3, 4, *range(10, 241, 10)])}
GAUSSIAN = {"output": "gaussian", "scale": "standard"}
SPLIT = {"split": {"validation": 0.2, "test": 0.1}}


def config_for(source: Path, options) -> NextFrameConfig:
    return config_of(source, seed=1, **SPLIT, **options)


def assert_alike(one, other):
    for name in ("train", "validation", "test"):
        a, b = getattr(one, name), getattr(other, name)
        assert isinstance(b.store, DiskRows)
        assert (a.lengths == b.lengths).all()
        for shuffle in (None, Shuffle(3, 1)):
            pairs = zip(a.batches(8, shuffle=shuffle), b.batches(8, shuffle=shuffle), strict=True)
            for left, right in pairs:
                for x, y in zip(left[:4], right[:4], strict=True):
                    assert x.dtype == y.dtype
                    np.testing.assert_allclose(x, y, rtol=1e-6)


def write(folder: Path, kind: str, arrays: dict[str, np.ndarray]) -> Path:
    path = folder / f"d{kind.partition(' ')[0]}"
    if kind == ".npy":
        np.save(path, arrays["x"])
    elif kind == ".npz":
        np.savez(path, **arrays)
    else:
        np.savez_compressed(path, **arrays)
    return path


@pytest.mark.parametrize("kind", [".npy", ".npz", ".npz compressed"])
@pytest.mark.parametrize(
    ("arrays", "options"),
    [
        ({"x": FRAMES}, GAUSSIAN),
        ({"x": BITS.astype("u1")}, {}),
        ({"x": BITS.astype(">f4")}, {"context": 2}),
        ({"x": BITS.astype(bool)}, {"max_length": 4}),
        ({"x": BITS.astype("u1") * 255}, {"scale": "pixels", "limit": 20}),
        (RAGGED, GAUSSIAN),
    ],
)
def test_frames(tmp_path, disk, kind, arrays, options):
    if kind == ".npy" and "x" not in arrays:
        pytest.skip("ragged sequences are two arrays")
    config = config_for(write(tmp_path, kind, arrays), options)
    in_ram, facts = load_dataset(config), outline(config)
    lines = disk()
    assert_alike(in_ram, load_dataset(config, disk.place))
    assert outline(config, disk.place) == facts
    assert bool(lines) == (kind == ".npz compressed")


@pytest.mark.parametrize(
    ("dtype", "options"),
    [
        ("f4", {"binarize": "threshold"}),
        ("f8", {"binarize": "stochastic"}),
        ("u1", {"binarize": "stochastic", "scale": "pixels", "order": "pixels"}),
        ("f4", {"order": "columns", "output": "gaussian", "scale": "standard"}),
        ("f8", {"order": "permuted", "shrink": 2}),
    ],
)
def test_what_is_changed_before_it_is_read(tmp_path, disk, monkeypatch, dtype, options):
    scale = 255 if dtype == "u1" else 1
    x = (np.random.default_rng(0).random((40, 6, 4)) * scale).astype(dtype)
    config = config_for(write(tmp_path, ".npy", {"x": x}), options)
    in_ram, facts = load_dataset(config), outline(config)
    monkeypatch.setattr("rnnkit.data.keys.PIECE", 50)
    lines = disk()
    assert outline(config, disk.place) == facts
    assert not lines  # a check converts nothing
    assert_alike(in_ram, load_dataset(config, disk.place))
    assert len(lines) == 1
    expected = read_new(tmp_path / "d.npy", config, in_ram.preprocessing, disk.place)
    assert len(expected) == 40


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (np.nan, r"\[37, 2, 1\] = nan: frames must be finite"),
        (7.0, r"sequence 37, frame 2, feature 1 is 7\.0: output: bernoulli reads values from 0"),
    ],
)
def test_values_that_do_not_fit(tmp_path, disk, monkeypatch, value, message):
    x = BITS.astype("f4")
    x[37, 2, 1] = value
    path = write(tmp_path, ".npy", {"x": x})
    monkeypatch.setattr("rnnkit.data.disk.PIECE", 1000)
    disk()
    with pytest.raises(DataError, match=message):
        load_dataset(config_for(path, {}))


def test_a_file_stored_column_by_column(tmp_path, disk):
    path = write(tmp_path, ".npy", {"x": np.asfortranarray(BITS.astype("f4"))})
    disk()
    with pytest.raises(DataError, match=r"save it again after numpy\.ascontiguousarray"):
        load_dataset(config_for(path, {}))


def test_a_run(tmp_path, disk):
    """The same weights, and the same judgement."""
    path = write(tmp_path, ".npy", {"x": BITS.astype("u1")})
    config = {
        "version": 1,
        "name": "small",
        "task": "next_frame",
        "data": {"source": str(path), **SPLIT},
        "model": {"layers": [{"gru": {"units": 4}}, "dense"]},
        "training": {"epochs": 2, "batch_size": 8, "jit_compile": False},
    }
    in_ram = rnnkit.train(config, runs=tmp_path / "ram")
    disk()
    on_disk = rnnkit.train(config, runs=tmp_path / "disk")
    one, other = (run.read_evaluation() for run in (in_ram, on_disk))
    assert one is not None
    assert other is not None
    assert one["loss"] == other["loss"]
    assert [row["loss"] for row in in_ram.read_history()] == [
        row["loss"] for row in on_disk.read_history()
    ]


@pytest.mark.parametrize("values", [np.float32(1), np.ones(4), np.ones((2, 2, 2))])
def test_values_of_another_shape(tmp_path, disk, values):
    path = write(tmp_path, ".npz", {"values": values, "offsets": np.array([0, 1])})
    disk()
    with pytest.raises(DataError, match=r"values has shape \(.*\): expected frames \(S, F\)"):
        load_dataset(config_for(path, {}))
