"""What a run expects next: probabilities, lines that go on, and files of prompts."""

from pathlib import Path

import numpy as np
import pytest

import rnnkit
from rnnkit.errors import DataError
from rnnkit.tasks.next_token.prompts import read_prompts
from rnnkit.tasks.next_token.trained import Expected, TrainedTokens


def opened_tokens(run: rnnkit.Run) -> TrainedTokens:
    opened = rnnkit.load(run)
    assert isinstance(opened, TrainedTokens)
    return opened


@pytest.fixture(scope="module")
def opened(games: rnnkit.Run) -> TrainedTokens:
    return opened_tokens(games)


def expected(opened: TrainedTokens, text: str, *, most: int) -> Expected:
    [found] = opened.predict([text], most=most)
    return found


def test_probabilities_are_the_models_own(opened: TrainedTokens) -> None:
    vocabulary = opened.preprocessing.vocabulary
    ids = [vocabulary.end, *vocabulary.encode("a b")]
    p = opened.inference.model(np.array([ids])).numpy()[0, -1].astype(np.float64)
    p = np.exp(p) / np.exp(p).sum()  # the config's dense layer gives logits
    [found] = opened.predict("a b", most=99)
    assert sum(found.probabilities) == pytest.approx(1)
    by_token = dict(zip(found.tokens, found.probabilities, strict=True))
    assert by_token == pytest.approx(dict(zip(vocabulary.tokens, p, strict=True)), abs=1e-6)
    assert list(found.probabilities) == sorted(found.probabilities, reverse=True)


def test_how_many(opened: TrainedTokens) -> None:
    first, second = opened.predict(["a", ""], most=2)
    assert (len(first.tokens), len(second.tokens)) == (2, 2)
    assert first.as_dict()["next"][0]["token"] == first.tokens[0]


def test_unknown_tokens_are_listed(opened: TrainedTokens) -> None:
    with pytest.raises(DataError, match="the prompt has 2 unknown tokens: 'x', 'y'"):
        list(opened.predict(["a x y"]))
    with pytest.raises(DataError, match=r"^prompt 2: the prompt has 1 unknown token: 'x'"):
        list(opened.predict(["a", "x"]))


def test_lines_of_sequences_go_on_until_an_empty_one(opened: TrainedTokens) -> None:
    lines = list(opened.follow(["a\n", "b\n", "\n", "b a\n"], most=4))
    whole = [expected(opened, text, most=4) for text in ("a", "a b", "", "b a")]
    for line, alone in zip(lines, whole, strict=True):
        assert line.tokens == alone.tokens
        assert line.probabilities == pytest.approx(alone.probabilities, abs=1e-6)


def test_lines_of_running_text_are_one_text(prose: rnnkit.Run) -> None:
    opened = opened_tokens(prose)
    lines = list(opened.follow(["so it is,\n", "\n", "and\n"], most=3))
    for line, text in zip(lines, ("so it is,", "so it is,\n", "so it is,\n\nand"), strict=True):
        alone = expected(opened, text, most=3)
        assert line.tokens == alone.tokens
        assert line.probabilities == pytest.approx(alone.probabilities, abs=1e-6)


def test_a_line_with_an_unknown_token_says_which_line(opened: TrainedTokens) -> None:
    answers = opened.follow(["a", "q"], most=1)
    next(answers)
    with pytest.raises(DataError, match="line 2: the prompt has 1 unknown token: 'q'"):
        next(answers)


def test_files_of_prompts(tmp_path: Path) -> None:
    files = {
        "p.txt": "a b\n\nb\n",
        "p.csv": 'n,prompt\n1,a b\n2,"b"\n',
        "p.jsonl": '{"prompt": "a b"}\n\n"b"\n',
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
        assert read_prompts(tmp_path / name) == ["a b", "b"]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("p.csv", "n,text\n1,a\n", "no column 'prompt': it has n, text"),
        ("p.jsonl", '{"text": "a"}\n', "line 1: expected a text, or a key 'prompt'"),
        ("p.jsonl", '"a"\n{oops\n', "line 2: not JSON"),
        ("p.txt", "\n\n", "has no prompts"),
        ("p.npz", "x", "prompts are read from .txt, .csv or .jsonl files"),
    ],
)
def test_files_without_prompts(tmp_path: Path, name: str, text: str, message: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(DataError, match=message):
        read_prompts(tmp_path / name)
