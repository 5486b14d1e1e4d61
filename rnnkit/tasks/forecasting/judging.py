"""What a model says of windows, which windows it is judged on, what its baselines may know."""

from __future__ import annotations

import dataclasses

import numpy as np

from rnnkit.baselines.points import Points
from rnnkit.data.series.dataset import SeriesDataset
from rnnkit.data.series.part import WindowPart
from rnnkit.data.series.quantities import Values
from rnnkit.data.series.windows import first_origin
from rnnkit.errors import RunError
from rnnkit.tasks.forecasting.baselines.autoregressive import MINIMUM_ROWS
from rnnkit.training.inference import Inference
from rnnkit.words import counted

ENOUGH_ERRORS = 38  # the 95 % interval needs 19; twice that, so that it is not their largest


def forecast_windows(inference: Inference, part: WindowPart) -> Values:
    """The model's forecasts, (W, horizon, K), in the user's units.

    Where the model gives fewer steps at once than the horizon has, it reads its own forecasts.

    Raises:
        RunError: a forecast is not a finite number.
    """
    wanted = part.horizon * part.targets
    outputs = inference.outputs(part)
    while outputs.shape[1] < wanted:
        more = inference.outputs(part.fed_back(outputs))
        outputs = np.concatenate([outputs, more], axis=1)
    return checked(part.invert(outputs[:, :wanted]), part)


def checked(forecast: Values, part: WindowPart) -> Values:
    """A part's forecasts, (W, steps, K), as they are.

    Raises:
        RunError: one is not a finite number.
    """
    wrong = len(part) - np.count_nonzero(np.isfinite(forecast).all(axis=(1, 2)))
    if wrong:
        raise RunError(
            f"the model's forecasts are NaN or infinite for {wrong:,} of "
            f"{counted(len(part), 'window')}: its weights, or a transform that its outputs leave "
            "the range of, are to blame; train again with a lower learning_rate or without `log`"
        )
    return forecast


def points_of(
    part: WindowPart, dataset: SeriesDataset | None, *, on_validation: bool = False
) -> Points:
    """Where a part's forecasts are made, and what its baselines are fitted on.

    That is every row before the part that is judged: before the test part the validation part's
    too. Baselines have no use of their own for it, and a network that only trains on less is held
    against the best that could be known.

    Series of new data are matched with those of the run by their names. A new one, or one with
    fewer than MINIMUM_ROWS rows, gets what is fitted on all rows of all series; its errors are
    measured by its own rows, of a new one those before its first forecast. Without a dataset
    there is nothing of either kind.
    """
    trains = {
        series.name: series.targets[: series.train_end if on_validation else series.validation_end]
        for series in ([] if dataset is None else dataset.series)
    }
    together = np.concatenate([np.empty((0, part.targets)), *trains.values()])
    first = np.zeros(len(part.store.series), np.intp)  # rows up to each series' first origin
    numbers, windows = np.unique(part.series, return_index=True)
    first[numbers] = part.origins[windows] + 1
    known = {name: rows for name, rows in trains.items() if len(rows) >= MINIMUM_ROWS}
    own = None
    if dataset is not None:
        pairs = zip(part.store.series, first, strict=True)
        own = [trains.get(series.name, series.targets[:rows]) for series, rows in pairs]
    return Points(
        train=[known.get(series.name, together) for series in part.store.series],
        own=own,
        values=[series.targets for series in part.store.series],
        series=part.series.astype(np.int64),
        origins=part.origins.astype(np.int64),
        moments=part.times[:, 0],
        horizon=part.horizon,
        season=part.store.data.season,
    )


def every_origin(part: WindowPart) -> WindowPart:
    """The windows from every row between a part's first origin and its last, stride 1."""
    numbers = np.unique(part.series)
    spans = []
    for number in numbers:
        own = part.origins[part.series == number]
        spans.append(np.arange(own.min(), own.max() + 1))
    return dataclasses.replace(
        part,
        series=np.repeat(numbers, [len(span) for span in spans]),
        origins=np.concatenate(spans),
    ).only_observed()


def held_back_windows(dataset: SeriesDataset, steps: int) -> WindowPart | None:
    """Windows from every row after training, `steps` long, or shorter where too few would fit."""
    data, first = dataset.data, first_origin(dataset.data)
    longest = min(steps, data.most_steps or steps)
    for horizon in range(longest, 0, -1):
        spans = [
            np.arange(max(first, series.train_end - 1), len(series) - max(horizon, data.ahead))
            for series in dataset.series
        ]
        part = dataclasses.replace(
            dataset.train,
            series=np.repeat(np.arange(len(spans)), [len(span) for span in spans]),
            origins=np.concatenate(spans),
            horizon=horizon,
        ).only_observed()
        if horizon == 1 or len(part) >= ENOUGH_ERRORS:
            break
    return part if len(part) else None


def spread_of(part: WindowPart) -> Values:
    """What the errors of a window are measured in, (W, 1, K): 1, unless it has its own scale."""
    spread = part.target_scale()[1]
    return np.ones_like(spread) if part.store.data.scaled_by == "all" else spread
