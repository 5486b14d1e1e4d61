"""The `data:` section of a forecasting config -> windows in parts."""

from __future__ import annotations

import dataclasses
import functools

import numpy as np

from rnnkit.config.stack import InputFacts
from rnnkit.data.beside import Kept, facts_of
from rnnkit.data.cache import Place
from rnnkit.data.scaling import rounding_notes
from rnnkit.data.series.cards import season_of
from rnnkit.data.series.categories import Known, id_facts, learn, translated
from rnnkit.data.series.dataset import SeriesDataset
from rnnkit.data.series.fitting import fit
from rnnkit.data.series.preprocessing import SeriesPreprocessing, Tail
from rnnkit.data.series.quantities import apply_chain, check_bounds, rows_lost
from rnnkit.data.series.rows import Rows, SeriesRows, some_of, split_columns
from rnnkit.data.series.section import SeriesData
from rnnkit.data.series.sources import features_of, is_large_table, read_source, with_defaults
from rnnkit.data.series.splits import part_ends
from rnnkit.data.series.static import columns_with, fit_static, static_notes, texts_of
from rnnkit.data.series.store import Series, Store, columns_of
from rnnkit.data.series.windows import cut_windows, rows_needed, trains
from rnnkit.errors import DataError
from rnnkit.words import counted

NO_CATEGORIES: Known = {}
_AT_ONCE = 1 << 16  # rows


def load_dataset(
    data: SeriesData, place: Place | None = None, *, described: bool = True
) -> SeriesDataset:
    """Read, mend, split, transform and scale.

    Args:
        data: of the config.
        place: where values go that are too large for the RAM.
        described: as for `build_dataset`.

    Raises:
        DataError: the data are missing, damaged, or do not fit the section.
    """
    data = with_defaults(data)
    rows = read_source(data, place)
    return build_dataset(rows, with_defaults(data, rows.features), described=described)


def before_growth(
    data: SeriesData, kept: SeriesPreprocessing, place: Place | None = None
) -> tuple[SeriesDataset, str] | None:
    """A run's dataset out of the first rows of its series, and what has come after them.

    Borders stay where they were: they are counted in the rows that there were then.

    Args:
        data: the run's.
        kept: what was learnt from its data.
        place: where values go that are too large for the RAM.

    Returns:
        None where those rows are not there any more, or others stand between them.

    Raises:
        DataError: the data cannot be read as they were.
    """
    data = with_defaults(data, kept.features)
    data = columns_with(data, kept.beside)
    as_found = data.model_copy(update={"time_format": kept.time_format})
    now = read_source(as_found, place, texts_of(kept.beside))
    now = translated(now, kept.categories, data)
    series = {one.name if data.series else kept.tails[0].name: one for one in now.series}
    before = [
        series[tail.name].take(slice(tail.rows)) for tail in kept.tails if tail.name in series
    ]
    if [one.sha256 for one in before] != [tail.sha256 for tail in kept.tails]:
        return None
    if any(now.static.get(tail.name, {}) != tail.static for tail in kept.tails):
        return None
    rows = dataclasses.replace(now, series=tuple(before), frequency=kept.frequency)
    long_enough = tuple(one for one in now.series if len(one) >= rows_needed(data))
    grown = dataclasses.replace(now, series=long_enough)
    added = sum(map(len, now.series)) - sum(map(len, before))
    note = (
        f"{data.named} has changed since the training: the rows of then are still there, with "
        f"{counted(added, 'row')} after them. What was held back is what it was, and "
        "forecasts begin after the last row"
    )
    if short := len(now.series) - len(long_enough):
        note += f"; {short:,} of {len(now.series):,} series are too short to be forecast"
    note = "; ".join([note, *now.left_out])
    dataset = build_dataset(rows, data, categories=kept.categories, beside=kept.beside)
    return dataclasses.replace(dataset, grown=grown), note


def outline(data: SeriesData) -> InputFacts:
    """What a model must know of the data: how many columns it reads, and how many it forecasts.

    Of a large table only the header is read; else everything is, and refused where no window
    fits.

    Raises:
        DataError: the data are missing, damaged, or do not fit the section.
    """
    named = with_defaults(data)
    if is_large_table(named) and not (data.categorical or data.static):  # whose values it needs
        known = _facts(with_defaults(data, features_of(named)), {}, {})
    else:
        dataset = load_dataset(data, described=False)
        known = facts(data, dataset.preprocessing)
    return dataclasses.replace(known, validated=data.split.validation != 0)


def facts(data: SeriesData, kept: SeriesPreprocessing) -> InputFacts:
    """The input and output of the model of a section."""
    return _facts(with_defaults(data, kept.features), kept.categories, kept.beside)


def _facts(data: SeriesData, categories: Known, beside: Kept) -> InputFacts:
    steps = data.lookback + data.ahead
    return InputFacts(
        (steps, data.width),
        outputs=data.outputs * len(data.targets),
        beside={**id_facts(categories, steps), **facts_of(beside)},
        answered=data.ahead,
    )


def build_dataset(
    rows: Rows,
    data: SeriesData,
    *,
    described: bool = True,
    categories: Known = NO_CATEGORIES,
    beside: Kept | None = None,
) -> SeriesDataset:
    """Rows -> windows in parts; a pure function, which the leak audit calls with other rows.

    Args:
        rows: as they were read.
        data: how to cut them; its targets are named.
        described: whether it is said which rows these are, and which season they have.
        categories: those that have ids; where the rows have none yet, they are learnt.
        beside: how static columns are read; None: it is learnt.

    Raises:
        DataError: a logarithm that does not exist, a border outside the data, or no window fits.
    """
    lost = rows_lost(data.quantity)
    long_enough = [one for one in rows.series if len(one) > lost]
    if not long_enough:
        raise DataError(f"{rows.source}: no row is left after data.quantity: give more rows")
    ends = part_ends([one.times[lost:] for one in long_enough], data.split)
    if rows.categories:
        pairs = zip(long_enough, ends, strict=True)
        categories = learn(rows, {one.name: train + lost for one, (train, _) in pairs}, data)
        rows = translated(rows, categories, data)
        return build_dataset(rows, data, described=described, categories=categories, beside=beside)
    series = tuple(
        series_of(one, data, rows, train_end=train, validation_end=validation)
        for one, (train, validation) in zip(long_enough, ends, strict=True)
    )
    season = season_of(series, data, rows.frequency, measured=described)
    data = data.model_copy(update={"season": season.rows})
    read = {one.name: one for one in long_enough}
    scale = fit(series, data, lambda made, row: rows.place(read[made.name], row + lost))
    static = [one.static for one in series]
    if beside is None:
        beside = fit_static([s.static for s in series if trains(s, data)], data.scale_name)
    store = Store(series, data, scale, beside)
    train = cut_windows(store, [(0, s.train_end) for s in series], part="train", limit=data.limit)
    held_back = {
        "validation": [(s.train_end, s.validation_end) for s in series],
        "test": [(s.validation_end, len(s)) for s in series],
    }
    parts = {
        name: cut_windows(store, spans, part=name, limit=data.limit)
        for name, spans in held_back.items()
        if getattr(data.split, name) != 0
    }
    return SeriesDataset(
        source=rows.source,
        sha256=rows.sha256,
        series=series,
        train=train,
        validation=parts.get("validation"),
        test=parts.get("test"),
        preprocessing=SeriesPreprocessing(
            time_format=rows.time_format,
            frequency=rows.frequency,
            scale=scale,
            season=season.rows,
            categories=dict(categories),
            beside=dict(beside),
            features=tuple(data.features),
            tails=tuple(
                _tail(one, rows, rows_needed(data), hashed=described) for one in rows.series
            ),
        ),
        separation=_separation(data),
        notes=(*rows.notes, *static_notes(static, beside), *_rounding(series, data)),
        rows=rows,
        season=season,
        rebuild=functools.partial(
            build_dataset, data=data, described=False, categories=categories, beside=beside
        ),
    )


def _separation(data: SeriesData) -> str:
    each = " in each series" if data.split.of_each else ""
    return f"the parts follow each other in time{each}: what is forecast lies in one of them"


def series_of(
    one: SeriesRows,
    data: SeriesData,
    rows: Rows,
    *,
    train_end: int = 0,
    validation_end: int = 0,
) -> Series:
    """One series with the quantity that is forecast; the rows it has no value for are left out.

    Raises:
        DataError: the logarithm of a value that is not positive, or what the section rules out.
    """
    targets, lost = len(data.targets), rows_lost(data.quantity)
    values, features = split_columns(one.values, targets)
    filled, filled_features = split_columns(one.filled, targets)
    place = functools.partial(rows.place, one)
    quantity = apply_chain(values, data.quantity, place)
    check_bounds(quantity, data, place)
    for _ in range(lost):  # a difference to what was put in is of its kind
        filled = np.append(filled[:1], filled[1:] | filled[:-1], axis=0)
    return Series(
        name=one.name,
        times=one.times[lost:],
        targets=quantity[lost:],
        features=some_of(features, slice(lost, None)),
        filled=filled[lost:],
        filled_features=some_of(filled_features, slice(lost, None)),
        train_end=train_end,
        validation_end=validation_end,
        static=rows.static.get(one.name, {}),
    )


def _tail(one: SeriesRows, rows: Rows, count: int, *, hashed: bool) -> Tail:
    return Tail(
        name=one.name,
        rows=len(one),
        sha256=one.sha256 if hashed else "",
        times=tuple(one.times[-count:].astype(np.int64).tolist()),
        values=tuple(map(tuple, one.values[-count:].tolist())),
        static=dict(rows.static.get(one.name, {})),
    )


def _rounding(series: tuple[Series, ...], data: SeriesData) -> tuple[str, ...]:
    """Notes on columns that float32 takes the differences from."""
    if data.scale_name != "none":
        return ()
    columns = columns_of(series, data)
    pieces = (columns[start : start + _AT_ONCE] for start in range(0, len(columns), _AT_ONCE))
    return rounding_notes(pieces, [*data.targets, *data.others])
