"""The data section to parts, and other files like them."""

from pathlib import Path

import numpy as np
import pytest

from rnnkit.config.tables import TableFormat
from rnnkit.data.tokens.dataset import SequencePart, TokenDataset
from rnnkit.data.tokens.preprocessing import TokenPreprocessing
from rnnkit.data.tokens.streams import TextPart
from rnnkit.errors import DataError
from rnnkit.tasks.next_token.dataset import outline, read_new
from tests.data.tokens.small import config_of, dataset_of


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "a.txt"
    path.write_text("abcdefghij" * 10)
    return path


def games(dataset: TokenDataset, part: str) -> list[str]:
    found = getattr(dataset, part)
    assert isinstance(found, SequencePart)
    vocabulary = dataset.preprocessing.vocabulary
    return [vocabulary.decode(found.tokens(i)) for i in range(len(found))]


def test_running_text_is_cut_in_its_order(text: Path) -> None:
    shares = {"validation": 0.2, "test": 0.1}
    dataset = dataset_of(text, level="character", window=5, split=shares)
    parts = (dataset.train, dataset.validation, dataset.test)
    assert [(p.begin, p.end) for p in parts if isinstance(p, TextPart)] == [
        (1, 70),
        (70, 90),
        (90, 100),
    ]
    assert dataset.description == (
        "a.txt: 69 train, 20 validation, 10 test characters, 10 different characters"
    )
    assert dataset.bytes == 400
    assert outline(config_of(text, level="character", window=5)).outputs == 10


@pytest.mark.parametrize(
    ("line", "note"),
    [
        ("Vie\u0323\u0302t Nam", "Unicode's NFC; all are read as NFC, those of prompts too"),
        ("the <unk> of the", "its own <unk> is the token that unknown words become too"),
        ("我们都是人 他们也是", "scripts without spaces, such as '我们都是人', each run one word"),
    ],
)
def test_what_is_made_of_a_text_is_said(tmp_path: Path, line: str, note: str) -> None:
    path = tmp_path / "a.txt"
    path.write_text(f"{line}\n" * 9)
    config = config_of(path, level="word", window=4)
    [said] = outline(config).notes
    assert note in said
    path.write_text("plain words in plain letters\n" * 9)
    assert outline(config).notes == ()


@pytest.mark.parametrize("folder", [False, True])
def test_tunes_that_cannot_be_played_are_said(tmp_path: Path, folder: bool) -> None:
    path = tmp_path / "a.abc"
    path.write_bytes("X:1\nT:Für\nK:C\nCDEF|\n\nX:2\nK:C\n\nX:3\nK:H\nC|\n".encode("latin-1"))
    source = tmp_path if folder else path
    dataset = dataset_of(source, level="character", separator="blank_line")
    assert dataset.preprocessing.tunes
    latin, unplayed = dataset.notes
    assert latin == f"1 file of tunes read as Latin-1, being no UTF-8: {path}"
    assert unplayed == (
        f"{source}: 2 of 3 tunes cannot be played: no notes (at {path}:6); K:H is not a key like "
        f"G, Dm or Bb (at {path}:9); as text they are learnt all the same"
    )


def test_embedded_tunes_are_known_as_such() -> None:
    dataset = dataset_of("tunes", level="character")
    assert (dataset.preprocessing.tunes, dataset.notes) == (True, ())
    assert not dataset_of("jazz", level="character").preprocessing.tunes


def test_a_new_file_is_read_in_the_form_of_the_run(tmp_path: Path) -> None:
    path, new = tmp_path / "a.txt", tmp_path / "new.txt"
    path.write_text("Việt Nam\n" * 9)
    new.write_text("Nam Vie\u0323\u0302t\n")
    config = config_of(path, level="word", window=4)
    kept = dataset_of(path, level="word", window=4).preprocessing
    part = read_new(new, config, kept)
    assert isinstance(part, TextPart)
    assert kept.vocabulary.decode(part.ids[:]) == "Nam Việt\n"


def test_sequences_are_cut_by_order_or_at_random(tmp_path: Path) -> None:
    path = tmp_path / "games.txt"
    path.write_text("".join(f"e4 m{n}\n" for n in range(10)))
    dataset = dataset_of(path, separator="line", split={"validation": 0.2, "test": 0.1})
    assert games(dataset, "validation") == ["e4 m7", "e4 m8"]
    assert games(dataset, "test") == ["e4 m9"]
    assert "7 train, 2 validation, 1 test sequences of 20 tokens" in dataset.description
    random = dataset_of(path, separator="line", split={"validation": 0.3, "by": "random"})
    drawn = games(random, "validation")
    assert drawn == games(
        dataset_of(path, separator="line", split={"validation": 0.3, "by": "random"}), "validation"
    )
    assert drawn != ["e4 m7", "e4 m8", "e4 m9"]
    assert sorted(drawn + games(random, "train")) == [f"e4 m{n}" for n in range(10)]


def test_the_latest_sequences_are_held_back(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("id,action,when\n1,x,30\n2,y,10\n3,z,20\n1,y,31\n")
    dataset = dataset_of(
        path, token="action", sequence="id", time="when", split={"validation": 0.3, "by": "time"}
    )
    assert games(dataset, "validation") == ["x y"]
    assert games(dataset, "train") == ["y", "z"]


def test_embedded_data() -> None:
    chess = dataset_of("chess_openings", split={"validation": 0.1})
    assert (len(chess.train), len(chess.preprocessing.vocabulary)) == (3600, 825)
    assert games(chess, "train")[0].startswith("e4 c6 d4 d5 exd5")
    jazz = dataset_of("jazz", level="character", batch_size=1)
    assert games(jazz, "train") == ["JAZZ"]
    shakespeare = dataset_of("shakespeare", level="character", split={"validation": 0.1})
    assert (len(shakespeare.train), len(shakespeare.preprocessing.vocabulary)) == (715_455, 72)


def test_limit_and_max_length(tmp_path: Path, text: Path) -> None:
    assert len(dataset_of(text, level="character", window=5, limit=30).train) == 29
    path = tmp_path / "games.txt"
    path.write_text("a b c\nd\ne\n")
    dataset = dataset_of(path, separator="line", limit=2, max_length=2)
    assert games(dataset, "train") == ["a b", "d"]
    assert dataset.preprocessing.vocabulary.tokens == ("<end>", "a", "b", "d")


def test_another_file_is_read_with_what_the_run_kept(tmp_path: Path, text: Path) -> None:
    config = config_of(text, level="character", window=5)
    kept = TokenPreprocessing.from_json(
        dataset_of(text, level="character", window=5).preprocessing.to_json()
    )
    path = tmp_path / "new.txt"
    path.write_text("cab")
    part = read_new(path, config, kept)
    assert isinstance(part, TextPart)
    assert (part.ids.tolist(), len(part), part.window) == ([2, 0, 1], 2, 5)
    path.write_text("cabX")
    with pytest.raises(DataError, match=r"new\.txt: 1 unknown character: 'X'"):
        read_new(path, config, kept)
    table = tmp_path / "new.csv"
    table.write_text("a\nb\n")
    with pytest.raises(DataError, match=r"the run was trained on running text: give a \.txt file"):
        read_new(table, config, kept)


def test_another_table(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("id,action\n1,x\n1,y\n")
    options = {"token": "action", "sequence": "id", "batch_size": 1}
    config, kept = config_of(path, **options), dataset_of(path, **options).preprocessing
    part = read_new(path, config, kept)
    assert isinstance(part, SequencePart)
    assert part.tokens(0).tolist() == [1, 2]
    path.write_text("id,action\n1,x\n1\n")
    skipping = config.model_copy(
        update={"data": config.data.model_copy(update={"format": TableFormat(bad_rows="skip")})}
    )
    told = read_new(path, skipping, kept)
    assert isinstance(told, SequencePart)
    assert told.notes[0].startswith("1 row left out (format.bad_rows: skip)")
    other = tmp_path / "log.txt"
    other.write_text("x y")
    with pytest.raises(DataError, match="the run was trained on a table"):
        read_new(other, config, kept)


@pytest.mark.parametrize(
    ("content", "options", "message"),
    [
        ("x", {"level": "character"}, "only 1 token: a running text needs at least 2"),
        ("ab" * 9, {"level": "character", "window": 9}, "the largest window that fits is 8"),
        ("ab", {"level": "character", "window": 1}, "cannot fill 2 streams: at most 1 fit"),
        ("abc", {"level": "character", "split": {"test": 0.1}}, "test (=0.1) of 3 tokens is none"),
        ("a\n", {"separator": "line", "split": {"test": 0.9}}, "leaves 0 sequences to train on"),
        (
            "abab",
            {"level": "character", "window": 1, "trace": "axb"},
            "training.trace: 1 unknown character: 'x'",
        ),
    ],
)
def test_data_that_do_not_fit(
    tmp_path: Path, content: str, options: dict[str, object], message: str
) -> None:
    path = tmp_path / "a.txt"
    path.write_text(content)
    with pytest.raises(DataError) as caught:
        dataset_of(path, **options)
    assert message in str(caught.value)


def test_the_window_that_is_too_long_says_what_fits(text: Path) -> None:
    with pytest.raises(DataError) as caught:
        dataset_of(text, level="character", batch_size=4)
    assert str(caught.value) == (
        "training.window (=128) is longer than the text: 99 tokens to predict in 4 streams "
        "(training.batch_size) are 24 each: the largest window that fits is 24"
    )
    assert len(dataset_of(text, level="character", batch_size=4, window=24).train) == 99


def test_unknown_words_of_held_back_text(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("a b " * 9 + "c d")
    dataset = dataset_of(path, level="word", window=2, min_count=1, split={"validation": 0.1})
    assert dataset.preprocessing.vocabulary.tokens == ("<unk>", "a", "b")
    assert isinstance(dataset.validation, TextPart)
    assert np.array_equal(dataset.validation.targets, [0, 0])


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (["a b", "c d"] * 5, "2 of 2 test sequences, number 1, 2, are equal to one of the"),
        (["a b", "b a", *map(str, range(6)), "b a", "a"], "1 of 2 test sequences, number 1, are"),
        ([f"a {n}" for n in range(10)], ""),
    ],
)
def test_sequences_in_two_parts_are_counted(tmp_path: Path, lines: list[str], found: str) -> None:
    path = tmp_path / "games.txt"
    path.write_text("\n".join(lines) + "\n")
    audited = dataset_of(path, separator="line", split={"test": 0.2}).audited
    assert [text[: len(found)] for text in audited.texts] == [found] * bool(found)


def test_equal_sequences_are_drawn_into_one_part(tmp_path: Path) -> None:
    path = tmp_path / "games.txt"
    path.write_text("".join(f"a {n % 20}\n" for n in range(60)))
    random = {"by": "random", "test": 0.3, "validation": 0.3}
    dataset = dataset_of(path, separator="line", split=random)
    assert dataset.audited.findings == ()
    assert len(dataset.train) + len(dataset.validation) + len(dataset.test) == 60


def test_a_sequence_stays_in_its_part_by_its_name(tmp_path: Path) -> None:
    def held_back(rows: list[str]) -> set[str]:
        path = tmp_path / "log.csv"
        path.write_text("id,action\n" + "".join(rows))
        split = {"by": "random", "test": 0.4}
        dataset = dataset_of(path, token="action", sequence="id", split=split)
        return {game.split()[0] for game in games(dataset, "test")}

    rows = [f"s{n},a{n}\n" * 2 for n in range(30)]
    before = held_back(rows[:20])
    assert 0 < len(before) < 20
    after = held_back([*reversed(rows), *(f"s{n},more\n" for n in range(5))])
    assert after & {f"a{n}" for n in range(20)} == before
