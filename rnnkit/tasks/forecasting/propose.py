"""A table whose rows follow each other in time -> a config that forecasts one of its columns."""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rnnkit.config.draft import Key
from rnnkit.data.look.columns import Column
from rnnkit.data.look.source import Look
from rnnkit.data.look.table import TableLook, look_through
from rnnkit.data.series.dates import time_text
from rnnkit.data.series.frequency import infer_frequency
from rnnkit.data.series.names import month_of
from rnnkit.data.tables.engine import identifier
from rnnkit.errors import DataError
from rnnkit.tasks.forecasting.propose_cut import cut, missing
from rnnkit.tasks.forecasting.propose_panel import FEWEST, look_at_panel, of_many, of_wide, untold
from rnnkit.tasks.forecasting.rhythm import NO_RHYTHM, Rhythm, rhythm_of
from rnnkit.tasks.proposing import Proposal, adam, early_stopping
from rnnkit.words import counted, named

_TARGET = re.compile(
    r"(.*[^a-z])?(target|y|value|close|price|sales|cnt|count|total|demand|load|wert|preis|umsatz|"
    r"remaining|rul)([^a-z].*)?", re.I,
)  # fmt: skip
_AUTOCORRELATED = 0.5  # from which on rows without times are taken for a series
_FEW_COLUMNS = 12
_KNOWN = "known: all of these columns are known when a forecast is made"
_AHEAD = "horizon: one row ahead, or what --horizon says"
_FEWEST = 10  # rows
_TRUE_OR_FALSE = 2
_MOST_KEYS = 8  # columns that may tell series apart together
_EVEN, _TICKS = 0.05, 0.7  # of a step; of the steps


def propose(look: Look) -> Proposal | None:
    """See `rnnkit.tasks.contract.Task.propose`."""
    if not isinstance(look, TableLook) or look.rows < _FEWEST:
        return None
    if (wide := of_wide(look)) is not None:
        return wide
    if look.asked.target is None and (by_month := _by_month(look)) is not None:
        return _through(by_month, "a row a month, which were columns")
    wanted = look.asked.task == "forecasting"
    times = _time_columns(look)
    series, lacking = _series(look, times)
    target, why = _target(look, [*times, series])
    if lacking and (together := _together(look, times)) is not None:
        return _through(together, "these columns together tell the series apart")
    if target is None or (lacking and not wanted and _names(look)):
        return None
    if lacking:
        raise _repeated(look, times)
    values = look.numbers(target)
    if not times and not wanted and not _follows(look, values):
        return None
    data = [*_times(look, times), Key("target", target, why)]
    rhythm, ahead = NO_RHYTHM, 0
    if series is not None and len(look.values_of(series)) >= FEWEST:
        beside = _beside(look, [target, series, *times])
        panel = look_at_panel(look, series, target, times, beside if times else [])
        data.append(Key("series", series, f"{len(panel.rows):,} of them"))
        data += _known_keys(panel.known, panel.ahead, target)
        fit = max(_fit(look, times), 0.8 if times else 0)  # a time in each series tells a lot
        made = of_many(panel, [*data, *missing(values[~panel.future], rhythm)], fit=fit)
        unread = [name for name in beside if name not in panel.known]
        return dataclasses.replace(made, doubts=[*made.doubts, *_said_of(panel.known, unread)])
    if series is not None:
        data.append(Key("series", series, f"{look.columns[series].distinct:,} of them"))
    elif times:
        order, rhythm = _in_time(look, times)
        values = values[order]
    beside, known = _beside(look, [target, series, *times]), list[str]()
    if times and series is None and (known := _known(look, beside, values, order)):
        ahead = untold(values)
        values = values[:-ahead]
        data += _known_keys(known, ahead, target)
    others = [c.name for c in _measured(look) if c.name in beside and c.name not in known]
    unread = [name for name in beside if name not in (*known, *others)]
    doubt = f"target: {why}; there are also {named(others, 6)}"
    return Proposal(
        fit=_fit(look, times),
        why="its rows follow each other in time" + ("" if times else ", as far as numbers tell"),
        data=[*data, *cut(look, values, rhythm, one=series is None, ahead=ahead)],
        layers=_layers(look.rows),
        training=_training(look.rows),
        doubts=[
            *([doubt] if others else []),
            *([] if ahead or look.asked.horizon else [_AHEAD]),
            *_said_of(known, unread),
        ],
    )


def _time_columns(look: TableLook) -> list[str]:
    """What tells the times of all rows; or else of those of each series; perhaps nothing."""
    if look.times:
        return look.times[0]
    step = look.sequences and look.sequences[1]
    return [step] if step else []


def _names(look: TableLook) -> bool:
    """Whether it has texts, more than yes and no: then rows may be something else than a series."""
    return any(c.distinct > _TRUE_OR_FALSE for c in look.of_kind("text"))


def _through(look: TableLook, why: str) -> Proposal | None:
    """What is proposed for the rows that a query gives."""
    made = propose(look)
    return made and dataclasses.replace(made, data=[Key("query", look.query, why), *made.data])


def _by_month(look: TableLook) -> TableLook | None:
    """A row a month of a table with a year in each row and a column a month; None of others."""
    months = [c.name for c in look.of_kind("number") if month_of(c.name)]
    first = next(iter(look.columns.values()))
    counts = first.whole and first.distinct == first.rows
    if len({*map(month_of, months)}) != 12 or len(months) != 12 or not counts:
        return None
    query = (
        f"SELECT concat_ws('-', {identifier(first.name)}::INT, month) AS month, value FROM "
        f"(UNPIVOT source ON {', '.join(map(identifier, months))} INTO NAME month VALUE value)"
    )
    return dataclasses.replace(look_through(look, query), asked=look.asked)


def _together(look: TableLook, times: Sequence[str]) -> TableLook | None:
    """The rows with a column `series` of the few columns that tell their series apart together."""
    keys = [c for c in look.of_kind("text", "number") if 1 < c.distinct <= look.rows // 5]
    keys = [c for c in keys if (c.whole or not c.is_number) and c.values == c.rows]
    names = [c.name for c in keys if c.name not in times][:_MOST_KEYS]
    for some in itertools.chain.from_iterable(itertools.combinations(names, n) for n in (2, 3)):
        if look.query is None and look.is_unique([*times, *some]):
            fields = ", ".join(map(identifier, some))
            query = f"SELECT *, concat_ws('/', {fields}) AS series FROM source"
            found = look_through(look, query)
            if found.columns["series"].distinct > look.rows // 5:
                continue  # rows that are all different, not series
            return dataclasses.replace(found, asked=dataclasses.replace(look.asked, id="series"))
    return None


def _repeated(look: TableLook, times: Sequence[str]) -> DataError:
    """Which of several series a row belongs to nothing tells."""
    reading, _ = look.read_times(times)
    order = np.argsort(reading.instants, kind="stable")
    same = int(np.argmin(np.diff(reading.instants[order].astype(np.int64))))
    rows = ", ".join(look.table.place(int(row), brief=True) for row in order[same : same + 2])
    way_out = (
        "name the column that tells their series apart (--id), or other columns for the time "
        "(--time); sum up what belongs to one time with data.query; the hour that a clock has "
        "twice needs its offset from UTC"
    )
    return DataError(
        f"{look.table.where}: several rows have the same time in {named(times)}, as "
        f"{time_text(reading.times[order[same]])} ({rows}): {way_out}"
    )


def _in_time(look: TableLook, times: Sequence[str]) -> tuple[NDArray[np.intp], Rhythm]:
    """The order of the rows by time, (n,), and how they follow each other then."""
    reading, _ = look.read_times(times)
    order = np.argsort(reading.instants, kind="stable")
    frequency = infer_frequency([reading.times[order]], [reading.instants[order]])
    return order, rhythm_of(frequency)


def _fit(look: TableLook, times: Sequence[str]) -> float:
    """Dates say more than numbers do, and these more than an order; a horizon says it."""
    if look.asked.horizon is not None:
        return 0.95
    if not times:
        return 0.4
    return 0.8 if len(times) > 1 or look.has_dates() else 0.6


def _series(look: TableLook, times: Sequence[str]) -> tuple[str | None, bool]:
    """The column that tells series apart, and whether one is lacking."""
    if look.asked.id is not None:
        return look.asked.id, False
    if times and look.is_unique(times):
        return None, False
    keys = [
        c
        for c in look.of_kind("text", "number")
        if c.name not in times and 1 < c.distinct <= look.rows // 5 and (c.whole or not c.is_number)
    ]
    keys.sort(key=lambda c: c.runs)  # the rows of a series stand together more often than not
    if times:
        telling = (c.name for c in keys if look.is_unique([*times, c.name]))
        return (name, False) if (name := next(telling, None)) else (None, True)
    return None, False


def _target(look: TableLook, taken: Sequence[str | None]) -> tuple[str | None, str]:
    """The column to forecast, and why it."""
    if look.asked.target is not None:
        return look.asked.target, "as asked for"
    numbers = [c for c in _measured(look) if c.name not in taken]
    if not numbers:
        return None, ""
    if len(numbers) == 1:
        return numbers[0].name, "the only column of numbers that are no codes"
    for column in numbers:
        if _TARGET.fullmatch(column.name) and not look.is_axis(column.name):
            return column.name, f"by its name, of {len(numbers)} columns of numbers"
    return numbers[0].name, f"the first of {len(numbers)} columns of numbers"


def _measured(look: TableLook) -> list[Column]:
    """Numbers that vary, and are neither an index nor names nor a few codes."""
    found = [c for c in look.of_kind("number") if c.distinct > 1 and not c.counts]
    found = [c for c in found if not c.is_named_as_id]
    found = [c for c in found if not _ticks(look, c)] or found
    return [c for c in found if c.distinct > 12 or not c.whole] or found


def _beside(look: TableLook, taken: Sequence[str | None]) -> list[str]:
    """Numbers that vary, codes among them, and are not taken."""
    found = look.of_kind("number")
    return [c.name for c in found if c.distinct > 1 and not c.counts and c.name not in taken]


def _ticks(look: TableLook, column: Column) -> bool:
    """Whether it grows by the same from most rows to the next, as a clock or a number does."""
    if not (column.ascends and column.distinct == column.rows > 2):
        return False
    steps = np.diff(look.numbers(column.name))
    usual = np.median(steps)
    return bool((np.abs(steps - usual) <= _EVEN * usual).mean() > _TICKS)


def _follows(look: TableLook, values: NDArray[np.float64]) -> bool:
    """Whether rows without times are a series: few columns, all numbers, each like the last."""
    only_numbers = len(look.of_kind("number")) == len(look.names) <= _FEW_COLUMNS
    return only_numbers and _autocorrelation(values, 1) > _AUTOCORRELATED


def _times(look: TableLook, times: Sequence[str]) -> list[Key]:
    if not times:
        return []
    value: object = times[0] if len(times) == 1 else list(times)
    if look.asked.time is not None:
        return [Key("time", value, "as asked for"), *_format(look, times, "as asked for")]
    kinds = {"time": "dates", "number": "numbers that grow with the rows"}
    kind = look.columns[times[0]].kind
    if not look.times:
        return [Key("time", times[0], "grows from row to row of each series")]
    only = "the only column with" if len(look.times) == 1 else "the first column with"
    reading, notes = look.read_times(times)
    said = f"{only} {kinds[kind]}"
    if len(times) > 1:
        said += ", and what tells it more closely"
    if "%d" in reading.form and "%m" in reading.form and "%Y-%m" not in reading.form:
        said += f", read as {reading.form}: no other order of day and month fits all rows"
    return [Key("time", value, said), *_format(look, times, "; ".join(notes))]


def _format(look: TableLook, times: Sequence[str], why: str) -> list[Key]:
    form = look.time_format(times)
    return [] if form is None else [Key("time_format", form, why)]


def _known(
    look: TableLook, others: Sequence[str], values: NDArray[np.float64], order: NDArray[np.intp]
) -> list[str]:
    """Columns that have values in all rows after the last of the target; none where it has one."""
    if not 0 < (ahead := untold(values)) < len(values):
        return []
    return [name for name in others if np.isfinite(look.numbers(name)[order[-ahead:]]).all()]


def _known_keys(known: Sequence[str], ahead: int, target: str) -> list[Key]:
    why = f"{counted(ahead, 'row')} at the end without {target}: the future, for predict"
    return [Key("known", list(known), why)] if known else []


def _said_of(known: Sequence[str], unread: Sequence[str]) -> list[str]:
    """The doubts about columns beside the target."""
    said = [_KNOWN] if known else []
    if unread:
        said.append(
            f"known: {named(unread, 6)} {'is' if len(unread) == 1 else 'are'} not read: name here "
            "what is known of the rows to forecast, other columns under features"
        )
    return said


def _autocorrelation(values: NDArray[np.float64], lag: int) -> float:
    """Of values that are there, (n,)."""
    values = values[np.isfinite(values)]
    if len(values) <= lag + 2 or values.std() == 0:
        return 0.0
    centred = values - values.mean()
    return float((centred[lag:] * centred[:-lag]).mean() / centred.var())


def _layers(rows: int) -> list[Key]:
    units = 16 if rows < 3_000 else 32 if rows < 30_000 else 64
    return [
        Key("gru", {"units": units}, f"small: {rows:,} rows are soon known by heart"),
        Key("dense", None, "as many outputs as are forecast"),
    ]


def _training(rows: int) -> list[Key]:
    few = rows < 3_000
    return [
        Key("epochs", 100 if few else 40, "at most"),
        Key("batch_size", 32 if few else 128),
        adam(5e-3 if few else 3e-3),
        early_stopping(15 if few else 6),
    ]
