"""Series, and the windows that were cut from them -> what the data card says of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.baselines.season import Season, find_season, measure_season
from rnnkit.data.card import PartCard, SeasonCard, SeriesCard, TimeCard, spread
from rnnkit.data.series.dates import DAY, Frequency, time_text
from rnnkit.data.series.rows import Rows
from rnnkit.data.series.section import SeriesData
from rnnkit.data.series.store import Positions, Series, Store

_AT_ONCE = 1 << 16  # rows
MOST = 2_000  # rows in a season


def series_card(
    rows: Rows, series: Sequence[Series], numbers: Mapping[str, Positions]
) -> SeriesCard:
    """Which series of a panel are used.

    Args:
        rows: everything that was read.
        series: what was made of them.
        numbers: of each part, the one that judges last, which of these its windows are cut from.
    """
    used = {series[n].name for found in numbers.values() for n in found}
    trained = {series[n].name for n in numbers["train"]}
    judged = {series[n].name for n in list(numbers.values())[-1]}
    return SeriesCard(
        total=len(rows.series),
        used=len(used),
        too_short=tuple(one.name for one in rows.series if one.name not in used),
        untrained=tuple(one.name for one in series if one.name in used - trained),
        unjudged=tuple(one.name for one in series if one.name in used - judged),
    )


def time_card(rows: Rows, data: SeriesData) -> TimeCard:
    """From when to when, and in what rhythm."""
    ends = [one.times[[0, -1]] for one in rows.series if len(one)]
    return TimeCard(
        column=", ".join(data.times) or None,
        first=time_text(min(first for first, _ in ends)),
        last=time_text(max(last for _, last in ends)),
        format=rows.time_format,
        stated=data.time_format is not None,
        frequency=rows.rhythm or rows.frequency.text,
        missing_rows=rows.missing_rows,
    )


def part_card(name: str, size: int, forecast: Positions, store: Store) -> PartCard:
    """What a part forecasts.

    Args:
        name: of the part.
        size: its windows.
        forecast: the rows of the store that they forecast, ascending.
        store: what they are gathered from.
    """
    times, values = store.times[forecast], store.targets[forecast]
    return PartCard(
        name=name,
        size=size,
        first=time_text(times.min()),
        last=time_text(times.max()),
        targets=tuple(
            spread(_quantity_of(target, store.data), values[:, n])
            for n, target in enumerate(store.data.targets)
        ),
        filled=_filled_in(name, store),
    )


def _filled_in(part: str, store: Store) -> dict[str, float]:
    """The share of each column that was put in, in the rows of a part."""
    ends = {
        "train": [(0, s.train_end) for s in store.series],
        "validation": [(s.train_end, s.validation_end) for s in store.series],
        "test": [(s.validation_end, len(s)) for s in store.series],
    }[part]
    spans = list(zip(store.series, ends, strict=True))
    total = sum(end - begin for _, (begin, end) in spans)
    found = [
        _count(filled, begin, end)
        for series, (begin, end) in spans
        for filled in (series.filled, series.filled_features)
    ]
    counts = np.concatenate([sum(found[::2]), sum(found[1::2])]).tolist()
    names = (*store.data.targets, *store.data.others)
    return {name: count / total for name, count in zip(names, counts, strict=True) if count}


def _quantity_of(target: str, data: SeriesData) -> str:
    """`log, difference of Close`."""
    steps = [s if isinstance(s, str) else f"{s.multiply:g} times" for s in data.quantity]
    return f"{', '.join(steps)} of {target}" if steps else target


def _count(filled: Any, begin: int, end: int) -> NDArray[np.intp]:
    """How often each column of these rows is true, of an array or of DiskColumns."""
    found = np.zeros(filled.shape[1], np.intp)
    for start in range(begin, end, _AT_ONCE):
        found += filled[start : min(start + _AT_ONCE, end)].sum(axis=0, dtype=np.intp)
    return found


def possible_seasons(frequency: Frequency) -> list[int]:
    """What the calendar repeats: the hour, the day, the week, the year; of numbers nothing."""
    step = frequency.step
    if frequency.unit == "month":
        found = [12 // step if 12 % step == 0 else 0]
    elif frequency.unit == "business_day":
        slots = max(1, len(frequency.slots))
        found = [slots, slots * frequency.week.count("1")]
    elif frequency.unit == "nanosecond":
        cycles = (DAY // 24, DAY, 7 * DAY)
        found = [cycle // step for cycle in cycles if cycle % step == 0]
        found += [round(365.25 * DAY / step)] if step in (DAY, 7 * DAY) else []
    else:
        found = []
    return [rows for rows in found if 1 < rows <= MOST]


def season_of(
    series: Sequence[Series], data: SeriesData, frequency: Frequency, *, measured: bool = True
) -> SeasonCard:
    """The season of the targets, as `data.season` says or their training rows do.

    Args:
        series: with their borders.
        data: the section.
        frequency: of the rows.
        measured: whether a season is looked for, and how clear it is, which takes seconds.
    """
    if not measured:
        return _card(data.season or 1, None, stated=True)
    rows = [s.targets[: s.train_end, column] for s in series for column in range(len(data.targets))]
    if data.season is not None:
        found = measure_season(rows, data.season) if data.season > 1 else None
        return _card(data.season, found, stated=True)
    candidates = possible_seasons(frequency)
    found = find_season(rows, candidates)
    return _card(1, found, looked=tuple(candidates))


def _card(
    rows: int, season: Season | None, *, stated: bool = False, looked: tuple[int, ...] = ()
) -> SeasonCard:
    if season is None:
        return SeasonCard(rows=rows, stated=stated, looked=looked)
    return SeasonCard(
        rows=season.rows,
        stated=stated,
        looked=looked,
        strength=season.strength,
        autocorrelation=season.autocorrelation,
    )
