"""The end of the data, or new rows -> the windows whose forecasts lie beyond it."""

from __future__ import annotations

import dataclasses

import numpy as np

from rnnkit.data.series.dates import time_text
from rnnkit.data.series.fitting import cold_note, with_new
from rnnkit.data.series.known import known_ahead
from rnnkit.data.series.part import WindowPart
from rnnkit.data.series.preprocessing import SeriesPreprocessing, Tail
from rnnkit.data.series.quantities import Values
from rnnkit.data.series.rows import Rows, SeriesRows
from rnnkit.data.series.section import SeriesData
from rnnkit.data.series.sources import with_defaults
from rnnkit.data.series.static import static_notes
from rnnkit.data.series.store import Series, Store
from rnnkit.data.series.windows import rows_needed
from rnnkit.errors import DataError
from rnnkit.tasks.forecasting.dataset import series_of
from rnnkit.words import counted

MAX_GAP = 5  # rows that may be missing between the run's data and new ones: holidays, no more


def future_part(
    data: SeriesData,
    kept: SeriesPreprocessing,
    *,
    steps: int,
    new: Rows | None = None,
    ahead: Rows | None = None,
) -> WindowPart:
    """One window a series, (S,), with the last row as its origin and `steps` rows ahead.

    Its `actual` is NaN, its `times` go on at the series' own frequency, and `store.series` holds
    the rows that are known and, with NaN, those to come, with what is known of them: of as many
    as the model reads, if these are more than `steps`. Where it gives fewer steps at once, see
    WindowPart.fed_back.

    Args:
        data: the run's.
        kept: what was learnt from its data; the last rows are in it.
        steps: rows to forecast.
        new: rows with the run's columns. A long series stands for itself; before one with fewer
            rows than a window needs, the rows that the run kept are put.
        ahead: what is known of the rows to forecast, where the run's `known` asks for it.

    Raises:
        DataError: the new rows do not fit the run, or do not go on where its data ended; more
            steps than the model gives at once, with features that nobody forecasts; or what is to
            be known ahead is not there.
    """
    data = with_defaults(data, kept.features)
    if data.most_steps is not None and steps > data.most_steps:
        why = "reads all of these rows before it answers"
        if data.features:
            why = f"nobody forecasts its features ({', '.join(data.features)})"
        raise DataError(
            f"{counted(steps, 'step')} ahead, but the model gives {data.outputs} at once and "
            f"{why}: ask for at most {data.outputs}, or train with a longer data.horizon"
        )
    rows = _kept_rows(data, kept)
    if new is not None:
        rows = _continued(rows, new, data, kept)
    known = [series_of(one, data, rows) for one in rows.series]
    scale, cold = with_new(kept.scale, known, data, whole=True)
    rows_ahead = max(steps, data.ahead)
    series = tuple(_extended(one, data, kept, rows_ahead, ahead) for one in known)
    return WindowPart(
        store=Store(series, data, scale, kept.beside),
        series=np.arange(len(series), dtype=np.intp),
        origins=np.array([len(one) - rows_ahead - 1 for one in series], np.intp),
        horizon=steps,
        outputs=data.outputs,
        notes=(
            *((cold_note(cold, len(series), whole=True),) if cold else ()),
            *static_notes([one.static for one in series], kept.beside),
        ),
    )


def _kept_rows(data: SeriesData, kept: SeriesPreprocessing) -> Rows:
    """The end of every series, as the run's data had it."""
    needed = rows_needed(data)
    return Rows(
        source=data.named,
        sha256="",
        series=tuple(_rows_of(tail, kept) for tail in kept.tails if len(tail.times) == needed),
        time_format=kept.time_format,
        frequency=kept.frequency,
        static={tail.name: tail.static for tail in kept.tails},
    )


def _rows_of(tail: Tail, kept: SeriesPreprocessing) -> SeriesRows:
    times = np.array(tail.times, np.int64)
    return SeriesRows.as_read(
        tail.name,
        times.view("datetime64[ns]") if kept.dates else times,
        np.array(tail.values),
        np.arange(len(times)),
    )


def _continued(old: Rows, new: Rows, data: SeriesData, kept: SeriesPreprocessing) -> Rows:
    """The new rows of each series, behind old ones where they are too few."""
    ends = {one.name: one for one in old.series}
    joined = [
        one.in_ram(rows_needed(data))
        if len(one) >= rows_needed(data)
        else _joined(ends.get(one.name), one.in_ram(len(one)), new, data, kept)
        for one in new.series
    ]
    return dataclasses.replace(new, series=tuple(joined))


def _joined(
    old: SeriesRows | None,
    new: SeriesRows,
    rows: Rows,
    data: SeriesData,
    kept: SeriesPreprocessing,
) -> SeriesRows:
    needed = rows_needed(data)
    short = (
        f"{rows.place(new, 0)}: {counted(len(new), 'row')}"
        f"{'' if data.series is None else f' of {new.name!r}'}, but a window needs {needed}"
    )
    if old is None:
        raise DataError(f"{short}, and the run knows none before them: give more rows")
    times = new.times
    if not data.times:  # without times, new rows are those that come next
        times = kept.frequency.after(old.times[-1], len(new))
    before = old.take(old.times < times[0])
    if times[-1] <= old.times[-1] or len(before) + len(new) < needed:
        raise DataError(
            f"{short}, and they do not go on after the run's data, which end at "
            f"{time_text(old.times[-1])}: give more rows, or later ones"
        )
    missing = int(kept.frequency.rows_between(np.array([before.times[-1], times[0]]))[0])
    if missing > MAX_GAP:
        raise DataError(
            f"{short}, and between the run's data, which end at {time_text(old.times[-1])}, and "
            f"{time_text(times[0])} {counted(missing, 'row')} are missing: give them too"
        )
    return SeriesRows(
        name=new.name,
        times=np.concatenate([before.times, times]),
        values=np.concatenate([before.values, new.values]),
        numbers=np.concatenate([before.numbers, new.numbers]),
        filled=np.concatenate([before.filled, new.filled]),
    )


def _extended(
    series: Series, data: SeriesData, kept: SeriesPreprocessing, count: int, ahead: Rows | None
) -> Series:
    """The series with `count` rows to come, of which no more is there than what is known."""
    times = kept.frequency.after(series.times[-1], count)

    def longer(there: Values) -> Values:
        return np.pad(there, ((0, count), (0, 0)), constant_values=np.nan)

    features = longer(series.features)
    features[len(series) :, len(data.features) :] = known_ahead(ahead, series.name, times, data)
    return dataclasses.replace(
        series,
        times=np.concatenate([series.times, times]),
        targets=longer(series.targets),
        features=features,
        filled=np.pad(series.filled, ((0, count), (0, 0))),
        filled_features=np.pad(series.filled_features, ((0, count), (0, 0))),
    )
