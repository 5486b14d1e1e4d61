"""Texts from a run: the pieces of the stream, where they end, and what separates them."""

import dataclasses
import itertools

import pytest

import rnnkit
from rnnkit.errors import DataError
from rnnkit.tasks.next_token.trained import TrainedTokens
from tests.tasks.next_token.test_trained import opened_tokens


@pytest.fixture(scope="module")
def items(games: rnnkit.Run) -> TrainedTokens:
    return opened_tokens(games)


@pytest.fixture(scope="module")
def letters(prose: rnnkit.Run) -> TrainedTokens:
    return opened_tokens(prose)


def text_of(tokens: TrainedTokens, text: int = 0, **wish: object) -> str:
    return "".join(tokens.generate(**wish, text=text))  # type: ignore[arg-type]


def test_sequences_end_with_end_which_is_not_written(items: TrainedTokens) -> None:
    drawn = [text_of(items, text, length=50) for text in range(20)]
    assert len(set(drawn)) > 2
    assert all(line.endswith("\n") and line.count("\n") == 1 for line in drawn)
    assert set("".join(drawn).split()) <= set("abcd")
    assert any(len(line.split()) < 10 for line in drawn)


def test_the_prompt_comes_first(items: TrainedTokens) -> None:
    pieces = list(items.generate(prompt="a b", length=1, temperature=0))
    best = next(items.predict(["a b"], most=1)).tokens[0]
    assert pieces == (["a b", "\n"] if best == "<end>" else ["a b", f" {best}", "\n"])


def test_pieces_join_to_the_decoded_text(letters: TrainedTokens) -> None:
    pieces = list(letters.generate(prompt="so", length=150, temperature=2))
    assert all(len(piece) == 1 for piece in pieces[1:])
    assert len("".join(pieces).removesuffix("\n")) in {151, 152}  # a drawn last line break counts


def test_length_and_seed(letters: TrainedTokens) -> None:
    long = text_of(letters, length=200, seed=4)
    assert text_of(letters, length=200, seed=4) == long
    assert long.startswith(text_of(letters, length=70, seed=4).rstrip("\n"))
    others = [text_of(letters, length=200, seed=5), text_of(letters, 1, length=200, seed=4)]
    assert all(a != b for a, b in itertools.combinations([long, *others], 2))


def test_until(letters: TrainedTokens) -> None:
    free = text_of(letters, length=300, temperature=1.5)
    assert text_of(letters, length=300, temperature=1.5, until="i") == (
        free[: free.index("i") + 1] + "\n"
    )
    broken = text_of(letters, length=300, temperature=1.5, until=r"\n")
    assert broken == free[: free.index("\n") + 1]


def test_until_must_be_one_token(letters: TrainedTokens, items: TrainedTokens) -> None:
    with pytest.raises(DataError, match="until: 'is' is not one character of the run's vocab"):
        letters.until_id("is")
    with pytest.raises(DataError, match="until: 'x' is not one token"):
        text_of(items, until="x")
    assert items.until_id("<end>") == items.vocabulary.end


def test_what_separates_texts(items: TrainedTokens, letters: TrainedTokens) -> None:
    assert items.between == ""
    assert letters.between == "---\n"
    data = items.config.data.model_copy(update={"separator": "blank_line"})
    config = items.config.model_copy(update={"data": data})
    assert dataclasses.replace(items, config=config).between == "\n"
