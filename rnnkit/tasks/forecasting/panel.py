"""The forecasts of several series -> the scores of each, as a table and as a picture."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from rnnkit import writing
from rnnkit.baselines.points import Baseline, Points
from rnnkit.data.series.part import WindowPart
from rnnkit.data.series.quantities import Values
from rnnkit.tasks.forecasting.baselines.by_series import BySeries, SeriesScore, by_series
from rnnkit.tasks.forecasting.plots.series import Shown, plot_series

DRAWN = 3  # of the worst


@dataclasses.dataclass(frozen=True, eq=False)
class Panel:
    """How each of several series is forecast; of one series nothing.

    Args:
        targets: of each target how MASE is distributed; none where no training part changes.
        scores: of every target and series.
        worst: of the first target the worst series, to be drawn.
    """

    targets: tuple[BySeries, ...] = ()
    scores: tuple[SeriesScore, ...] = ()
    worst: tuple[Shown, ...] = ()

    @property
    def tables(self) -> Mapping[str, str]:
        """The .csv that belongs to it."""
        if not self.scores:
            return {}
        records = [dataclasses.asdict(score) for score in self.scores]
        return {"series": writing.csv_text(records, list(records[0]))}

    def plot(self, folder: Path, suffix: str) -> None:
        """Draw the distribution and the worst series.

        Raises:
            RunError: the file cannot be written.
        """
        if self.targets:
            own = [one.mase for one in self.scores if one.target == self.targets[0].target]
            theirs = [
                one.baseline_mase for one in self.scores if one.target == self.targets[0].target
            ]
            plot_series(
                self.targets[0],
                np.array([mase for mase in own if mase is not None]),
                np.array([mase for mase in theirs if mase is not None]),
                self.worst,
                folder / f"series{suffix}.svg",
            )


def panel_of(
    part: WindowPart, points: Points, forecast: Values, fields: Sequence[Sequence[Baseline]]
) -> Panel:
    """Score a part's series one by one.

    Args:
        part: W windows.
        points: the same, as baselines see them.
        forecast: (W, horizon, K).
        fields: of each target the baselines' forecasts.
    """
    if len(part.store.series) == 1:
        return Panel()
    names, actual = [one.name for one in part.store.series], part.actual
    found, scores = [], []
    for column, (target, field) in enumerate(zip(part.store.data.targets, fields, strict=True)):
        spread, each = by_series(
            target,
            forecast[:, :, column],
            actual[:, :, column],
            column=column,
            names=names,
            points=points,
            field=field,
        )
        found += [spread] if spread is not None else []
        scores += each
    worst = () if not found else tuple(_shown(found[0], names, part, forecast, fields))
    return Panel(tuple(found), tuple(scores), worst)


def _shown(
    spread: BySeries,
    names: Sequence[str],
    part: WindowPart,
    forecast: Values,
    fields: Sequence[Sequence[Baseline]],
) -> list[Shown]:
    """The last window of each of the worst series."""
    column = part.store.data.targets.index(spread.target)
    best = next(one for one in fields[column] if one.name == spread.best_baseline)
    shown = []
    for score in spread.worst[:DRAWN]:
        number = names.index(score.series)
        window = int(np.flatnonzero(part.series == number)[-1])
        one, end = part.store.series[number], int(part.origins[window]) + 1 + part.horizon
        rows = slice(max(0, end - 4 * part.horizon - 20), end)
        shown.append(
            Shown(
                score=score,
                times=one.times[rows],
                came=one.targets[rows, column],
                forecast=forecast[window, :, column],
                baseline=best.forecast[window],
            )
        )
    return shown
