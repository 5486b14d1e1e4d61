"""Running text on disk gives what the same text in memory gives, to the bit."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import rnnkit
from rnnkit.data import ram
from rnnkit.data.batch import Shuffle
from rnnkit.data.cache import Place
from rnnkit.data.tokens import pieces
from rnnkit.data.tokens.dataset import SequencePart, TokenDataset
from rnnkit.data.tokens.streams import TextPart
from rnnkit.data.tokens.vocabulary import DiskIds
from rnnkit.errors import DataError
from rnnkit.tasks.next_token import bounds as next_token_bounds
from rnnkit.tasks.next_token.config import NextTokenConfig
from rnnkit.tasks.next_token.dataset import load_dataset, outline, read_new
from tests.data.on_disk import DAMAGES, Disk, ended_alike
from tests.data.tokens.small import config_of

TEXT = (
    "\ufeffe\u0323\u0302 क\u093f \u1112\u1161\u11ab <unk> می\u200cخواهم\n"  # not in NFC
    "On n'est pas\r\nà l’abri – grand-père\rdit: «ça va?» 𝄞𝄞\n\n"
    "He said\u00a0so, twice;\x0b he SAID so\u2028again,\t日本語テキスト。\r\n\r\n" * 9
)


@pytest.fixture(params=[1, 5, 64])
def piece(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """So few bytes are read at once."""
    monkeypatch.setattr(pieces, "PIECE", request.param)
    return int(request.param)


def loaded(config: NextTokenConfig, place: Place) -> TokenDataset:
    return load_dataset(config, place)


def assert_alike(one: TokenDataset, other: TokenDataset) -> None:
    assert one.preprocessing.to_json() == other.preprocessing.to_json()
    assert (one.sha256, one.description) == (other.sha256, other.description)
    for name in ("train", "validation", "test"):
        a, b = getattr(one, name), getattr(other, name)
        if a is None:
            assert b is None
            continue
        assert isinstance(a, TextPart)
        assert isinstance(b, TextPart)
        assert isinstance(b.ids, DiskIds)
        assert a.targets.tobytes() == b.targets.tobytes()
        for size, shuffle in ((1, None), (2, None), (2, Shuffle(3, 1))):
            for feed in ("batches", "windows"):
                left, right = (p if feed == "batches" else p.windows for p in (a, b))
                for x, y in zip(
                    left.batches(size, shuffle=shuffle, start=1),
                    right.batches(size, shuffle=shuffle, start=1),
                    strict=True,
                ):
                    for u, v in zip(x[:4], y[:4], strict=True):
                        assert (u.dtype, u.shape) == (v.dtype, v.shape)
                        assert u.tobytes() == v.tobytes()


def assert_same_sequences(in_memory: TokenDataset, on_disk: TokenDataset) -> None:
    assert in_memory.preprocessing.to_json() == on_disk.preprocessing.to_json()
    assert (in_memory.description, in_memory.notes) == (on_disk.description, on_disk.notes)
    assert in_memory.card == on_disk.card
    for name, part in in_memory.parts.items():
        other = on_disk.parts[name]
        assert isinstance(part, SequencePart)
        assert isinstance(other, SequencePart)
        assert isinstance(other.sequences.values, DiskIds)
        assert part.tokens(0).tolist() == other.tokens(0).tolist()
        for shuffle in (None, Shuffle(3, 1)):
            pairs = zip(
                part.batches(3, shuffle=shuffle), other.batches(3, shuffle=shuffle), strict=True
            )
            for left, right in pairs:
                for x, y in zip(left[:4], right[:4], strict=True):
                    assert x.dtype == y.dtype
                    assert x.tobytes() == y.tobytes()


@pytest.mark.parametrize("level", ["character", "word", "item"])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"split": {"validation": 0.2, "test": 0.1}},
        {"limit": 60, "split": {"validation": 0.2}},
        {"limit": 10_000},
        {"min_count": 2, "split": {"test": 0.3}},
        {"max_vocabulary": 5},
        {"min_count": 2, "max_vocabulary": 9, "limit": 70, "split": {"validation": 0.4}},
    ],
)
def test_every_level_and_option(
    tmp_path: Path, disk: Disk, piece: int, level: str, options: dict[str, Any]
) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(TEXT.encode())
    config = config_of(path, level=level, window=4, **options)
    in_memory, facts = loaded(config, disk.place), outline(config, disk.place)
    lines = disk()
    assert outline(config, disk.place) == facts
    assert not lines  # a check converts nothing
    assert_alike(in_memory, loaded(config, disk.place))
    assert [line.split(" once, ")[0] for line in lines] == [f"converting {path}"]
    loaded(config, disk.place)
    assert len(lines) == 1  # the second time it is there


@pytest.mark.parametrize("level", ["character", "word", "item"])
def test_a_folder(tmp_path: Path, disk: Disk, piece: int, level: str) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    for name, content in {
        "a": "one two",
        "b": "",
        "c": "\ufeff",
        "d": "three\r",
        "e": "\ufefffour",
        "f": TEXT,
    }.items():
        (folder / f"{name}.txt").write_bytes(content.encode())
    config = config_of(folder, level=level, window=4, split={"validation": 0.1})
    in_memory = loaded(config, disk.place)
    disk()
    assert_alike(in_memory, loaded(config, disk.place))


@pytest.mark.parametrize(
    ("characters", "width"), [(256, "uint8"), (257, "uint16"), (70_000, "int32")]
)
def test_as_many_bytes_as_the_symbols_need(
    tmp_path: Path, disk: Disk, monkeypatch: pytest.MonkeyPatch, characters: int, width: str
) -> None:
    monkeypatch.setattr(pieces, "PIECE", 1 << 10)
    signs = [chr(n) for n in range(33, 0x20000) if not 0xD800 <= n < 0xE000][:characters]
    path = tmp_path / "a.txt"
    path.write_text("ab" * 1500 + "".join(signs), encoding="utf-8")
    config = config_of(path, level="character", window=1024, normalization="none")
    in_memory = loaded(config, disk.place)
    disk()
    assert_alike(in_memory, loaded(config, disk.place))
    [codes] = tmp_path.glob("cache/*/codes.bin")
    assert codes.stat().st_size == np.dtype(width).itemsize * (3000 + characters)


LINES = "one two three\n\u0323x e\u0301 two\n\n \n  one\r\nfour <unk>\n\u0301two\n \n\nlast\n" * 7


@pytest.mark.parametrize("separator", ["line", "blank_line"])
@pytest.mark.parametrize("level", ["character", "word", "item"])
@pytest.mark.parametrize(
    "options",
    [
        {"split": {"validation": 0.3, "by": "order"}},
        {"split": {"validation": 0.3, "test": 0.2, "by": "order"}, "max_length": 3},
        {"limit": 5, "min_count": 2},
        {"max_vocabulary": 4, "split": {"validation": 0.4, "by": "random"}},
    ],
)
def test_sequences(
    tmp_path: Path, disk: Disk, piece: int, separator: str, level: str, options: dict[str, Any]
) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(LINES.encode())
    config = config_of(path, level=level, separator=separator, **options)
    in_memory, facts = loaded(config, disk.place), outline(config, disk.place)
    lines = disk()
    assert outline(config, disk.place) == facts
    assert not lines
    found = loaded(config, disk.place)
    assert_same_sequences(in_memory, found)
    assert outline(config, disk.place) == facts
    if "max_length" not in options:  # else tokens that were cut off are unknown
        new = read_new(path, config, found.preprocessing, disk.place)
        assert isinstance(new, SequencePart)
        assert isinstance(new.sequences.values, DiskIds)


def message(
    config: NextTokenConfig, read: Any = load_dataset, *, place: Place | None = None
) -> str:
    with pytest.raises(DataError) as caught:
        read(config, place)
    return str(caught.value)


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf",
        b" \r\n \xc2\xa0\n" * 5,
        b"\xef\xbb\xbf \n",
        b"PNG\x00\x01\x02",
        b"one\ntwo\n\x89three\nfour\x00",
        "häuser und mehr".encode("utf-16"),
        b"one\ntw\xe4\n",
        b"\xef\xbb\xbfone\r\ntwo\nthr\xe4e and more words\n",
        b"one two\xe2\x82",
        b"one\xed\xa0\x80two",
        b"x",
    ],
)
@pytest.mark.parametrize("level", ["character", "word"])
def test_what_is_no_text(
    tmp_path: Path, disk: Disk, piece: int, content: bytes, level: str
) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(content)
    config = config_of(path, level=level)
    expected = message(config)
    disk()
    assert (
        message(config, place=disk.place) == expected == message(config, outline, place=disk.place)
    )
    left = [path.name for path in tmp_path.glob("cache/*") if path.is_dir()]
    assert len(left) == (content == b"x")  # which is text, but too short


def test_other_messages_are_the_same(tmp_path: Path, disk: Disk) -> None:
    path = tmp_path / "a.txt"
    path.write_text("abcdefghij" * 10)
    configs = [
        config_of(path, level="character", batch_size=4),
        config_of(path, level="character", window=1, trace="x"),
        config_of(path, level="character", split={"test": 0.001}),
    ]
    expected = [message(config) for config in configs]
    disk()
    assert [message(config, place=disk.place) for config in configs] == expected
    assert [message(config, outline, place=disk.place) for config in configs] == expected


def test_an_endless_word(tmp_path: Path, disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "PIECE", 4)
    monkeypatch.setattr(pieces, "LONGEST_WORD", 16)
    path = tmp_path / "a.txt"
    path.write_text("a b " + "c" * 99)
    disk()
    assert "no white space in 16 bytes from offset 4 on, too much for one word" in message(
        config_of(path, level="word"), place=disk.place
    )
    assert loaded(config_of(path, level="character", window=4), disk.place).description


def test_too_many_different_words(
    tmp_path: Path, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.txt"
    path.write_text(" ".join(map(str, range(99))))
    disk()
    monkeypatch.setattr("rnnkit.data.tokens.reading.ram_size", lambda: 9_000)
    assert "more than 99 different tokens of level item, too many for the RAM" in message(
        config_of(path), place=disk.place
    )


def test_few_tokens_of_a_long_text_are_read_into_memory(
    tmp_path: Path, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(TEXT.encode() * 50)
    config = config_of(path, level="character", window=4, limit=100)
    in_memory = loaded(config, disk.place)
    lines = disk()
    monkeypatch.setattr(ram, "SHARE", 4)
    monkeypatch.setattr(ram, "ram_size", lambda: 4_000)
    monkeypatch.setattr("rnnkit.data.files.ram_size", lambda: None)
    found = loaded(config, disk.place)
    assert isinstance(found.train, TextPart)
    assert isinstance(in_memory.train, TextPart)
    assert not isinstance(found.train.ids, DiskIds)
    assert np.array_equal(np.asarray(found.train.ids), np.asarray(in_memory.train.ids))
    assert found.preprocessing.to_json() == in_memory.preprocessing.to_json()
    assert not lines


@pytest.mark.parametrize("name", ["codes.bin", "content.json"])
@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("options", [{}, {"min_count": 2}])
def test_a_damaged_conversion(
    tmp_path: Path, disk: Disk, name: str, damage: Any, options: dict[str, Any]
) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(TEXT.encode())
    config = config_of(path, level="word", window=4, **options)
    in_memory, facts = loaded(config, disk.place), outline(config, disk.place)
    lines = disk()
    loaded(config, disk.place)
    [found] = tmp_path.glob(f"cache/*/{name}")
    damage(found)
    assert outline(config, disk.place) == facts
    assert_alike(in_memory, loaded(config, disk.place))
    assert lines[1] == f"{found.parent} is damaged: it is written again"


def test_another_text(tmp_path: Path, disk: Disk, piece: int) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(TEXT.encode())
    config = config_of(path, level="character", window=4)
    kept = loaded(config, disk.place).preprocessing
    new = tmp_path / "new.txt"
    new.write_bytes(TEXT[20:200].encode())
    in_memory = read_new(new, config, kept, disk.place)
    disk()
    on_disk = read_new(new, config, kept, disk.place)
    assert isinstance(in_memory, TextPart)
    assert isinstance(on_disk, TextPart)
    assert isinstance(on_disk.ids, DiskIds)
    assert in_memory.targets.tobytes() == on_disk.targets.tobytes()
    assert on_disk.held_back
    new.write_text("n☃ŁĄ")
    with pytest.raises(DataError, match=r"3 unknown characters: 'Ą', 'Ł', '☃'; "):
        read_new(new, config, kept, disk.place)


def text_config(source: Path) -> dict[str, Any]:
    return {
        "version": 1,
        "name": "letters",
        "task": "next_token",
        "device": "cpu",
        "data": {"source": str(source), "level": "character", "split": {"validation": 0.2}},
        "model": {"layers": [{"embedding": {"output_dim": 4}}, {"gru": {"units": 4}}, "dense"]},
        "training": {
            "epochs": 1,
            "batch_size": 4,
            "window": 16,
            "sample": None,
            "jit_compile": False,
        },
    }


def test_training_is_the_same_to_the_bit(
    tmp_path: Path, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(next_token_bounds, "JUDGED_TOKENS", 50)
    monkeypatch.setattr(next_token_bounds, "COUNTED_TOKENS", 200)
    path = tmp_path / "a.txt"
    path.write_bytes(TEXT.encode())
    first = rnnkit.train(text_config(path), runs=tmp_path / "runs")
    disk()
    second = rnnkit.train(text_config(path), runs=tmp_path / "runs")
    values = ended_alike(first, second)
    assert (values["tokens"], values["judged"]["tokens"], values["counted"]["tokens"]) == (
        50,
        50,
        200,
    )
    assert len(list(second.cache.glob("*/codes.bin"))) == 1
