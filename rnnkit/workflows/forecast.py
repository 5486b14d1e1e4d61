"""A forecasting run -> what comes after its data; or a walk through its test part."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.load import load_dataset
from rnnkit.data.series import future_part
from rnnkit.data.series.dates import time_text
from rnnkit.errors import RunError
from rnnkit.reports.plots.outlook import plot_outlook
from rnnkit.runs import Run
from rnnkit.tasks.forecasting import ForecastEvaluation, Forecasting, forecast_windows
from rnnkit.workflows.build import TrainedModel, open_run
from rnnkit.workflows.report import keep_evaluation

Values = NDArray[np.float64]

WALKED = "walk-forward"  # tells its files from those of the run's own evaluation


@dataclasses.dataclass(frozen=True, eq=False)
class Outlook:
    """Forecasts beyond the end of S series, in the user's units.

    The intervals are measured: see Forecasting.error_widths.
    """

    series: list[str]  # S names
    targets: tuple[str, ...]  # K names
    known_times: list[NDArray[Any]]  # S x (n,)
    known: list[Values]  # S x (n, K)
    times: NDArray[Any]  # (S, steps)
    forecast: Values  # (S, steps, K)
    half_widths: dict[float, Values]  # by level, (steps, K); NaN where nothing was measured
    direct: int  # steps that the model gives at once; it reads its own forecasts for later ones

    @property
    def steps(self) -> int:
        return int(self.forecast.shape[1])

    @property
    def notes(self) -> list[str]:
        """What a reader must know of these numbers."""
        notes = []
        if self.steps > self.direct:
            notes.append(
                f"from step {self.direct + 1} on the model reads its own forecasts as if they had "
                "come true"
            )
        measured = [np.isfinite(widths[:, 0]).sum() for widths in self.half_widths.values()]
        if not any(measured):
            notes.append("no intervals: the run's data held back too few rows to measure errors on")
        elif min(measured) < self.steps:
            notes.append(
                f"not all intervals from step {min(measured) + 1} on: too few rows were held back "
                "to measure errors so far ahead"
            )
        return notes

    def rows(self) -> Iterator[dict[str, Any]]:
        """One mapping a series, step and target, for files."""
        for number, name in enumerate(self.series):
            for step in range(self.steps):
                for column, target in enumerate(self.targets):
                    middle = float(self.forecast[number, step, column])
                    row: dict[str, Any] = {
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


def forecast(
    run: str | Run,
    *,
    steps: int | None = None,
    data: str | Path | None = None,
    device: str | None = None,
) -> Outlook:
    """Forecast beyond the end of the data, at the series' own frequency.

    Args:
        run: a run folder, a run's name, or `latest`.
        steps: rows to forecast; None: the run's horizon.
        data: a table whose rows follow the run's data, or stand for themselves.
        device: as `rnnkit train --device`; None takes the run's.

    Raises:
        RunError: the run cannot be opened, or is of another task.
        DataError: the rows do not fit the run, more steps were asked for than it can give, or the
            run's own data, which the intervals are measured on, are no longer there.
    """
    trained = open_run(run, device=device)
    task, kept = _forecasting_task(trained), trained.preprocessing
    steps = steps or kept.horizon
    part = future_part(kept, steps=steps, path=data)
    dataset: Any = load_dataset(trained.config)
    known = [
        (series.times[: origin + 1], series.targets[: origin + 1])
        for series, origin in zip(part.store.series, part.origins, strict=True)
    ]
    return Outlook(
        series=[series.name for series in part.store.series],
        targets=kept.targets,
        known_times=[times for times, _ in known],
        known=[values for _, values in known],
        times=part.times,
        forecast=forecast_windows(trained.inference, part),
        half_widths=task.error_widths(trained.inference, dataset, steps=steps),
        direct=kept.outputs,
    )


def walk_forward(
    run: str | Run,
    *,
    refit: bool = False,
    device: str | None = None,
    on_message: Callable[[str], None] | None = None,
) -> ForecastEvaluation:
    """Forecast from every row of the part held back, and write that into the run folder.

    A folder that cannot be written is no error.

    Args:
        run: a run folder, a run's name, or `latest`.
        refit: whether the baselines are fitted anew at each origin, on all rows before it.
        device: as `rnnkit train --device`; None takes the run's.
        on_message: called with what could not be written; None warns.

    Raises:
        RunError: the run cannot be opened, is of another task, or held nothing back.
        DataError: its data are no longer there.
    """
    trained = open_run(run, device=device)
    task = _forecasting_task(trained)
    dataset: Any = load_dataset(trained.config)
    result = task.walk_forward(trained.inference, dataset, refitted=refit)
    keep_evaluation(trained.run, result, label=WALKED, on_message=on_message)
    return result


def _forecasting_task(trained: TrainedModel) -> Forecasting:
    if not isinstance(trained.task, Forecasting):
        raise RunError(
            f"{trained.run.path}: its task is {trained.config.task}: only forecasting goes on in "
            "time"
        )
    return trained.task
