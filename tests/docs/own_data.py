"""A folder -> in it the data that the pages call the reader's own, small, from fixed seeds."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

import numpy as np

GESTURES = ("circle", "push", "shake", "swipe", "tap")
CLAUSES = ((("to", "PART"), "ADV", "VERB"), (("the", "DET"), "ADJ", "NOUN"))
EITHER = ("fast", "late", "early", "still", "duck", "park", "watch", "plant")
SENTENCES = ("the dog sees the man", "a man hears the woman", "the woman follows a dog")


def write_all(folder: Path) -> None:
    """Every file that a config or a command of the pages names."""
    for name, lines in {
        "gestures.csv": _gestures(150, seed=0),
        "new_gestures.csv": (line.rpartition(",")[0] for line in _gestures(3, seed=1)),
        "machines.csv": _machines(40, seed=0),
        "running.csv": (line.rpartition(",")[0] for line in _machines(3, seed=1, left=40)),
        "treebank.conllu": _treebank(400, seed=0, tagged=True),
        "bare.conllu": _treebank(2, seed=1, tagged=False),
        "demand.csv": _demand(900),
        "week.csv": _week(),
        "sales.csv": _sales(400),
        "letters.txt": _letters(600),
    }.items():
        text = "".join(f"{line}\n" for line in lines)
        (folder / name).write_text(text, encoding="utf-8")
    np.save(folder / "curves.npy", _curves(400))


def _gestures(recordings: int, *, seed: int) -> Iterator[str]:
    """A row a hundredth of a second; the axes swing as the gesture has it."""
    rng = np.random.default_rng(seed)
    yield "recording,subject,t,ax,ay,az,gesture"
    for recording in range(recordings):
        kind = recording % len(GESTURES)
        speed, phase = rng.uniform(0.5, 0.9), rng.uniform(0, 6)
        for t in range(int(rng.integers(20, 40))):
            swing = speed * (kind + 1) * t / 2 + phase
            still = np.array([np.sin(swing), np.cos(swing * (1 + kind % 2)), 1])
            axes = ",".join(f"{value:.3f}" for value in still + rng.normal(0, 0.6, 3))
            yield f"{recording},{recording // 5 % 10},{t},{axes},{GESTURES[kind]}"


def _machines(machines: int, *, seed: int, left: int = 0) -> Iterator[str]:
    """A row an hour until `left` before the machine fails; it shakes ever more towards the end."""
    rng = np.random.default_rng(seed)
    yield "machine,hour,temperature,vibration,remaining"
    for machine in range(machines):
        life = int(rng.integers(80, 200))
        for hour in range(life - left):
            worn = np.exp((hour - life) / 25)
            temperature = 60 + 8 * worn + rng.normal()
            vibration = 0.5 + 2 * worn + 0.15 * rng.normal()
            yield f"m{machine:02d},{hour},{temperature:.1f},{vibration:.3f},{life - hour - 1}"


def _treebank(sentences: int, *, seed: int, tagged: bool) -> Iterator[str]:
    """CoNLL-U, ten columns a word, of which form and upos are filled.

    What comes after `to` and `the` may be either, and only the clause's first word tells.
    """
    rng = np.random.default_rng(seed)
    for _ in range(sentences):
        words = []
        for _ in range(2):
            opener, between, last = CLAUSES[int(rng.integers(2))]
            fillers = rng.choice(EITHER[:4], rng.integers(2, 6))
            words += [opener, *((str(filler), between) for filler in fillers)]
            words.append((str(rng.choice(EITHER[4:])), last))
        for number, (form, upos) in enumerate([*words, (".", "PUNCT")], start=1):
            yield "\t".join([str(number), form, "_", upos if tagged else "_", *"______"])
        yield ""


def _demand(days: int) -> Iterator[str]:
    rng = np.random.default_rng(0)
    yield "day,load,rain,holiday"
    for number in range(days):
        day = datetime.date(2021, 1, 1) + datetime.timedelta(number)
        rain, holiday = max(0.0, rng.normal(1, 2)), int(day.day == 1)
        week = 20 * np.sin(2 * np.pi * number / 7) - 30 * holiday
        yield f"{day},{200 + week + 3 * rain + rng.normal(0, 5):.1f},{rain:.1f},{holiday}"


def _week() -> Iterator[str]:
    """What is known of the seven days after those of demand.csv."""
    yield "day,holiday"
    for number in range(900, 907):
        day = datetime.date(2021, 1, 1) + datetime.timedelta(number)
        yield f"{day},{int(day.day == 1)}"


def _sales(days: int) -> Iterator[str]:
    rng = np.random.default_rng(0)
    yield "date,visitors,revenue"
    for number in range(days):
        visitors = int(80 + 30 * np.sin(2 * np.pi * number / 7) + rng.normal(0, 8))
        day = datetime.date(2023, 1, 1) + datetime.timedelta(number)
        yield f"{day},{visitors},{visitors * 12.5 + rng.normal(0, 40):.2f}"


def _letters(sentences: int) -> Iterator[str]:
    rng = np.random.default_rng(0)
    for _ in range(sentences):
        yield f"{rng.choice(SENTENCES)} in the {rng.choice(['park', 'rain', 'dark'])}."


def _curves(count: int) -> np.ndarray:
    """Pairs of waves of one speed, (N, T, F)."""
    rng = np.random.default_rng(0)
    t = np.arange(48) * rng.uniform(0.2, 0.5, (count, 1)) + rng.uniform(0, 6, (count, 1))
    curves = np.stack([np.sin(t), np.cos(t)], axis=-1) + rng.normal(0, 0.05, (count, 48, 2))
    return curves.astype(np.float32)
