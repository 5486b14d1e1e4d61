"""What a forecaster's network reads and gives: its columns, their scale, what outputs stand for."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

from rnnkit.data.batch import INPUT
from rnnkit.data.beside import scales_beside
from rnnkit.data.scaling import Scale
from rnnkit.data.series.preprocessing import SeriesPreprocessing
from rnnkit.data.series.section import SeriesData
from rnnkit.data.series.sources import with_defaults
from rnnkit.formats.meaning import Meaning, Numbers
from rnnkit.tasks.forecasting.config import ForecastingConfig


def meaning(common: Meaning, config: ForecastingConfig, kept: SeriesPreprocessing) -> Meaning:
    """That of a run.

    Args:
        common: what is alike in all tasks.
        config: the run's.
        kept: what was learnt from its data.
    """
    data = with_defaults(config.data, kept.features)
    scales = scales_beside(kept.beside)
    of_targets = None
    if isinstance(kept.scale, Scale) and data.scaled_by == "all":
        scales[INPUT] = _of_columns(kept.scale, data)
        of_targets = _picked(kept.scale, range(len(data.targets)))
    answer = Numbers(data.targets, of_targets, columns=_outputs(config, data))
    return dataclasses.replace(
        common,
        names=dataclasses.replace(common.names, features=tuple(_columns(data))),
        scales=scales,
        answer=answer,
        notes=tuple(_notes(data)),
    )


def _columns(data: SeriesData) -> list[str]:
    """Of the input, (lookback + A, F_in), in their order."""
    return [
        *data.targets,
        *data.measured,
        *(f"{side} of {name}" for name in data.calendar for side in ("sine", "cosine")),
        *(f"{target}, {lag} rows before" for lag in data.lags for target in data.targets),
        *(["1 in rows to forecast, else 0"] if data.ahead else []),
    ]


def _of_columns(scale: Scale, data: SeriesData) -> Scale:
    """The scale of the input; what says where a row stands is left as it is."""
    read = [*data.targets, *data.others]
    places = [read.index(name) for name in (*data.targets, *data.measured)]
    lagged = [place for _ in data.lags for place in range(len(data.targets))]
    first, last = _picked(scale, places), _picked(scale, lagged)
    calendar, ahead = 2 * len(data.calendar), int(data.ahead > 0)
    return Scale(
        name=scale.name,
        offset=(*first.offset, *(0.0,) * calendar, *last.offset, *(0.0,) * ahead),
        divisor=(*first.divisor, *(1.0,) * calendar, *last.divisor, *(1.0,) * ahead),
    )


def _picked(scale: Scale, places: Sequence[int]) -> Scale:
    offset, divisor = (
        tuple(side[place] for place in places) for side in (scale.offset, scale.divisor)
    )
    return Scale(name=scale.name, offset=offset, divisor=divisor)


def _outputs(config: ForecastingConfig, data: SeriesData) -> str:
    output = config.output
    if output == "point":
        return ""
    said = output if isinstance(output, str) else f"quantiles {output.quantiles}"
    return (
        f"{data.outputs} rows ahead, in each {len(data.targets)} targets, of each "
        f"{config.numbers} numbers: {said}"
    )


def _notes(data: SeriesData) -> Iterator[str]:
    if data.quantity:
        yield f"the targets are what quantity ({data.quantity}) makes of their columns"
    if data.transform:
        yield f"targets are read, and given, as transform ({data.transform}) makes them"
    if data.scaled_by != "all":
        yield f"{data.scale_name} scale, of each {data.scaled_by} by itself, before they are read"
