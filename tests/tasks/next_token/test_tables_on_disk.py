"""Tables of tokens on disk give what the same tables in memory give, to the bit."""

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import rnnkit
from rnnkit.data import ram
from rnnkit.data.tokens import tables
from rnnkit.data.tokens.dataset import SequencePart
from rnnkit.data.tokens.vocabulary import DiskIds
from rnnkit.errors import DataError
from rnnkit.tasks.next_token import bounds as next_token_bounds
from rnnkit.tasks.next_token.dataset import load_dataset, outline, read_new
from tests.data.on_disk import DAMAGES, Disk, ended_alike
from tests.data.tokens.small import config_of
from tests.tasks.next_token.test_on_disk import assert_same_sequences, message

RNG = np.random.default_rng(0)
ROWS = 200
DAYS = np.datetime64("2024-01-01") + RNG.integers(0, 60, ROWS)  # some alike
LOG = pd.DataFrame(
    {
        "user": RNG.permuted([f"u{n // 9}" for n in range(ROWS)]),
        "action": RNG.choice(["open", "look", "buy", "cafe\u0301", "café", "007", "7"], ROWS),
        "when": DAYS,
        "second": RNG.integers(-5, 5, ROWS) / 4,
        "stamp": RNG.integers(0, 9, ROWS).astype(np.uint64),
    }
)
EVENTS = {"token": "action", "sequence": "user"}
ARRAYS = {"codes", "lengths", "times", "keys"}


@pytest.fixture(autouse=True)
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "PIECE", 30)
    monkeypatch.setattr("rnnkit.data.tables.table.VALUES", 3)
    monkeypatch.setattr("rnnkit.data.tables.numbered.VALUES", 3)
    monkeypatch.setattr(tables, "_FIELDS", 7)


def write(path: Path, frame: pd.DataFrame) -> Path:
    match path.suffix:
        case ".csv":
            frame.to_csv(path, index=False)
        case ".jsonl":
            frame.to_json(path, orient="records", lines=True, date_format="iso")
        case _:
            frame.to_parquet(path, index=False)
    return path


def assert_alike_in_both(disk: Disk, source: Path, **options: Any) -> None:
    config = config_of(source, **options)
    in_memory, facts = load_dataset(config, disk.place), outline(config, disk.place)
    lines = disk()
    assert outline(config, disk.place) == facts
    assert not lines  # a check leaves nothing behind
    assert_same_sequences(in_memory, load_dataset(config, disk.place))
    assert [line.split(" once, ")[0] for line in lines] == [f"converting {source}"]
    assert outline(config, disk.place) == facts
    assert_same_sequences(in_memory, load_dataset(config, disk.place))
    assert len(lines) == 1  # the second time it is there


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
@pytest.mark.parametrize("time", [None, "when", "second", "stamp"])
def test_an_event_log(tmp_path: Path, disk: Disk, suffix: str, time: str | None) -> None:
    path = write(tmp_path / f"log{suffix}", LOG)
    by = "time" if time == "when" else "random"
    assert_alike_in_both(
        disk, path, **EVENTS, time=time, split={"validation": 0.2, "test": 0.2, "by": by}
    )


@pytest.mark.parametrize(
    "options",
    [
        {"limit": 9, "max_length": 4, "split": {"validation": 0.3}},
        {"max_length": 2, "min_count": 12, "time": "when"},
        {"max_vocabulary": 3, "limit": 5},
        {"normalization": "none"},
        {"query": "SELECT * FROM source WHERE action <> 'buy' ORDER BY stamp"},
    ],
)
def test_what_is_asked_of_a_log(tmp_path: Path, disk: Disk, options: dict[str, Any]) -> None:
    path = write(tmp_path / "log.parquet", LOG)
    config = config_of(path, **EVENTS, **options)
    in_memory = load_dataset(config, disk.place)
    disk()
    assert_same_sequences(in_memory, load_dataset(config, disk.place))


ROWS_OF_MANY = ["to be or cafe\u0301 not", "to be", "that is", "the <unk> question", "日本語"] * 5


@pytest.mark.parametrize("level", ["character", "word", "item"])
@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
@pytest.mark.parametrize("lists", [False, True])
def test_a_sequence_a_row(tmp_path: Path, disk: Disk, level: str, suffix: str, lists: bool) -> None:
    if lists and suffix == ".csv":
        pytest.skip("it has no lists")
    texts = pd.Series(ROWS_OF_MANY, name="said")
    frame = (texts.str.split(" ") if lists else texts).to_frame()
    path = write(tmp_path / f"said{suffix}", frame)
    split = {"validation": 0.2, "by": "random"}
    assert_alike_in_both(disk, path, level=level, split=split, max_length=3)


def test_the_order_is_that_of_numpy(tmp_path: Path, disk: Disk) -> None:
    path = write(tmp_path / "log.parquet", LOG)
    disk()
    config = config_of(path, **EVENTS, time="when")
    found = load_dataset(config, disk.place)
    tokens = found.preprocessing.vocabulary.tokens
    expected = {
        user: [{"cafe\u0301": "café"}.get(action, action) for action in rows.action]
        for user, rows in LOG.sort_values("when", kind="stable").groupby("user", sort=False)
    }
    for number, user in enumerate(dict.fromkeys(LOG.user)):
        assert [tokens[id_] for id_ in found.train.tokens(number)] == expected[user]


@pytest.mark.parametrize(
    ("change", "time"),
    [
        ({"action": None}, None),
        ({"action": ""}, "when"),
        ({"user": ""}, None),
        ({"when": "soon"}, "when"),
        ({"when": ""}, "when"),
        ({"second": "nan"}, "second"),
        ({"stamp": "x"}, "stamp"),
    ],
)
def test_refusals_are_the_same(
    tmp_path: Path, disk: Disk, change: dict[str, Any], time: str | None
) -> None:
    frame = LOG.astype(object)
    for row in (150, 40):
        frame.loc[row, list(change)] = list(change.values())
    config = config_of(write(tmp_path / "log.csv", frame), **EVENTS, time=time)
    expected = message(config)
    assert f"{tmp_path / 'log.csv'}, line 42, column '{next(iter(change))}': " in expected
    disk()
    assert message(config, place=disk.place) == expected
    assert message(config, outline, place=disk.place) == expected
    assert not list((tmp_path / "cache").glob("[!.]*"))
    assert "it is too large for the RAM" in message(
        config_of(write(tmp_path / "b.csv", LOG), **EVENTS)
    )


@pytest.mark.parametrize("options", [EVENTS, {"token": "action"}])
def test_rows_that_are_left_out_are_told_of(
    tmp_path: Path, disk: Disk, options: dict[str, Any]
) -> None:
    path = write(tmp_path / "log.csv", LOG)
    path.write_text(path.read_text() + "u0,open,2024-01-01,1,2,and more\n")
    config = config_of(path, **options, format={"bad_rows": "skip"})
    in_memory = load_dataset(config, disk.place)
    assert "1 row left out (format.bad_rows: skip)" in in_memory.notes[0]
    disk()
    assert_same_sequences(in_memory, load_dataset(config, disk.place))
    assert in_memory.notes == outline(config, disk.place).notes


def test_times_that_nothing_can_be_sorted_by(tmp_path: Path) -> None:
    frame = LOG.assign(when=pd.to_datetime(LOG["when"]).dt.time)
    config = config_of(write(tmp_path / "log.parquet", frame), **EVENTS, time="when")
    assert "column 'when' holds values of type time: expected numbers or dates" in message(config)


def test_too_many_different_tokens(
    tmp_path: Path, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = config_of(write(tmp_path / "log.csv", LOG), **EVENTS)
    texts = config_of(write(tmp_path / "said.csv", LOG[["action"]]))
    disk()
    monkeypatch.setattr("rnnkit.data.tables.table.ram_size", lambda: 5_000)
    for asked in (config, texts):
        assert "its 200 rows take about" in message(asked, place=disk.place)


def test_a_conversion_that_was_stopped_begins_again(
    tmp_path: Path, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = config_of(write(tmp_path / "log.csv", LOG), **EVENTS, time="when")
    in_memory = load_dataset(config, disk.place)
    disk()
    narrow, calls = tables.narrow, itertools.count()

    def stopping(*codes: Any) -> Any:
        if next(calls) == 3:
            raise KeyboardInterrupt
        return narrow(*codes)

    with monkeypatch.context() as patched:
        patched.setattr(tables, "narrow", stopping)
        with pytest.raises(KeyboardInterrupt):
            load_dataset(config, disk.place)
    assert not list((tmp_path / "cache").glob("[!.]*"))
    assert_same_sequences(in_memory, load_dataset(config, disk.place))
    [kept] = (tmp_path / "cache").glob("[!.]*")
    assert {file.stem for file in kept.iterdir()} == {*ARRAYS, "key", "content"}


@pytest.mark.parametrize("name", ["codes.bin", "times.bin", "content.json"])
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_conversion(tmp_path: Path, disk: Disk, name: str, damage: Any) -> None:
    config = config_of(write(tmp_path / "log.csv", LOG), **EVENTS, time="when")
    in_memory = load_dataset(config, disk.place)
    lines = disk()
    load_dataset(config, disk.place)
    [found] = tmp_path.glob(f"cache/*/{name}")
    damage(found)
    assert_same_sequences(in_memory, load_dataset(config, disk.place))
    assert lines[1] == f"{found.parent} is damaged: it is written again"


def test_another_log(tmp_path: Path, disk: Disk) -> None:
    config = config_of(write(tmp_path / "log.csv", LOG), **EVENTS, time="when", max_length=5)
    kept = load_dataset(config, disk.place).preprocessing
    new = write(tmp_path / "new.csv", LOG[::-1])
    in_memory = read_new(new, config, kept, disk.place)
    disk()
    on_disk = read_new(new, config, kept, disk.place)
    assert isinstance(in_memory, SequencePart)
    assert isinstance(on_disk, SequencePart)
    assert isinstance(on_disk.sequences.values, DiskIds)
    for one, other in zip(in_memory.batches(4), on_disk.batches(4), strict=True):
        assert one.x.tobytes() == other.x.tobytes()
        assert one.y.tobytes() == other.y.tobytes()
    write(new, LOG.assign(action="sell"))
    with pytest.raises(DataError, match="1 unknown token: 'sell'"):
        read_new(new, config, kept, disk.place)


def test_training_and_all_after_it_are_the_same_to_the_bit(
    tmp_path: Path, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "log.csv", LOG)
    config: dict[str, Any] = {
        "version": 1,
        "name": "log",
        "task": "next_token",
        "device": "cpu",
        "data": {
            "source": str(path),
            "level": "item",
            **EVENTS,
            "time": "when",
            "split": {"validation": 0.2, "test": 0.2},
        },
        "model": {"layers": [{"embedding": {"output_dim": 4}}, {"gru": {"units": 4}}, "dense"]},
        "training": {"epochs": 1, "batch_size": 4, "sample": None, "jit_compile": False},
    }
    monkeypatch.setattr(next_token_bounds, "JUDGED_TOKENS", 30)
    monkeypatch.setattr(next_token_bounds, "COUNTED_TOKENS", 90)
    first = rnnkit.train(config, runs=tmp_path / "runs")
    disk()
    second = rnnkit.train(config, runs=tmp_path / "runs")
    second = rnnkit.resume(second, overrides=["training.epochs=2"])
    monkeypatch.setattr(ram, "SHARE", 4)
    first = rnnkit.resume(first, overrides=["training.epochs=2"])
    disk()
    values = ended_alike(first, second)
    assert 20 < values["judged"]["tokens"] <= 30 < values["judged"]["of"]
    assert 80 < values["counted"]["tokens"] <= 90 < values["counted"]["of"]
    [codes] = second.cache.glob("*/codes.bin")
    written = codes.stat().st_mtime_ns
    trained = [rnnkit.load(run.path) for run in (first, second)]
    assert trained[0].evaluate() == trained[1].evaluate()
    assert codes.stat().st_mtime_ns == written
    again = write(tmp_path / "new.csv", LOG[::-1])
    assert trained[0].evaluate(again) == trained[1].evaluate(again)
    assert len(list(second.cache.glob("*/codes.bin"))) == 2
