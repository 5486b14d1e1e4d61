"""The tunes that rnnkit brings: each one whole, and a few of them note by note."""

import itertools

import pytest

from rnnkit.datasets import EMBEDDED, FOLDER
from rnnkit.music import Tune, read_tune, split_tunes

TEXT = (FOLDER / EMBEDDED["tunes"].file).read_text(encoding="utf-8")
TUNES = [read_tune(text) for _, text in split_tunes(TEXT)]


def named(title: str) -> Tune:
    [found] = [tune for tune in TUNES if tune.header.title == title]
    return found


@pytest.mark.parametrize("tune", TUNES, ids=lambda tune: tune.header.title)
def test_every_tune_is_valid(tune: Tune) -> None:
    assert tune.problems == ()
    assert 4 <= len(tune.bars) <= 36  # repeats played out
    assert len(tune.notes) >= 12


def test_about_sixty_different_ones_numbered_in_a_row() -> None:
    assert len({tune.header.title for tune in TUNES}) == len(TUNES) >= 60
    numbers = [text.splitlines()[0] for _, text in split_tunes(TEXT)]
    assert numbers == [f"X:{n}" for n in range(1, len(TUNES) + 1)]


def test_whose_the_transcriptions_are() -> None:
    comments = [line for line in TEXT.splitlines() if line.startswith("%")]
    assert TEXT.startswith("%")
    assert any("rnnkit's own" in line for line in comments)
    assert any("creativecommons.org/publicdomain/zero" in line for line in comments)


@pytest.mark.parametrize(
    ("title", "intervals"),
    [
        ("Twinkle, Twinkle, Little Star", [0, 7, 0, 2, 0, -2, -2, 0, -1, 0, -2, 0, -2]),
        ("Ode to Joy", [0, 1, 2, 0, -2, -1, -2, -2, 0, 2, 2, 0, -2, 0]),
        ("Frere Jacques", [2, 2, -4, 0, 2, 2, -4, 4, 1, 2]),
        ("God Save the King", [0, 2, -3, 1, 2, 2, 0, 1, -1, -2, -2, 2, -2, -1, 1]),
        ("Greensleeves", [3, 2, 2, 1, -1, -2, -3, -4, 2, 2]),
    ],
)
def test_how_they_begin(title: str, intervals: list[int]) -> None:
    """In semitones: written down here a second time, from the melody."""
    pitches = [note.pitch for note in named(title).notes]
    steps = [b - a for a, b in itertools.pairwise(pitches)]
    assert steps[: len(intervals)] == intervals
