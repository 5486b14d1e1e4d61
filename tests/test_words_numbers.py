"""How numbers and names are written."""

from __future__ import annotations

import math

import pytest

from rnnkit.words import counted, duration, fraction, measured, shape, shorten


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.12345, "0.1235"),
        (12.345, "12.35"),
        (0.0, "0.0000"),
        (0.0001, "0.0001"),
        (2.5e-7, "2.5e-07"),
        (12345.6, "12,345.60"),
        (-1.5, "-1.5000"),
        (math.nan, "–"),
        (math.inf, "–"),
    ],
)
def test_measured(value: float, text: str) -> None:
    assert measured(value) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(4.21, "4.2 s"), (372.4, "6 min 12 s"), (7500, "2 h 05 min")]
)
def test_duration(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_shorten() -> None:
    assert shorten("ankle boot", 10) == "ankle boot"
    assert shorten("ankle boots", 10) == "ankle boo…"
    assert shorten("two\nlines\tand \x1b[31mred", 40) == "two lines and �[31mred"
    assert shorten(7, 5) == "7"


def test_fraction_keeps_1_for_what_is_perfect() -> None:
    assert [fraction(value) for value in (0, 0.96414, 0.99999, 1)] == [
        "0.0000",
        "0.9641",
        "0.9999",
        "1.0000",
    ]


def test_counted() -> None:
    assert [counted(n, "example") for n in (0, 1, 2000)] == [
        "0 examples",
        "1 example",
        "2,000 examples",
    ]


def test_shape() -> None:
    assert shape((28, 256)) == "28 × 256"
    assert shape((None, 3)) == "T × 3"
    assert shape((10,)) == "10"
