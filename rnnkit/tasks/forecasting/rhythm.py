"""How often rows come -> how many of them a model should see, and what of the calendar."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rnnkit.data.series.cards import possible_seasons
from rnnkit.data.series.dates import DAY, Frequency


class Rhythm(NamedTuple):
    """How rows follow each other, and what a model should see of it."""

    lookback: int
    seasons: Sequence[int]  # that the calendar makes possible, and one such calendar can tell
    calendar: Sequence[str]
    words: str


NO_RHYTHM = Rhythm(24, (), (), "in the rows' order")


def rhythm_of(frequency: Frequency) -> Rhythm:
    """What is usual for a frequency: two days of hours, four weeks of days, two years of months."""
    step, words = frequency.step, frequency.text
    if frequency.unit == "month":
        if step >= 12:
            return Rhythm(24, (), (), words)
        return Rhythm(max(8, 24 // step), possible_seasons(frequency), ("month",), words)
    if frequency.unit == "business_day":
        return Rhythm(22, (), (), words)
    if frequency.unit == "nanosecond" and step < DAY:
        a_day = DAY // step
        if a_day > 96:
            return Rhythm(60, (), ("hour",), words)
        return Rhythm(2 * a_day, possible_seasons(frequency), ("hour", "day_of_week"), words)
    if frequency.unit == "nanosecond" and step == DAY:
        return Rhythm(28, (7,), ("day_of_week",), words)
    if frequency.unit == "nanosecond" and step == 7 * DAY:
        return Rhythm(26, (52,), ("month",), words)
    return Rhythm(24, (), (), words)
