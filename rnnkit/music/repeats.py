"""Bars as they are written -> bars as they are played, repeats and endings carried out."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Sequence
from typing import Generic, TypeVar

MOST_TIMES = 4  # that a part is played

T = TypeVar("T")


@dataclasses.dataclass
class Bar(Generic[T]):
    """What stands between two bar lines, and what these say."""

    content: T
    opens: bool = False  # |: before it
    closes: int = 0  # colons of a :| after it: so many times more
    ends: bool = False  # a double bar line, or one of a repeat, after it
    endings: frozenset[int] = frozenset()  # times that the ending is for that begins with it
    part: str = ""  # its letter


def played(bars: Sequence[Bar[T]], order: str = "") -> list[T]:
    """The contents in the order of playing; of parts that are none of the bars', as written."""
    parts = {name: list(group) for name, group in itertools.groupby(bars, key=lambda bar: bar.part)}
    if not order or not set(order) <= parts.keys():
        return _repeated(bars)
    return [content for name in order for content in _repeated(parts[name])]


def _repeated(bars: Sequence[Bar[T]]) -> list[T]:
    """The contents with repeats and endings carried out.

    A repeat begins at the last |:, or where a part began. An ending lasts to the next one, to the
    end of its repeat, or to a double bar line.
    """
    found: list[T] = []
    begin, time, place = 0, 1, 0
    ending: frozenset[int] = frozenset()
    known: set[int] = set()  # times for which the repeat has an ending
    while place < len(bars):
        bar = bars[place]
        if bar.opens and place != begin:
            begin, time, known = place, 1, set()
        ending = bar.endings or ending
        known |= bar.endings
        if ending and time not in ending:
            place, ending = _after_ending(bars, place), frozenset()
            continue
        found.append(bar.content)
        place += 1
        following = bars[place].endings if place < len(bars) else frozenset()
        known |= following
        again = time + 1 in known if ending else time <= bar.closes
        if again and (bar.closes or following) and time < MOST_TIMES:
            time, place, ending = time + 1, begin, frozenset()
        elif bar.closes or (bar.ends and (ending or not _is_open(bars, begin))):
            begin, time, ending, known = place, 1, frozenset(), set()
    return found


def _after_ending(bars: Sequence[Bar[T]], place: int) -> int:
    """Where the ending that begins at `place` is over."""
    while not bars[place].ends:
        place += 1
        if place == len(bars) or bars[place].endings:
            return place
    return place + 1


def _is_open(bars: Sequence[Bar[T]], begin: int) -> bool:
    return begin < len(bars) and bars[begin].opens
