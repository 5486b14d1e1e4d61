"""A trained forecaster -> rows that it can go on from, made up, at the times its data end with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from rnnkit.data.series.dates import time_text
from rnnkit.data.series.reading import EPOCHS, QUARTER, SAME_AS, WEEK
from rnnkit.data.series.sources import with_defaults
from rnnkit.tasks.served import Row, made_up

if TYPE_CHECKING:
    from rnnkit.tasks.forecasting.trained import TrainedForecaster


def sample_history(trained: TrainedForecaster) -> list[Row]:
    """As many rows of one series as a window needs, then those to come where they are `known`."""
    kept = trained.preprocessing
    data, tail = with_defaults(trained.config.data, kept.features), kept.tails[0]
    times = np.array(tail.times, np.int64)
    if kept.dates:
        times = times.view("datetime64[ns]")
    ahead = data.horizon if data.known else 0
    times = np.concatenate([times, kept.frequency.after(times[-1], ahead)])
    rows = made_up(trained.run, (*data.targets, *data.others), rows=len(times))
    for row in rows[len(tail.times) :]:
        row |= dict.fromkeys((*data.targets, *data.features))
    named = tail.static | ({data.series: tail.name} if data.series else {})
    written = (_written(time, kept.time_format, len(data.times)) for time in times)
    return [
        named | dict(zip(data.times, cells, strict=True)) | row
        for cells, row in zip(written, rows, strict=True)
    ]


def _written(time: np.int64 | np.datetime64, form: str | None, columns: int) -> Sequence[str | int]:
    """A time as the run's data write theirs, in no column, one, or date and clock."""
    if not isinstance(time, np.datetime64):
        return [int(time)][:columns]
    if form in EPOCHS:
        return [int(time.astype(np.int64)) // EPOCHS[form]][:columns]
    moment = time.astype("datetime64[us]").item()
    form = SAME_AS.get(form or "", form)
    text = time_text(time)
    if form == QUARTER:
        year, quarter = moment.year, (moment.month + 2) // 3
        return [year, quarter] if columns == 2 else [f"{year}Q{quarter}"]
    if form == WEEK:
        text = f"{time.astype('datetime64[D]').item():%G-W%V-%u}"
    elif form is not None and "%" in form:
        text = moment.strftime(form)
    if columns < 2:
        return [text][:columns]
    return (text if " " in text else f"{text} 00:00").split(" ", columns - 1)
