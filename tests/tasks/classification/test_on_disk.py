"""Data on disk give what the same data in memory give, to the bit."""

import json
import zipfile

import numpy as np
import pandas as pd
import pytest

import rnnkit
from rnnkit.data import cache, ram
from rnnkit.data.batch import Shuffle
from rnnkit.data.padded_rows import DiskRows
from rnnkit.data.tables import table
from rnnkit.errors import ColumnError, DataError, RunError
from rnnkit.tasks.classification.config import ClassificationConfig
from rnnkit.tasks.classification.dataset import load_dataset, outline
from tests.conftest import small_config, write_data
from tests.data.on_disk import DAMAGES, flip
from tests.tasks.classification.small import config_of

N = 150


def section(source, options, *, ids=False) -> ClassificationConfig:
    return config_of(source, seed=1, ids=ids, **options)


def assert_alike(one, other):
    assert one.preprocessing == other.preprocessing
    for name in ("train", "validation", "test"):
        a, b = getattr(one, name), getattr(other, name)
        if a is None:
            assert b is None
            continue
        assert isinstance(b.store, DiskRows)
        assert (a.store.shape, len(a)) == (b.store.shape, len(b))
        assert (a.names is None and b.names is None) or (a.names == b.names).all()
        assert not a.is_image or (a.pictures[:3] == b.pictures[:3]).all()
        for shuffle in (None, Shuffle(3, 1)):
            pairs = zip(a.batches(16, shuffle=shuffle), b.batches(16, shuffle=shuffle), strict=True)
            for left, right in pairs:
                for x, y in zip(left[:4], right[:4], strict=True):
                    assert x.dtype == y.dtype
                    assert x.tobytes() == y.tobytes()


def compare(path, options, disk, *, ids=False):
    data = section(path, options, ids=ids)
    in_memory, facts = load_dataset(data), outline(data)
    lines = disk()
    assert_alike(in_memory, load_dataset(data, disk.place))
    assert outline(data, disk.place) == facts
    return lines


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
@pytest.mark.parametrize(
    "options",
    [
        {"scale": "standard"},
        {"scale": "robust", "limit": 40},
        {"scale": "min_max", "max_length": 4, "truncating": "post"},
        {"scale": "standard", "max_length": 9, "padding": "pre"},
        {"order": "columns"},
        {"order": "permuted", "scale": "standard"},
    ],
)
def test_arrays(tmp_path, disk, save, options):
    rng = np.random.default_rng(0)
    save(tmp_path / "a.npz", x_train=rng.normal(size=(N, 7, 3)), y_train=np.arange(N) % 3)
    split = {"split": {"validation": 0.2, "test": 0.1}}
    lines = compare(tmp_path / "a.npz", {**split, **options}, disk)
    assert len(lines) == (save is np.savez_compressed)


@pytest.mark.parametrize("dtype", ["u1", "?", ">f4", "f2", "i8", "u2"])
def test_dtypes(tmp_path, disk, dtype):
    x = (np.arange(N * 100).reshape(N, 10, 10) % 7).astype(dtype)
    np.savez(
        tmp_path / "a.npz", x_train=x, y_train=np.arange(N) % 2, x_test=x, y_test=np.ones(N, int)
    )
    compare(tmp_path / "a.npz", {"scale": "standard"}, disk)


def test_ids(tmp_path, disk):
    x = np.arange(N * 6).reshape(N, 6) % 11
    np.savez(tmp_path / "a.npz", x_train=x, y_train=np.arange(N) % 2)
    compare(tmp_path / "a.npz", {"max_length": 8}, disk, ids=True)


def wide() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(size=(N, 6)), columns=list("abcdef"))
    labels = [str(i % 2) if i < 50 else ["a", "7", "1"][i % 3] for i in range(N)]
    return frame.assign(y=labels, part=["train"] * 100 + ["test"] * 50)


def long() -> pd.DataFrame:
    return pd.DataFrame(
        {"id": f"e{n}", "t": -t, "x": n + t / 10, "y": "ab"[n % 2]}
        for n in range(40)
        for t in range(n % 6 + 1)
    )


def lists() -> pd.DataFrame:
    fields = [[n + k / 10 for k in range(2 * (n % 5 + 1))] for n in range(N)]
    return pd.DataFrame({"x": fields, "y": ["ab"[n % 2] for n in range(N)]})


@pytest.mark.parametrize("kind", [".csv", ".parquet", ".jsonl"])
@pytest.mark.parametrize(
    ("make", "options"),
    [
        (wide, {"label": "y", "features_per_step": 3, "split": {"column": "part"}}),
        (long, {"label": "y", "id": "id", "time": "t", "split": {"test": 0.2}}),
        (lists, {"label": "y", "features_per_step": 2, "scale": "standard"}),
    ],
)
def test_tables(tmp_path, disk, monkeypatch, make, options, kind):
    if make is lists and kind == ".csv":
        pytest.skip("a .csv has no lists")
    path = tmp_path / f"t{kind}"
    write = {".csv": "to_csv", ".parquet": "to_parquet", ".jsonl": "to_json"}[kind]
    form = {"orient": "records", "lines": True} if kind == ".jsonl" else {"index": False}
    getattr(make(), write)(path, **form)
    monkeypatch.setattr(table, "PIECE", 37)
    lines = compare(path, options, disk)
    assert [line.split(" once, ")[0] for line in lines] == [f"converting {path}"]
    facts = outline(section(path, options), disk.place)
    monkeypatch.setattr(
        "rnnkit.data.tables.files.TableFiles.read", None
    )  # the second time it is there
    load_dataset(section(path, options), disk.place)
    assert outline(section(path, options), disk.place) == facts
    assert len(lines) == 1


def test_the_outline_of_a_table_that_does_not_begin_with_the_training_part(tmp_path, disk):
    rows = [f"{n}.5,{n % 2},{'train' if n > 20 else 'test'}" for n in range(N)]
    (tmp_path / "a.csv").write_text("\n".join(["x,y,part", *rows]))
    data = section(tmp_path / "a.csv", {"label": "y", "split": {"column": "part"}})
    facts = outline(data)
    disk()
    assert outline(data, disk.place) == facts


@pytest.mark.parametrize("kind", [".csv", ".parquet", ".jsonl"])
def test_a_conversion_that_was_killed_begins_again(tmp_path, disk, monkeypatch, kind):
    path = tmp_path / f"t{kind}"
    frame, options = long(), {"label": "y", "id": "id", "time": "t", "split": {"test": 0.2}}
    if kind == ".parquet":
        frame.to_parquet(path, index=False, row_group_size=41)
    elif kind == ".jsonl":
        frame.to_json(path, orient="records", lines=True)
    else:
        frame.to_csv(path, index=False)
    in_memory = load_dataset(section(path, options), disk.place)
    monkeypatch.setattr(table, "PIECE", 37)
    monkeypatch.setattr(cache, "_EVERY", 0.0)
    lines = disk()

    def killed(line):
        lines.append(line)
        if len(lines) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load_dataset(section(path, options), cache.Place(tmp_path / "cache", killed))
    assert_alike(in_memory, load_dataset(section(path, options), disk.place))
    [folder] = (tmp_path / "cache").glob("[!.]*")
    assert {file.name for file in folder.iterdir()} == {"content.json", "key.json", "values.bin"}


def test_a_row_in_a_later_piece_is_named_by_its_line(tmp_path, disk, monkeypatch):
    frame = wide().astype({"c": object})
    frame.loc[120, "c"] = "often"
    frame.to_csv(tmp_path / "t.csv", index=False)
    monkeypatch.setattr(table, "PIECE", 50)
    disk()
    with pytest.raises(DataError, match=r"t\.csv, line 122, column 'c': 'often' is not a number"):
        load_dataset(
            section(tmp_path / "t.csv", {"label": "y", "features": list("abc")}), disk.place
        )


def test_all_columns_that_a_large_table_lacks(tmp_path, disk):
    long().to_csv(tmp_path / "t.csv", index=False)
    disk()
    options = {"label": "yy", "id": "nobody", "features": ["x", "bbb"]}
    data = section(tmp_path / "t.csv", options)
    for read in (load_dataset, outline):
        with pytest.raises(ColumnError) as caught:
            read(data, disk.place)
        assert [path[1:] for path, _ in caught.value.problems] == [
            ("label",), ("id",), ("features", 1),
        ]  # fmt: skip


def test_the_rows_of_an_example_may_lie_apart(tmp_path, disk, monkeypatch):
    rng = np.random.default_rng(0)
    frame = long().iloc[rng.permutation(len(long()))]
    frame.to_csv(tmp_path / "t.csv", index=False)
    monkeypatch.setattr(table, "PIECE", 20)
    compare(tmp_path / "t.csv", {"label": "y", "id": "id", "time": "t"}, disk)


def save(path, **changes):
    arrays = {"x_train": np.ones((N, 4, 2), np.float32), "y_train": np.arange(N) % 2, **changes}
    np.savez(path, **arrays)
    return path


def refusal(path, place=None) -> str:
    with pytest.raises(DataError) as error:
        load_dataset(section(path, {}), place)
    return str(error.value)


def test_values_that_are_not_finite(tmp_path, disk, monkeypatch):
    x = np.ones((N, 4, 2), np.float32)
    x[140, 2, 1] = np.nan
    disk()
    assert "x_train[140, 2, 1] = nan: features must be finite" in refusal(
        save(tmp_path / "a.npz", x_train=x)
    )


def test_a_changed_byte(tmp_path, disk):
    path = save(tmp_path / "a.npz")
    raw = bytearray(path.read_bytes())
    raw[1000] ^= 1
    path.write_bytes(raw)
    disk()
    assert refusal(path) == f"{path}: x_train is damaged: its CRC-32 is not what was written"


def test_a_member_that_ends_beyond_the_file(tmp_path, disk):
    path = save(tmp_path / "a.npz")
    raw = path.read_bytes()
    size = next(
        e.file_size for e in zipfile.ZipFile(path).infolist() if e.filename == "x_train.npy"
    )
    path.write_bytes(raw.replace(size.to_bytes(4, "little"), (size * 9).to_bytes(4, "little")))
    disk()
    assert "x_train is damaged: " in refusal(path)  # by zipfile itself from Python 3.12.3 on


def test_a_file_that_is_cut_short_while_it_is_read(tmp_path, disk):
    path = save(tmp_path / "a.npz")
    disk()
    dataset = load_dataset(section(path, {}), disk.place)
    path.write_bytes(path.read_bytes()[:500])
    with pytest.raises(DataError, match="it became shorter while it was read"):
        list(dataset.train.batches(16))


def test_arrays_stored_by_column(tmp_path, disk):
    x = np.asfortranarray(np.ones((N, 4, 2)))
    disk()
    assert "stored column by column: save it again after numpy.ascontiguousarray" in refusal(
        save(tmp_path / "a.npz", x_train=x)
    )


def test_nowhere_to_convert(tmp_path, monkeypatch):
    monkeypatch.setattr(ram, "SHARE", 1 << 60)
    np.savez_compressed(tmp_path / "a.npz", x_train=np.ones((N, 4)), y_train=np.arange(N) % 2)
    assert "must be converted first, which `rnnkit train` does once" in refusal(tmp_path / "a.npz")


@pytest.mark.parametrize("name", ["values.bin", "content.json"])
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_conversion(tmp_path, disk, name, damage):
    wide().to_csv(tmp_path / "t.csv", index=False)
    data = section(tmp_path / "t.csv", {"label": "y", "features": list("abc")})
    in_memory, facts = load_dataset(data, disk.place), outline(data, disk.place)
    lines = disk()
    load_dataset(data, disk.place)
    [path] = (tmp_path / "cache").glob(f"*/{name}")
    damage(path)
    assert outline(data, disk.place) == facts
    assert_alike(in_memory, load_dataset(data, disk.place))
    assert lines[1] == f"{path.parent} is damaged: it is written again"


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_array_of_the_cache(tmp_path, disk, damage):
    np.savez_compressed(tmp_path / "a.npz", x_train=np.ones((N, 4, 2)), y_train=np.arange(N) % 2)
    data = section(tmp_path / "a.npz", {})
    in_memory = load_dataset(data, disk.place)
    disk()
    load_dataset(data, disk.place)
    [path] = (tmp_path / "cache").glob("*/x.npy")
    damage(path)
    if damage is flip:  # only found when it is gone through
        assert f"delete {path}, it is written again" in refusal(tmp_path / "a.npz", disk.place)
        path.unlink()
    assert_alike(in_memory, load_dataset(data, disk.place))


def test_training_is_the_same_to_the_bit(tmp_path, disk):
    config = small_config(write_data(tmp_path / "data.npz"))
    first = rnnkit.train(config, runs=tmp_path / "runs")
    disk()
    second = rnnkit.train(config, runs=tmp_path / "runs")
    state = [run.checkpoints / "last" / "manifest.json" for run in (first, second)]
    sums = [json.loads(path.read_text())["state.npz"] for path in state]
    assert sums[0] == sums[1]


def test_a_compressed_source_is_unpacked_beside_the_runs(tmp_path, disk):
    x = np.random.default_rng(0).normal(size=(N, 4, 2))
    np.savez_compressed(tmp_path / "a.npz", x_train=x, y_train=np.arange(N) % 2)
    lines: list[str] = []
    disk()
    run = rnnkit.train(
        small_config(tmp_path / "a.npz", epochs=1),
        runs=tmp_path / "runs",
        watch=rnnkit.Watch(on_message=lines.append),
    )
    assert len(list(run.cache.glob("*/x.npy"))) == 1
    assert any(str(run.cache) in line for line in lines)
    assert run.cache == tmp_path / "runs" / "small" / "cache"


def test_a_disk_that_is_too_small(tmp_path, disk, monkeypatch):
    np.savez_compressed(tmp_path / "a.npz", x_train=np.ones((N, 4, 2)), y_train=np.arange(N) % 2)
    disk()
    monkeypatch.setattr("rnnkit.data.cache._free", lambda folder: 100)
    with pytest.raises(RunError, match=r"converting it needs 0\.0 MB in .*cache, where 0\.0 MB"):
        load_dataset(section(tmp_path / "a.npz", {}), disk.place)
