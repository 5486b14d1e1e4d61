"""Whether a dataset's parts know of the future: the pipeline, tried with another future."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.series.dataset import SeriesDataset
from rnnkit.data.series.dates import time_text
from rnnkit.data.series.fitting import fit, own_rows
from rnnkit.data.series.quantities import Values, rows_lost
from rnnkit.data.series.scaling import AnyScale
from rnnkit.data.series.section import SeriesData
from rnnkit.data.series.store import Positions, Series, columns_of, rows_before
from rnnkit.errors import DataError
from rnnkit.words import counted

SAMPLED = 3  # windows of each held-back part whose future is changed, one at a time


def border(dataset: SeriesDataset) -> Iterator[str]:
    """Change all rows from where a part ends, and rebuild."""
    data = dataset.data
    for part, name, ends in (
        ("train", "training", [_known_to(s, s.train_end, data) for s in dataset.series]),
        (
            "validation",
            "validation",
            [_known_to(s, s.validation_end, data) for s in dataset.series],
        ),
    ):
        if part not in dataset.parts or ends == [len(s) for s in dataset.series]:
            continue
        changed = _with_other_future(dataset, ends)
        if changed is None:
            continue
        if changed.preprocessing.scale != dataset.preprocessing.scale:
            yield f"the scale of all inputs moves when rows after the {name} part change"
        old, new = _columns_before(dataset, ends), _columns_before(changed, ends)
        moved = ~np.isclose(old, new, equal_nan=True, rtol=1e-9, atol=0).all(axis=1)
        if moved.any():
            times = np.concatenate(
                [s.times[:end] for s, end in zip(dataset.series, ends, strict=True)]
            )
            yield (
                f"{counted(int(moved.sum()), 'row')} up to the end of the {name} part, the first "
                f"at {time_text(times[int(np.argmax(moved))])}, change when later rows do: an "
                "input or a target was computed with the future in it"
            )


def origin(dataset: SeriesDataset) -> Iterator[str]:
    """Change all rows after the origin of a window, but those that train, and rebuild."""
    data = dataset.data
    for name, part in dataset.parts.items():
        if name == "train":
            continue  # later training rows move the scale, and may
        for window in np.unique(np.linspace(0, len(part) - 1, SAMPLED).astype(np.intp)):
            one = dataset.series[part.series[window]]
            now = one.times[part.origins[window]]
            known = [  # training rows are known, whether or not another series is as far
                max(_known_to(s, s.train_end, data), np.searchsorted(s.times, now, side="right"))
                for s in dataset.series
            ]
            changed = _with_other_future(dataset, known, told=True)
            pick = np.array([window])
            if changed is not None and not np.allclose(
                part.x(pick), changed.parts[name].x(pick), rtol=1e-5, atol=1e-6
            ):
                yield (
                    f"the {name} window that forecasts {time_text(part.times[window, 0])} reads "
                    f"rows after {time_text(now)}, which nobody could know then"
                )
                break


def overlap(dataset: SeriesDataset) -> Iterator[str]:
    """No row is forecast in two parts, and the parts follow each other in time."""
    forecast = {name: part.forecast_rows for name, part in dataset.parts.items()}
    names = list(forecast)
    for index, later in enumerate(names):
        for earlier in names[:index]:
            both = np.intersect1d(forecast[earlier], forecast[later], assume_unique=True)
            times = dataset.parts[later].store.times
            if len(both):
                yield (
                    f"{counted(len(both), 'row')} that {later} forecasts, the first at "
                    f"{time_text(times[both[0]])}, are forecast in {earlier} too: the windows of "
                    "the two parts overlap"
                )
            elif not _in_order(dataset, forecast[earlier], forecast[later]):
                yield f"{later} begins before {earlier} has ended: the parts are not in order"


def _in_order(dataset: SeriesDataset, earlier: Positions, later: Positions) -> bool:
    """Whether all rows lie in time before all others; or where borders are each series' own, so."""
    store = dataset.train.store
    if not dataset.data.split.of_each:
        return bool(store.times[earlier].max() < store.times[later].min())
    rows = np.sort(np.concatenate([earlier, later]))  # of series end to end
    was_later = np.isin(rows, later)
    same = np.diff(np.searchsorted(store.starts, rows, side="right")) == 0
    return not bool((was_later[:-1] & ~was_later[1:] & same).any())


def scale(dataset: SeriesDataset) -> Iterator[str]:
    """Fit the scale again, on the rows alone that it may know."""
    fitted, data = dataset.preprocessing.scale, dataset.data
    if fitted is None or _same_scale(fitted, fit(dataset.series, data)):
        return
    whole = [dataclasses.replace(one, train_end=len(one)) for one in dataset.series]
    on = "all rows" if _same_scale(fitted, fit(whole, data)) else "other rows"
    yield (
        f"the {fitted.name} scale was fitted on {on} instead of the training part's: the "
        "inputs know the level and the spread of what is to be forecast"
    )


def _known_to(series: Series, end: int, data: SeriesData) -> int:
    """The rows that may be known at a part's end: of a short series, by its scale, its history."""
    return end if data.scaled_by == "all" else max(end, own_rows(series, data))


def _with_other_future(
    dataset: SeriesDataset, known: Sequence[int], *, told: bool = False
) -> SeriesDataset | None:
    """The dataset built anew, with other values after the first `known` rows of each series.

    Where it is told what the columns of data.known will be, these stay as they are. None where the
    data must be what none of the other futures leaves them: to have a logarithm.
    """
    lost = rows_lost(dataset.data.quantity)
    ends = {s.name: end + lost for s, end in zip(dataset.series, known, strict=True)}
    stays = len(dataset.data.known) if told else 0
    for change in (_multiplied, _steeper, _doubled):
        series = tuple(
            dataclasses.replace(one, values=_but(change, one.values, ends.get(one.name), stays))
            for one in dataset.rows.series
        )
        with contextlib.suppress(DataError):
            return dataset.rebuild(dataclasses.replace(dataset.rows, series=series))
    return None


def _but(
    change: Callable[[Values, int], Values], values: Values, known: int | None, stays: int
) -> Values:
    """Other values from row `known` on, but for the last columns."""
    other = change(values, len(values) if known is None else known)
    first = values.shape[1] - stays
    return np.concatenate([other[:, :first], values[:, first:]], axis=1)


def _multiplied(values: Values, known: int) -> Values:
    """Each value from row `known` on times a number of its own; the signs stay."""
    rng = np.random.default_rng(0)
    future = values[known:]
    future = future * rng.uniform(1.5, 2.5, future.shape)
    future += np.where(future == 0, rng.uniform(1, 2, future.shape), 0)
    return np.concatenate([values[:known], future])


def _steeper(values: Values, known: int) -> Values:
    """Every change from row `known` on made larger by half; the signs of changes stay."""
    last = values[known - 1]
    return np.concatenate([values[:known], last + 1.5 * (values[known:] - last)])


def _doubled(values: Values, known: int) -> Values:
    """Each value from row `known` on twice or three times itself: counts stay counts."""
    future = values[known:]
    times = np.random.default_rng(0).integers(2, 4, future.shape)
    return np.concatenate([values[:known], np.where(future == 0, 1, future * times)])


def _columns_before(dataset: SeriesDataset, ends: list[int]) -> NDArray[np.float64]:
    """What the model reads and forecasts of the first rows of each series, before it is scaled."""
    return columns_of(dataset.series, dataset.data)[rows_before(dataset.series, ends)]


def _same_scale(one: AnyScale, other: AnyScale | None) -> bool:
    if other is None:
        return False
    pairs = ((one.offset, other.offset), (one.divisor, other.divisor))
    return all(np.allclose(a, b, rtol=1e-9, atol=1e-12) for a, b in pairs)
