"""A walk through the part held back -> a network for every so many rows of it, and its forecasts.

Each is a run of its own in the run's folder, of the same config with later borders: it is trained
on all rows before its first forecast, and goes on where it was stopped.
"""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.series.dataset import SeriesDataset
from rnnkit.data.series.dates import time_text
from rnnkit.data.series.part import WindowPart
from rnnkit.data.series.preprocessing import SeriesPreprocessing
from rnnkit.data.series.section import Last, TimeSplit
from rnnkit.errors import Interrupted, RunError
from rnnkit.tasks.contract import TrainedRun
from rnnkit.tasks.forecasting.config import ForecastingConfig
from rnnkit.tasks.forecasting.evaluation import ForecastEvaluation
from rnnkit.tasks.forecasting.said import Said, ask
from rnnkit.tasks.own_data import Say
from rnnkit.words import counted, duration

ForecastRun = TrainedRun[
    ForecastingConfig, SeriesDataset, SeriesPreprocessing, WindowPart, ForecastEvaluation
]


@dataclasses.dataclass(frozen=True, eq=False)
class Block:
    """Windows of a walk that one network forecasts.

    Args:
        begins: when its first forecast is for.
        windows: which of the walk's, ascending.
        borders: `key.path=value` texts with which a config trains on all rows before it; none:
            the run's own borders.
    """

    begins: str
    windows: NDArray[np.intp]
    borders: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, eq=False)
class Answered:
    """What one network makes of the windows of its block."""

    block: Block
    trained_on: int  # windows; 0: nobody has the run's data
    said: Said
    loss: float  # of scaled values

    def __len__(self) -> int:
        """W."""
        return len(self.block.windows)


def answered_by(trained: ForecastRun, part: WindowPart) -> Answered:
    """What a run's own network makes of all windows."""
    block = Block(time_text(part.times[:, 0].min()), np.arange(len(part)))
    return _answered(trained, part, block, trained_on=0)


def joined(answered: Sequence[Answered]) -> Said:
    """All that was said, in the order of the windows."""
    order = np.argsort(np.concatenate([one.block.windows for one in answered]))
    first = answered[0].said

    def together(name: str) -> Any:
        if getattr(first, name) is None:
            return None
        return np.concatenate([getattr(one.said, name) for one in answered])[order]

    return Said(together("point"), first.levels, together("quantiles"), together("paths"))


def retrained(
    trained: ForecastRun, dataset: SeriesDataset, walk: WindowPart, *, every: int, say: Say
) -> list[Answered]:
    """Ask the run's own network for the first `every` rows of a walk, and then newly trained ones.

    Args:
        trained: the run.
        dataset: its own data.
        walk: windows from every row of the test part.
        every: rows from one training to the next.
        say: told how long it will take, and of each training.

    Raises:
        Interrupted: everything is saved; called again, it goes on.
        RunError: the borders of the config's parts cannot be moved, or a folder cannot be used.
    """
    blocks = list(blocks_of(dataset, walk, trained.config.data.split, every=every))
    count = sum(bool(block.borders) for block in blocks)
    say(_estimate(trained, dataset, count, every=every))
    folder, found, done = trained.run.walk_forward / f"every-{every}", [], 0
    for block in blocks:
        if not block.borders:
            found.append(_ask(trained, dataset, block, walk))
            continue
        done, began = done + 1, time.monotonic()
        which = f"training {done} of {count}"
        other = _train(trained, folder, block, which)
        found.append(_ask(other, other.own_data(lambda said: None), block, walk))
        say(
            f"{which}: on the rows before {block.begins}, {found[-1].trained_on:,} windows, "
            f"in {duration(time.monotonic() - began)}"
        )
    return found


def blocks_of(
    dataset: SeriesDataset, walk: WindowPart, split: TimeSplit, *, every: int
) -> Iterator[Block]:
    """Cut a walk every so many rows; of several series at times that they share.

    The validation part stays as long as it is, right before the test part.

    Raises:
        RunError: the last rows of each series are the test part, and only a share of each is
            the validation part's, or the other way round.
    """
    first = walk.times[:, 0]
    if split.of_each:
        numbers, borders = _by_rows(dataset, walk, split, every)
    else:
        starts, row = np.unique(first, return_inverse=True)
        numbers, borders = row // every, _by_time(dataset, starts[::every])
    for number in np.unique(numbers):
        windows = np.flatnonzero(numbers == number)
        yield Block(time_text(first[windows].min()), windows, borders[number] if number else ())


Borders = Sequence[tuple[str, ...]]


def _by_time(dataset: SeriesDataset, begins: NDArray[Any]) -> Borders:
    """Of the config, for a test part that begins at each of these times."""
    times = np.unique(np.concatenate([series.times for series in dataset.series]))
    train_end, test = (
        min(s.times[getattr(s, end)] for s in dataset.series if getattr(s, end) < len(s))
        for end in ("train_end", "validation_end")
    )
    length = int(np.searchsorted(times, test) - np.searchsorted(times, train_end))
    found = []
    for begin in begins:
        validation = times[np.searchsorted(times, begin) - length]
        borders = {"test": begin, "validation": validation if length else 0}
        found.append(tuple(f"data.split.{k}={json.dumps(_border(v))}" for k, v in borders.items()))
    return found


def _border(value: Any) -> str | int:
    return time_text(value) if isinstance(value, np.datetime64) else int(value)


def _by_rows(
    dataset: SeriesDataset, walk: WindowPart, split: TimeSplit, every: int
) -> tuple[NDArray[np.intp], Borders]:
    """The block of each window, (W,), and the borders of each block, counted in every series."""
    if not isinstance(split.test, Last):
        raise RunError(
            f"data.split.test (={split.test}) is a share of each series: to move it every {every} "
            "rows, train with data: {split: {test: {last: ROWS}}}"
        )
    begins = np.array([len(series) - split.test.last for series in dataset.series])  # < 0: short
    numbers = (walk.origins + 1 - begins[walk.series]) // every
    lasts = [split.test.last - block * every for block in range(int(numbers.max()) + 1)]
    return numbers, [(f"data.split.test.last={last}",) for last in lasts]


def _estimate(trained: ForecastRun, dataset: SeriesDataset, count: int, *, every: int) -> str:
    """What is going to be done, and how long that takes, by what the run itself took."""
    took, own = float(trained.run.read_metadata().get("seconds", 0.0)), len(dataset.train)
    seconds = sum(took * (own + every * number) / own for number in range(1, count + 1))
    return (
        f"every {counted(every, 'row')}: {counted(count, 'training')}, about {duration(seconds)} "
        f"in all, as the run itself took {duration(took)}; what is complete already is kept"
    )


def _train(trained: ForecastRun, folder: Path, block: Block, which: str) -> ForecastRun:
    if trained.again is None:
        raise RunError(f"{trained.run.path}: it is still being trained")
    where = folder / f"from-{block.begins.replace(':', '').replace(' ', '-')}"
    try:
        return cast(ForecastRun, trained.again(where, block.borders))
    except Interrupted as error:
        message = f"stopped in {which}; everything is saved, and the same command goes on"
        raise Interrupted(message, exit_code=error.exit_code) from None


def _ask(trained: ForecastRun, dataset: SeriesDataset, block: Block, walk: WindowPart) -> Answered:
    """A network's forecasts of a block, read from its own data as it is used to."""
    numbers = {series.name: number for number, series in enumerate(dataset.series)}
    names = [walk.store.series[number].name for number in walk.series[block.windows]]
    part = dataclasses.replace(
        dataset.train,
        series=np.array([numbers[name] for name in names]),
        origins=walk.origins[block.windows],
    )
    return _answered(trained, part, block, trained_on=len(dataset.train))


def _answered(trained: ForecastRun, part: WindowPart, block: Block, *, trained_on: int) -> Answered:
    return Answered(
        block=block,
        trained_on=trained_on,
        said=ask(trained.config, trained.inference, part),
        loss=trained.inference.means(part)["loss"],
    )
