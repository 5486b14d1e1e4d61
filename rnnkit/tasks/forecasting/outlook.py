"""Forecasts beyond the end of the data, with intervals, and what a reader must know of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from rnnkit.data.series.dates import Times, time_text
from rnnkit.data.series.quantities import Values
from rnnkit.tasks.forecasting.plots.outlook import plot_outlook

Cell = str | int | float | bool | None


@dataclasses.dataclass(frozen=True, eq=False)
class Outlook:
    """Forecasts beyond the end of S series, in the user's units.

    The intervals are measured: see TrainedForecaster.error_widths.
    """

    series: list[str]  # S names
    targets: tuple[str, ...]  # K names
    known_times: list[Times]  # S x (n,)
    known: list[Values]  # S x (n, K)
    times: Times  # (S, steps)
    forecast: Values  # (S, steps, K)
    half_widths: dict[float, Values]  # by level, (steps, K); NaN where nothing was measured
    direct: int  # steps that the model gives at once; it reads its own forecasts for later ones
    measurable: bool = True  # whether the run's own data were there to measure errors on
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
        measured = [np.isfinite(widths[:, 0]).sum() for widths in self.half_widths.values()]
        if not self.measurable:
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
        for number, name in enumerate(self.series):
            for step in range(self.steps):
                for column, target in enumerate(self.targets):
                    middle = float(self.forecast[number, step, column])
                    row: dict[str, Cell] = {
                        "series": name,
                        "time": time_text(self.times[number, step]),
                        "step": step + 1,
                        "target": target,
                        "forecast": middle,
                    }
                    for level, widths in self.half_widths.items():
                        half = float(widths[step, column])
                        known = np.isfinite(half)
                        row[f"lower_{100 * level:.0f}"] = middle - half if known else None
                        row[f"upper_{100 * level:.0f}"] = middle + half if known else None
                    yield {**row, "fed_back": step >= self.direct}

    def plot(self, path: str | Path) -> None:
        """Draw the end of the data and what comes after it.

        Raises:
            RunError: the file cannot be written.
        """
        plot_outlook(
            self.known_times[0],
            self.known[0],
            self.times[0],
            self.forecast[0],
            path,
            targets=self.targets,
            half_widths=self.half_widths,
            direct=self.direct,
        )
