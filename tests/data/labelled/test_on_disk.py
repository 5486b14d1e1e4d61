"""Data on disk give what the same data in memory give, to the bit."""

import json
import zipfile

import numpy as np
import pandas as pd
import pytest

import rnnkit
from rnnkit.config.classification import ClassificationData
from rnnkit.data import cache, memory
from rnnkit.data.batch import Shuffle
from rnnkit.data.disk import DiskRows
from rnnkit.data.frames import limits, table
from rnnkit.data.labelled import streamed
from rnnkit.data.labelled.load import input_facts, load_dataset
from rnnkit.errors import ColumnError, DataError, RunError
from tests.conftest import small_config, write_data
from tests.data.on_disk import DAMAGES, flip

N = 150


def section(source, options) -> ClassificationData:
    return ClassificationData.model_validate({"source": str(source), **options})


def assert_alike(one, other):
    assert one.preprocessing == other.preprocessing
    for name in ("train", "validation", "test"):
        a, b = getattr(one, name), getattr(other, name)
        if a is None:
            assert b is None
            continue
        assert isinstance(b.store, DiskRows)
        assert (a.store.shape, a.store.dtype, len(a)) == (b.store.shape, b.store.dtype, len(b))
        assert (a.names is None and b.names is None) or (a.names == b.names).all()
        assert (a.pictures[:3] == b.pictures[:3]).all() or a.masked
        for shuffle in (None, Shuffle(3, 1)):
            pairs = zip(a.batches(16, shuffle=shuffle), b.batches(16, shuffle=shuffle), strict=True)
            for left, right in pairs:
                for x, y in zip(left[:4], right[:4], strict=True):
                    assert x.dtype == y.dtype
                    assert x.tobytes() == y.tobytes()


def compare(path, options, disk, *, ids=False):
    data = section(path, options)
    in_memory, facts = load_dataset(data, seed=1, ids=ids), input_facts(data, ids=ids)
    lines = disk()
    assert_alike(in_memory, load_dataset(data, seed=1, ids=ids))
    assert input_facts(data, ids=ids) == facts
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
    monkeypatch.setattr(limits, "MAX_ROWS", 37)
    lines = compare(path, options, disk)
    assert [line.split(" once, ")[0] for line in lines] == [f"converting {path}"]
    facts = input_facts(section(path, options), ids=False)
    monkeypatch.setattr(streamed, "read_pieces", None)  # the second time it is there
    load_dataset(section(path, options), seed=1, ids=False)
    assert input_facts(section(path, options), ids=False) == facts
    assert len(lines) == 1


@pytest.mark.parametrize("kind", [".csv", ".parquet", ".jsonl", "quoted", "blank"])
@pytest.mark.parametrize(
    ("make", "options"),
    [
        (wide, {"label": "y", "features_per_step": 3, "split": {"column": "part"}}),
        (long, {"label": "y", "id": "id", "time": "t", "split": {"test": 0.2}}),
    ],
)
def test_a_conversion_that_was_killed_goes_on(tmp_path, disk, monkeypatch, make, options, kind):
    path = tmp_path / f"t{kind if kind.startswith('.') else '.csv'}"
    frame = make()
    match kind:
        case ".parquet":
            frame.to_parquet(path, index=False, row_group_size=41)
        case ".jsonl":
            frame.to_json(path, orient="records", lines=True)
        case "quoted":
            frame["y"] = "y\n" + frame["y"]
            frame.to_csv(path, index=False)
        case _:
            frame.to_csv(path, index=False)
    if kind == "blank":
        path.write_text(path.read_text().replace("\n", "\n\n", 40))
    in_memory = load_dataset(section(path, options), seed=1, ids=False)
    monkeypatch.setattr(limits, "MAX_ROWS", 37)
    monkeypatch.setattr(cache, "_SAVE_EVERY", 0.0)
    monkeypatch.setattr(cache, "_SAVE_SHARE", 0)
    monkeypatch.setattr(cache, "_EVERY", 0.0)
    starts, lines = [], disk()

    def read_pieces(*args, start, **kwargs):
        starts.append(start)
        return table.read_pieces(*args, start=start, **kwargs)

    monkeypatch.setattr(streamed, "read_pieces", read_pieces)

    def killed(line):
        lines.append(line)
        if len(lines) == 4:
            raise KeyboardInterrupt

    with cache.conversions_in(tmp_path / "cache", killed), pytest.raises(KeyboardInterrupt):
        load_dataset(section(path, options), seed=1, ids=False)
    assert_alike(in_memory, load_dataset(section(path, options), seed=1, ids=False))
    assert starts[0] == 0 < starts[1]
    [folder] = (tmp_path / "cache").glob("[!.]*")
    assert {file.name for file in folder.iterdir()} == {"examples.json", "key.json", "values.bin"}


def test_a_row_in_a_later_piece_is_named_by_its_line(tmp_path, disk, monkeypatch):
    frame = wide().astype({"c": object})
    frame.loc[120, "c"] = "often"
    frame.to_csv(tmp_path / "t.csv", index=False)
    monkeypatch.setattr(limits, "MAX_ROWS", 50)
    disk()
    with pytest.raises(DataError, match=r"t\.csv, line 122, column 'c': 'often' is not a number"):
        load_dataset(
            section(tmp_path / "t.csv", {"label": "y", "features": list("abc")}), seed=1, ids=False
        )


def test_all_columns_that_a_large_table_lacks(tmp_path, disk):
    long().to_csv(tmp_path / "t.csv", index=False)
    disk()
    options = {"label": "yy", "id": "nobody", "features": ["x", "bbb"]}
    data = section(tmp_path / "t.csv", options)
    for read in (
        lambda: load_dataset(data, seed=1, ids=False),
        lambda: input_facts(data, ids=False),
    ):
        with pytest.raises(ColumnError) as caught:
            read()
        assert [path[1:] for path, _ in caught.value.problems] == [
            ("label",), ("id",), ("features", 1),
        ]  # fmt: skip


def test_a_column_that_ends_within_a_large_table(tmp_path, disk, monkeypatch):
    rows = [{"a": n, "b": n, "y": n % 2} if n < 50 else {"b": n, "y": 0} for n in range(100)]
    (tmp_path / "t.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    monkeypatch.setattr(limits, "MAX_ROWS", 50)
    disk()
    with pytest.raises(ColumnError, match=r"from row 51 on has no column 'a' \(data\.features\)"):
        load_dataset(section(tmp_path / "t.jsonl", {"label": "y"}), seed=1, ids=False)


def test_an_example_whose_rows_lie_apart(tmp_path, disk, monkeypatch):
    frame = long()
    pd.concat([frame, frame[:1]]).to_csv(tmp_path / "t.csv", index=False)
    monkeypatch.setattr(limits, "MAX_ROWS", 20)
    disk()
    with pytest.raises(DataError, match="id 'e0' stood above already"):
        load_dataset(section(tmp_path / "t.csv", {"label": "y", "id": "id"}), seed=1, ids=False)


def save(path, **changes):
    arrays = {"x_train": np.ones((N, 4, 2), np.float32), "y_train": np.arange(N) % 2, **changes}
    np.savez(path, **arrays)
    return path


def refusal(path) -> str:
    with pytest.raises(DataError) as error:
        load_dataset(section(path, {}), seed=1, ids=False)
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
    assert "x_train is damaged: its header declares (150, 4, 2) float32" in refusal(path)


def test_a_file_that_is_cut_short_while_it_is_read(tmp_path, disk):
    path = save(tmp_path / "a.npz")
    disk()
    dataset = load_dataset(section(path, {}), seed=1, ids=False)
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
    monkeypatch.setattr(memory, "SHARE", 1 << 60)
    np.savez_compressed(tmp_path / "a.npz", x_train=np.ones((N, 4)), y_train=np.arange(N) % 2)
    assert "must be converted first, which `rnnkit train` does once" in refusal(tmp_path / "a.npz")


@pytest.mark.parametrize("name", ["values.bin", "examples.json"])
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_conversion(tmp_path, disk, name, damage):
    wide().to_csv(tmp_path / "t.csv", index=False)
    data = section(tmp_path / "t.csv", {"label": "y", "features": list("abc")})
    in_memory, facts = load_dataset(data, seed=1, ids=False), input_facts(data, ids=False)
    lines = disk()
    load_dataset(data, seed=1, ids=False)
    [path] = (tmp_path / "cache").glob(f"*/{name}")
    damage(path)
    assert input_facts(data, ids=False) == facts
    assert_alike(in_memory, load_dataset(data, seed=1, ids=False))
    assert lines[1] == f"{path.parent} is damaged: it is written again"


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_array_of_the_cache(tmp_path, disk, damage):
    np.savez_compressed(tmp_path / "a.npz", x_train=np.ones((N, 4, 2)), y_train=np.arange(N) % 2)
    data = section(tmp_path / "a.npz", {})
    in_memory = load_dataset(data, seed=1, ids=False)
    disk()
    load_dataset(data, seed=1, ids=False)
    [path] = (tmp_path / "cache").glob("*/x.npy")
    damage(path)
    if damage is flip:  # only found when it is gone through
        assert f"delete {path}, it is written again" in refusal(tmp_path / "a.npz")
        path.unlink()
    assert_alike(in_memory, load_dataset(data, seed=1, ids=False))


def test_training_is_the_same_to_the_bit(tmp_path, disk):
    config = small_config(write_data(tmp_path / "data.npz"))
    first = rnnkit.train(config, runs=tmp_path / "runs")
    disk()
    second = rnnkit.train(config, runs=tmp_path / "runs")
    state = [run.checkpoints / "last" / "manifest.json" for run in (first, second)]
    sums = [json.loads(path.read_text())["state.npz"] for path in state]
    assert sums[0] == sums[1]


def test_a_compressed_source_is_unpacked_beside_the_runs(tmp_path, disk):
    np.savez_compressed(tmp_path / "a.npz", x_train=np.ones((N, 4, 2)), y_train=np.arange(N) % 2)
    lines: list[str] = []
    disk()
    run = rnnkit.train(
        small_config(tmp_path / "a.npz", epochs=1), runs=tmp_path / "runs", on_message=lines.append
    )
    assert len(list(run.cache.glob("*/x.npy"))) == 1
    assert any(str(run.cache) in line for line in lines)
    assert run.cache == tmp_path / "runs" / "small" / "cache"


def test_a_disk_that_is_too_small(tmp_path, disk, monkeypatch):
    np.savez_compressed(tmp_path / "a.npz", x_train=np.ones((N, 4, 2)), y_train=np.arange(N) % 2)
    disk()
    monkeypatch.setattr("rnnkit.data.cache._free", lambda folder: 100)
    with pytest.raises(RunError, match=r"converting it needs 0\.0 MB in .*cache, where 0\.0 MB"):
        load_dataset(section(tmp_path / "a.npz", {}), seed=1, ids=False)
