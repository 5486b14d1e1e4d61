"""How rows follow each other -> after how many a season may repeat, and the one that does."""

from __future__ import annotations

from collections.abc import Sequence

from rnnkit.baselines.season import Season, find_season, measure_season
from rnnkit.data.card import SeasonCard
from rnnkit.data.series.dates import DAY, Frequency
from rnnkit.data.series.section import SeriesData
from rnnkit.data.series.store import Series

MOST = 2_000  # rows in a season


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
        measured: whether it is measured how clear a stated season is, which takes seconds.
    """
    if data.season is not None and not measured:
        return _card(data.season, None, stated=True)
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
