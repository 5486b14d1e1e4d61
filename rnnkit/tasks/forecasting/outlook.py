"""Forecasts beyond the end of the data, with intervals, and what a reader must know of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from rnnkit.data.series.dates import Times, time_texts
from rnnkit.data.series.quantities import Values
from rnnkit.tasks.forecasting.plots.forecast import PANELS
from rnnkit.tasks.forecasting.plots.outlook import Ahead, plot_outlook
from rnnkit.tasks.forecasting.telling import Intervals

Cell = str | int | float | bool | None


@dataclasses.dataclass(frozen=True, eq=False)
class Outlook:
    """Forecasts beyond the end of S series, in the user's units.

    The intervals are those that the model says, or of a model of points measured: see
    TrainedForecaster.error_widths.
    """

    series: list[str]  # S names
    targets: tuple[str, ...]  # K names
    known_times: list[Times]  # S x (n,)
    known: list[Values]  # S x (n, K)
    times: Times  # (S, steps)
    forecast: Values  # (S, steps, K)
    intervals: Intervals  # (S, steps, K); NaN where nothing was measured
    direct: int  # steps that the model gives at once; it reads its own forecasts for later ones
    measurable: bool = True  # whether the run's own data were there to measure errors on
    quantiles: Mapping[float, Values] = dataclasses.field(default_factory=dict)  # (S, steps, K)
    paths: Values | None = None  # (S, steps, K, N) drawn
    heard: tuple[str, ...] = ()  # of these: where they are, how they have grown, why they are not

    @property
    def steps(self) -> int:
        return int(self.forecast.shape[1])

    @property
    def notes(self) -> list[str]:
        """What a reader must know of these numbers."""
        notes = list(self.heard)
        if self.steps > self.direct:
            notes.append(
                f"from step {self.direct + 1} on the model reads its own forecasts as if they had "
                "come true"
            )
        if self.paths is not None and self.steps > 1:
            notes.append(
                f"forecasts and intervals are those of {self.paths.shape[-1]} paths, drawn step by "
                "step"
            )
        measured = [np.isfinite(low[0, :, 0]).sum() for low, _ in self.intervals.values()]
        if not self.measurable or not self.intervals:
            return notes
        if not any(measured):
            notes.append("no intervals: the run's data held back too few rows to measure errors on")
        elif min(measured) < self.steps:
            notes.append(
                f"not all intervals from step {min(measured) + 1} on: too few rows were held back "
                "to measure errors so far ahead"
            )
        return notes

    def rows(self) -> Iterator[dict[str, Cell]]:
        """One mapping a series, step and target, for files."""
        times = self._time_texts()
        for number, name in enumerate(self.series):
            for step in range(self.steps):
                for column, target in enumerate(self.targets):
                    middle = float(self.forecast[number, step, column])
                    row: dict[str, Cell] = {
                        "series": name,
                        "time": times[number][step],
                        "step": step + 1,
                        "target": target,
                        "forecast": middle,
                    }
                    for level, ends in self.intervals.items():
                        for side, end in zip(("lower", "upper"), ends, strict=True):
                            value = float(end[number, step, column])
                            row[f"{side}_{100 * level:g}"] = value if np.isfinite(value) else None
                    for level, values in self.quantiles.items():
                        row[f"quantile_{level:g}"] = float(values[number, step, column])
                    yield {**row, "fed_back": step >= self.direct}

    def path_rows(self) -> Iterator[dict[str, Cell]]:
        """One mapping a series, path, step and target, of the paths that were drawn."""
        times = self._time_texts()
        for number, paths in enumerate(() if self.paths is None else self.paths):
            for step, column, path in np.ndindex(paths.shape):
                yield {
                    "series": self.series[number],
                    "path": path + 1,
                    "time": times[number][step],
                    "step": step + 1,
                    "target": self.targets[column],
                    "value": float(paths[step, column, path]),
                }

    def _time_texts(self) -> list[list[str]]:
        """By series and step."""
        texts = time_texts(self.times.ravel())
        return [texts[first : first + self.steps] for first in range(0, len(texts), self.steps)]

    def plot(self, path: str | Path) -> None:
        """Draw the end of the data and what comes after it.

        Raises:
            RunError: the file cannot be written.
        """
        several, panels = len(self.series) > 1, []
        for n, column in list(np.ndindex(len(self.series), len(self.targets)))[:PANELS]:
            target = self.targets[column]
            panel = Ahead(
                f"{target} of {self.series[n]}" if several else target,
                target,
                self.known_times[n],
                self.known[n][:, column],
                self.times[n],
                self.forecast[n, :, column],
                {
                    level: (low[n, :, column], high[n, :, column])
                    for level, (low, high) in self.intervals.items()
                },
            )
            panels.append(panel)
        count = len(self.series) * len(self.targets)
        of = f": {len(panels)} of {count:,} forecasts" if len(panels) < count else ""
        plot_outlook(panels, path, direct=self.direct, of=of)
