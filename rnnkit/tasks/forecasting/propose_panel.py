"""Many series in one table, long or wide -> a config in which one model forecasts them all."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rnnkit.baselines.season import find_season
from rnnkit.config.draft import Key
from rnnkit.data.look.columns import Column
from rnnkit.data.look.table import TableLook, look_through
from rnnkit.data.series.cards import possible_seasons
from rnnkit.data.series.dates import Frequency
from rnnkit.data.series.frequency import infer_frequency
from rnnkit.tasks.forecasting.rhythm import rhythm_of
from rnnkit.tasks.proposing import Proposal, adam, early_stopping
from rnnkit.words import counted

FEWEST = 10  # series, from which on they are more than columns of one another
_USUAL = (24, 168, 7, 12, 52, 4)  # seasons of rows whose times are numbers
_CYCLES = 14  # seasons that a model sees at most: two weeks of hours
_KNOWN_CYCLES = 4  # where each row is a step
_ALIKE = 0.75  # of the clearest season's autocorrelation
_WINDOWS = 40_000  # of an epoch
_STEPS = 12  # in a wide table, columns that count on
_COUNTED = re.compile(r"(.*?)(\d+)")


@dataclasses.dataclass(frozen=True, eq=False)
class Panel:
    """The series of a table at first sight.

    Args:
        rows: (S,) of each.
        season: rows until it repeats; None: nothing does.
        horizon: rows to forecast.
        asked: whether the user said how many.
        known: columns that have values in all rows after the last of the target in a series.
        ahead: so many rows at least, of each series; 0 where nothing is known of them.
        future: (n,) whether a row is one of them.
        calendar: what of it the model sees, where the rows to forecast are steps.
    """

    rows: NDArray[np.intp]
    season: int | None
    horizon: int
    asked: bool
    known: Sequence[str]
    ahead: int
    future: NDArray[np.bool_]
    calendar: Sequence[str]

    @property
    def lookback(self) -> int:
        """Rows that the model sees: whole seasons, and room for windows in most series."""
        room = int(0.6 * (int(np.quantile(self.rows, 0.25)) - 3 * self.horizon))
        if self.season is None:
            return max(1, min(room, 4 * self.horizon, 64))
        return self.season * max(
            1, min(_KNOWN_CYCLES if self.known else _CYCLES, room // self.season)
        )

    @property
    def folded(self) -> bool:
        """Whether a season becomes a step of the recurrent layer."""
        if self.known or self.season is None:  # the rows to forecast are steps of their own
            return False
        return self.season > 2 and self.lookback >= 2 * self.season


def look_at_panel(
    look: TableLook, series: str, target: str, times: Sequence[str], beside: Sequence[str] = ()
) -> Panel:
    """Look at the series that a column tells apart, and which of the columns beside are known."""
    codes = look.table.codes(series)[0]
    order, frequency = np.argsort(codes, kind="stable"), None
    if times:
        reading, _ = look.read_times(times)
        order = np.lexsort((reading.instants, codes))
        first = order[: np.count_nonzero(codes == codes[order[0]])]
        frequency = infer_frequency([reading.times[first]], [reading.instants[first]])
    values = look.numbers(target)[order]
    lengths = np.bincount(codes)
    lengths = lengths[lengths > 0]
    every = np.split(values, np.cumsum(lengths)[:-1])
    last = [untold(row) for row in every]
    future = np.zeros(len(values), bool)
    future[order] = np.concatenate(
        [np.arange(len(r))[::-1] < n for r, n in zip(every, last, strict=True)]
    )
    known = [one for one in beside if min(last) and np.isfinite(look.numbers(one)[future]).all()]
    ahead = min(last) if known else 0
    if not known:
        future[:] = False
    season = _season([row[np.isfinite(row)] for row in every], _candidates(frequency))
    horizon = look.asked.horizon or ahead or season or 1
    asked = look.asked.horizon is not None
    calendar = rhythm_of(frequency).calendar if known and season and frequency else ()
    return Panel(lengths, season, horizon, asked, known, ahead, future, calendar)


def untold(values: NDArray[np.float64]) -> int:
    """How many values lack at the end."""
    there = np.flatnonzero(np.isfinite(values))
    return len(values) - 1 - int(there[-1]) if len(there) else len(values)


def _season(rows: Sequence[NDArray[np.float64]], candidates: Sequence[int]) -> int | None:
    """The shortest clear season that is about as clear as the clearest: a day before a week."""
    found = [one for m in sorted(candidates) if (one := find_season(rows, [m])) is not None]
    clear = max((one.autocorrelation for one in found), default=0.0)
    return next((one.rows for one in found if one.autocorrelation >= _ALIKE * clear), None)


def _candidates(frequency: Frequency | None) -> Sequence[int]:
    if frequency is None or frequency.unit == "number":
        return _USUAL
    return possible_seasons(frequency)


def of_many(panel: Panel, data: Sequence[Key], *, fit: float, why: str = "") -> Proposal:
    """One model of many series.

    Args:
        panel: what they are.
        data: where they stand: keys of `data:`.
        fit: how likely it is that this is meant.
        why: what speaks for it; empty: the rows follow each other in time.
    """
    season = []
    if panel.folded:
        size = {"filters": 64, "kernel_size": panel.season, "strides": panel.season}
        season = [Key("conv_1d", size, "a season becomes one step")]
    ahead = "a season" if panel.season else "one row"
    return Proposal(
        fit=fit,
        why=why or "its rows follow each other in time",
        data=[*data, *_cut(panel)],
        layers=[
            *season,
            Key("gru", {"units": 128}),
            Key("dense", None, "as many outputs as are forecast"),
        ],
        training=[
            Key("epochs", 15, "at most"),
            Key("batch_size", 256),
            adam(3e-3),
            Key("schedule", "cosine_decay", "the rate falls to 0 at the end"),
            Key("loss", "mean_absolute_error", "what MASE is a multiple of"),
            early_stopping(6),
        ],
        doubts=[]
        if panel.asked or panel.ahead
        else [f"horizon: {ahead} ahead, or what --horizon says"],
    )


def of_wide(look: TableLook) -> Proposal | None:
    """A table with a row a series and a column a step, as V1, V2, V3 ...: with a row a step.

    None where it is none. Steps without a value, as at the end of shorter series, are no rows.
    """
    counted = [c for c in look.columns.values() if c.is_number and _COUNTED.fullmatch(c.name)]
    names = [c for c in look.of_kind("text") if c.distinct == look.rows]
    if len(counted) < _STEPS or len(names) != 1 or len(look.columns) != len(counted) + 1:
        return None
    prefix, numbers = _numbered(counted)
    if prefix is None or counted[-1].values >= counted[0].values or look.rows < FEWEST:
        return None
    key = names[0].name.replace('"', '""')
    query = (
        f'SELECT "{key}" AS series, CAST(substr(step, {len(prefix) + 1}) AS INT) AS step, value '
        f'FROM (UNPIVOT source ON COLUMNS(* EXCLUDE "{key}") INTO NAME step VALUE value)'
    )
    long = look_through(look, query)
    data = [
        Key("query", query, "a row a step; steps without a value, after the end, are left out"),
        Key("time", "step", f"{look.rows:,} series of {numbers[0]} to {numbers[-1]}"),
        Key("target", "value"),
        Key("series", "series", "were rows"),
    ]
    panel = look_at_panel(long, "series", "value", ["step"])
    fit = 0.95 if panel.asked else 0.8
    return of_many(panel, data, fit=fit, why="a row is a series, of unequal lengths")


def _cut(panel: Panel) -> list[Key]:
    """How windows are cut: the last rows of each series are held back."""
    split = {part: {"last": panel.horizon} for part in ("validation", "test")}
    seasons = f"; {counted(panel.lookback // panel.season, 'season')}" if panel.season else ""
    keys = [
        Key("scale", {"by": "window"}, "each window by its own history: levels need not be alike"),
        Key("lookback", panel.lookback, f"rows that the model sees{seasons}"),
        Key("horizon", panel.horizon, "rows ahead"),
    ]
    if panel.season:
        keys.append(Key("season", panel.season, "rows until it repeats: MASE is measured by it"))
    if panel.calendar:
        keys.append(Key("calendar", list(panel.calendar), "the model sees it too"))
    each = max(1, _WINDOWS // len(panel.rows))
    windows = int(np.mean(np.maximum(panel.rows - panel.lookback - 3 * panel.horizon, 0)))
    if windows > each:
        why = f"of some {windows:,}, drawn anew for each epoch"
        keys.append(Key("windows_per_series", each, why))
    return [*keys, Key("split", split, "rows of each series")]


def _numbered(columns: Sequence[Column]) -> tuple[str | None, list[int]]:
    """The word that all names begin with, and the numbers that follow it, if these ascend."""
    parts = [found.groups() for c in columns if (found := _COUNTED.fullmatch(c.name))]
    numbers = [int(number) for _, number in parts]
    alike = len({prefix for prefix, _ in parts}) == 1 and sorted(set(numbers)) == numbers
    return (parts[0][0] if alike else None), numbers
