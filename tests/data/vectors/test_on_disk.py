"""Frames on disk give what the same frames in memory give, to the bit."""

from pathlib import Path

import numpy as np
import pytest

import rnnkit
from rnnkit.config.next_frame import NextFrameData
from rnnkit.data.batch import Shuffle
from rnnkit.data.disk import DiskRows
from rnnkit.data.vectors.load import input_facts, load_dataset
from rnnkit.errors import DataError

RNG = np.random.default_rng(0)
FRAMES = RNG.normal(size=(40, 6, 3))
BITS = RNG.integers(0, 2, (40, 6, 3))
RAGGED = {"values": FRAMES.reshape(-1, 3), "offsets": np.array([0, 3, 4, *range(10, 241, 10)])}
GAUSSIAN = {"output": "gaussian", "scale": "standard"}
SPLIT = {"split": {"validation": 0.2, "test": 0.1}}


def section(source: Path, options) -> NextFrameData:
    return NextFrameData.model_validate({"source": str(source), **SPLIT, **options})


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
    data = section(write(tmp_path, kind, arrays), options)
    in_memory, facts = load_dataset(data, seed=1), input_facts(data)
    lines = disk()
    assert_alike(in_memory, load_dataset(data, seed=1))
    assert input_facts(data) == facts
    assert bool(lines) == (kind == ".npz compressed")


@pytest.mark.parametrize(
    ("options", "name"),
    [({"binarize": "threshold"}, "binarize"), ({"order": "columns"}, "order")],
)
def test_what_needs_the_memory(tmp_path, disk, options, name):
    data = section(write(tmp_path, ".npy", {"x": BITS.astype("f4")}), options)
    disk()
    with pytest.raises(DataError, match=rf"stay on disk are read as they are: data\.{name} \(="):
        load_dataset(data, seed=1)


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
        load_dataset(section(path, {}), seed=1)


def test_a_file_stored_column_by_column(tmp_path, disk):
    path = write(tmp_path, ".npy", {"x": np.asfortranarray(BITS.astype("f4"))})
    disk()
    with pytest.raises(DataError, match=r"save it again after numpy\.ascontiguousarray"):
        load_dataset(section(path, {}), seed=1)


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
    in_memory = rnnkit.train(config, runs=tmp_path / "memory")
    disk()
    on_disk = rnnkit.train(config, runs=tmp_path / "disk")
    one, other = (run.read_evaluation() for run in (in_memory, on_disk))
    assert one is not None
    assert other is not None
    assert one["loss"] == other["loss"]
    assert [row["loss"] for row in in_memory.read_history()] == [
        row["loss"] for row in on_disk.read_history()
    ]


@pytest.mark.parametrize("values", [np.float32(1), np.ones(4), np.ones((2, 2, 2))])
def test_values_of_another_shape(tmp_path, disk, values):
    path = write(tmp_path, ".npz", {"values": values, "offsets": np.array([0, 1])})
    disk()
    with pytest.raises(DataError, match=r"values has shape \(.*\): expected frames \(S, F\)"):
        load_dataset(section(path, {}), seed=1)
