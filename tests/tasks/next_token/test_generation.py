"""Texts from a run: the pieces of the stream, where they end, and what separates them."""

import dataclasses
import itertools

import pytest

import rnnkit
from rnnkit.errors import DataError
from rnnkit.tasks.next_token.generation import Wish, between, draws_tunes, stream_text, until_id
from rnnkit.tasks.next_token.trained import TokenRun, open_tokens


@pytest.fixture(scope="module")
def items(games: rnnkit.Run) -> TokenRun:
    return open_tokens(games)


@pytest.fixture(scope="module")
def letters(prose: rnnkit.Run) -> TokenRun:
    return open_tokens(prose)


def text_of(tokens: TokenRun, text: int = 0, **wish: object) -> str:
    return "".join(stream_text(tokens, Wish(**wish), text=text))  # type: ignore[arg-type]


def test_sequences_end_with_end_which_is_not_written(items: TokenRun) -> None:
    drawn = [text_of(items, text, length=50) for text in range(20)]
    assert len(set(drawn)) > 2
    assert all(line.endswith("\n") and line.count("\n") == 1 for line in drawn)
    assert set("".join(drawn).split()) <= set("abcd")
    assert any(len(line.split()) < 10 for line in drawn)


def test_the_prompt_comes_first(items: TokenRun) -> None:
    pieces = list(stream_text(items, Wish(prompt="a b", length=1, temperature=0)))
    best = items.expected(items.read("a b"), "a b", most=1).tokens[0]
    assert pieces == (["a b", "\n"] if best == "<end>" else ["a b", f" {best}", "\n"])


def test_pieces_join_to_the_decoded_text(letters: TokenRun) -> None:
    wish = Wish(prompt="so", length=150, temperature=2)
    pieces = list(stream_text(letters, wish))
    assert all(len(piece) == 1 for piece in pieces[1:])
    assert len("".join(pieces).removesuffix("\n")) in {151, 152}  # a drawn last line break counts


def test_length_and_seed(letters: TokenRun) -> None:
    long = text_of(letters, length=200, seed=4)
    assert text_of(letters, length=200, seed=4) == long
    assert long.startswith(text_of(letters, length=70, seed=4).rstrip("\n"))
    others = [text_of(letters, length=200, seed=5), text_of(letters, 1, length=200, seed=4)]
    assert all(a != b for a, b in itertools.combinations([long, *others], 2))


def test_until(letters: TokenRun) -> None:
    free = text_of(letters, length=300, temperature=1.5)
    assert text_of(letters, length=300, temperature=1.5, until="i") == (
        free[: free.index("i") + 1] + "\n"
    )
    broken = text_of(letters, length=300, temperature=1.5, until=r"\n")
    assert broken == free[: free.index("\n") + 1]


def test_until_must_be_one_token(letters: TokenRun, items: TokenRun) -> None:
    with pytest.raises(DataError, match="until: 'is' is not one character of the run's vocab"):
        until_id(letters, "is")
    with pytest.raises(DataError, match="until: 'x' is not one token"):
        text_of(items, until="x")
    assert until_id(items, "<end>") == items.vocabulary.end


def test_what_separates_texts(items: TokenRun, letters: TokenRun) -> None:
    assert between(items) == ""
    assert between(letters) == "---\n"
    tunes = dataclasses.replace(
        items, kept=items.kept.model_copy(update={"separator": "blank_line"})
    )
    assert between(tunes) == "\n"


def test_tunes_are_known_by_their_source(items: TokenRun) -> None:
    assert not draws_tunes(items)
    for source, expected in (("tunes", True), ("/data/mine.ABC", True), ("jazz", False)):
        data = items.config.data.model_copy(update={"source": source})
        config = items.config.model_copy(update={"data": data})
        assert draws_tunes(dataclasses.replace(items, config=config)) is expected
