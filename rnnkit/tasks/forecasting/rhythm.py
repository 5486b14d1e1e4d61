"""How often rows come -> how many of them a model should see, and what of the calendar."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rnnkit.data.series.dates import DAY, Frequency


class Rhythm(NamedTuple):
    """How rows follow each other, and what a model should see of it."""

    lookback: int
    season: int | None
    calendar: Sequence[str]
    words: str


NO_RHYTHM = Rhythm(24, None, (), "in the rows' order")


def rhythm_of(frequency: Frequency) -> Rhythm:
    """What is usual for a frequency: two days of hours, four weeks of days, two years of months."""
    step, words = frequency.step, frequency.text
    if frequency.unit == "month":
        if step >= 12:
            return Rhythm(24, None, (), words)
        return Rhythm(max(8, 24 // step), 12 // step, ("month",), words)
    if frequency.unit == "business_day":
        return Rhythm(22, None, (), words)
    if frequency.unit == "nanosecond" and step < DAY:
        a_day = DAY // step
        if a_day > 96:
            return Rhythm(60, None, ("hour",), words)
        return Rhythm(2 * a_day, a_day, ("hour", "day_of_week"), words)
    if frequency.unit == "nanosecond" and step == DAY:
        return Rhythm(28, 7, ("day_of_week",), words)
    if frequency.unit == "nanosecond" and step == 7 * DAY:
        return Rhythm(26, 52, ("month",), words)
    return Rhythm(24, None, (), words)
