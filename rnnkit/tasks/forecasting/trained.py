"""A trained forecaster: judged on windows, asked what comes after its data."""

from __future__ import annotations

import dataclasses
import functools
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import cast

import numpy as np

from rnnkit.baselines.intervals import LEVELS, half_widths
from rnnkit.baselines.paired import Paired
from rnnkit.data.given import Given, as_file
from rnnkit.data.keys import name_keys
from rnnkit.data.series.dataset import SeriesDataset
from rnnkit.data.series.part import WindowPart
from rnnkit.data.series.preprocessing import SeriesPreprocessing
from rnnkit.data.series.quantities import Values
from rnnkit.data.series.rows import Rows
from rnnkit.data.series.sources import with_defaults
from rnnkit.errors import RunError
from rnnkit.formats.meaning import Meaning
from rnnkit.reports.evaluation import Judged, where_writable, write_evaluation
from rnnkit.tasks.contract import TrainedRun
from rnnkit.tasks.forecasting.config import ForecastingConfig
from rnnkit.tasks.forecasting.evaluation import ForecastEvaluation, Walk
from rnnkit.tasks.forecasting.future import future_part
from rnnkit.tasks.forecasting.judged import judge_windows
from rnnkit.tasks.forecasting.judging import (
    every_origin,
    held_back_windows,
    spread_of,
)
from rnnkit.tasks.forecasting.meaning import meaning
from rnnkit.tasks.forecasting.outlook import Outlook
from rnnkit.tasks.forecasting.reading import read_future, read_new, read_new_rows
from rnnkit.tasks.forecasting.retraining import retrained
from rnnkit.tasks.forecasting.said import Said, ask
from rnnkit.tasks.forecasting.telling import (
    intervals_of,
    quantiles_of,
)
from rnnkit.tasks.own_data import Say

WALKED = "walk-forward"  # tells its files from those of the run's own evaluation
KEPT_WIDTHS = 16  # numbers of steps whose intervals stay measured

Widths = dict[float, Values]  # by level, (steps, K)


class TrainedForecaster(
    TrainedRun[
        ForecastingConfig, SeriesDataset, SeriesPreprocessing, WindowPart, ForecastEvaluation
    ]
):
    """A run that forecasts the next `horizon` rows of K targets."""

    def ask(self, part: WindowPart, *, keep_paths: bool = False) -> Said:
        """Forecasts of every window, and their distributions where the model says them."""
        return ask(self.config, self.inference, part, keep_paths=keep_paths)

    def forecast(
        self,
        steps: int | None = None,
        data: Given = None,
        *,
        future: Given = None,
        paths: bool = False,
    ) -> Outlook:
        """Forecast beyond the end of the data, at the series' own frequency.

        Args:
            steps: rows to forecast; None: the run's horizon.
            data: a table whose rows follow the run's data, or stand for themselves; a file, or as
                `rnnkit.train` takes one. Without the run's own data its forecasts have no
                intervals, which are measured on those. None: the run's own data, as far as they
                have grown.
            future: a table of the rows to forecast, with what the config's `known` asks for.
                None: rows without a target at the end of `data`, or of the run's own.
            paths: whether the paths that were drawn are given too.

        Raises:
            ChangedData: no `data` are given, and the run's own are not there or others now.
            DataError: the rows do not fit the run, or more steps were asked for than it can give.
            RunError: a forecast is not a finite number.
        """
        steps = steps or self.config.data.horizon
        heard: list[str] = []
        dataset, new = self._known(data, heard.append)
        ahead = self._ahead(future, new if dataset is None or new is not None else dataset.rows)
        heard += [] if ahead is None or future is None else ahead.notes
        part = future_part(self.config.data, self.preprocessing, steps=steps, new=new, ahead=ahead)
        known = [
            (series.times[: origin + 1], series.targets[: origin + 1])
            for series, origin in zip(part.store.series, part.origins, strict=True)
        ]
        said = self.ask(part, keep_paths=True)
        widths, measurable = {}, dataset is not None
        if not said.levels and dataset is not None:
            widths = self.error_widths(dataset, steps=steps)
        elif not said.levels:
            widths, measurable, notes = self._own_widths(steps)
            heard += notes
        widths = {level: half * spread_of(part) for level, half in widths.items()}
        if paths and said.paths is None:
            raise RunError(
                "the run draws no paths: train with multi_step: recursive and a distribution as "
                "output, and ask for more than one step"
            )
        return Outlook(
            series=[series.name for series in part.store.series],
            targets=part.store.data.targets,
            known_times=[times for times, _ in known],
            known=[values for _, values in known],
            times=part.times,
            forecast=said.point,
            intervals=intervals_of(self.config, said, widths),
            quantiles=quantiles_of(self.config, said),
            paths=said.paths,
            direct=steps if said.paths is not None else part.outputs,
            measurable=measurable,
            heard=(*heard, *part.notes),
        )

    def _known(self, data: Given, say: Say) -> tuple[SeriesDataset | None, Rows | None]:
        """The run's own data and the rows that have come since, or the rows that are given."""
        if data is None:
            dataset = self.own_data(say)
            return dataset, dataset.grown
        path = as_file(data, self.run.given)
        data = with_defaults(self.config.data, self.preprocessing.features)
        return None, read_new_rows(path, data, self.preprocessing, self.place)

    @functools.cached_property
    def _own_widths(self) -> Callable[[int], tuple[Widths, bool, list[str]]]:
        """By steps, and kept: `error_widths` on the run's own data, whether these are there, and
        what was heard of them."""

        @functools.lru_cache(maxsize=KEPT_WIDTHS)
        def measured(steps: int) -> tuple[Widths, bool, list[str]]:
            heard: list[str] = []
            dataset = self.own_data_if_there(heard.append, without="no intervals")
            return self.error_widths(dataset, steps=steps), dataset is not None, heard

        return measured

    def _ahead(self, future: Given, rows: Rows | None) -> Rows | None:
        """What is known of the rows to forecast, (m, P) of each series; None: nobody says."""
        if future is not None:
            path = as_file(future, self.run.given)
            return read_future(path, self.config.data, self.preprocessing)
        if rows is None or not rows.future:
            return None
        return dataclasses.replace(rows, series=rows.future)

    def error_widths(self, dataset: SeriesDataset | None, *, steps: int) -> Widths:
        """Half widths of intervals for forecasts beyond the data, by level, (steps, K).

        In units of `spread_of`: series with a scale of their own have errors of their own size.
        Split conformal, on all rows that were held back: validation and test. Each step's width is
        that of forecasts so many steps ahead, fed back as they will be. NaN where the rows held
        back are too few for windows of so many steps: nothing is extrapolated.

        Args:
            dataset: the run's data; None: they are not there.
            steps: rows that are forecast.
        """
        part = None if dataset is None else held_back_windows(dataset, steps)
        targets = len(with_defaults(self.config.data).targets)
        found = {level: np.full((steps, targets), np.nan) for level in LEVELS}
        if part is None:
            return found
        error = (self.ask(part).point - part.actual) / spread_of(part)
        for level, table in found.items():
            for column in range(part.targets):
                widths = half_widths(error[:, :, column], level=level)
                if widths is not None:
                    table[: part.horizon, column] = widths
        return found

    def walk_forward(
        self,
        *,
        refit: bool = False,
        retrain_every: int | None = None,
        on_message: Say | None = None,
    ) -> ForecastEvaluation:
        """Forecast from every row of the part held back, all rows before it known.

        The network's weights stay as they are, unless it is retrained: from new weights, on all
        rows before, each time as a run of its own in walk-forward/ of the run's folder. The result
        is also written into the run folder, in files that end in -walk-forward.

        Args:
            refit: whether the baselines are fitted anew at each origin, on all rows before it.
            retrain_every: rows from one training to the next; the baselines are then refitted too.
            on_message: called with what could not be written, with where the run's data were
                found or how they have grown, and with how the trainings go; None warns.

        Raises:
            ChangedData: the run's data are not there any more, or are others now.
            Interrupted: in a training; called again, the walk goes on there.
            RunError: a forecast is not a finite number, or nothing was held back.
        """
        dataset = self.own_data(on_message)
        if dataset.held_back is None:
            raise RunError("the run held nothing back that could be walked through")
        part, name = dataset.held_back
        part, answered, walk = every_origin(part), None, "refit" if refit else "fixed"
        if retrain_every is not None:
            if name != "test":
                raise RunError("to be retrained the run needs a test part: data.split.test")
            say, walk = on_message or warnings.warn, "retrain"
            answered = retrained(self, dataset, part, every=retrain_every, say=say)
        judged = judge_windows(
            self, part, dataset, name=name, walk=cast(Walk, walk), answered=answered
        )
        with where_writable(on_message):
            write_evaluation(self.run, judged, label=WALKED)
        return judged.evaluation

    def read(self, path: Path) -> WindowPart:
        return read_new(path, self.config.data, self.preprocessing, self.place)

    def judge(
        self, part: WindowPart, *, name: str, dataset: SeriesDataset | None
    ) -> Judged[ForecastEvaluation]:
        """Every window's forecast beside those of the baselines, fitted on the run's own data.

        Without those the baselines are the last value and that of a season ago.
        """
        return judge_windows(self, part, dataset, name=name)

    def meaning(self) -> Meaning:
        return meaning(super().meaning(), self.config, self.preprocessing)

    def paired(self, part: WindowPart) -> Paired:
        """The squared errors of each window, the mean over its horizon, in the user's units.

        Those of one time count as one: series of a panel move together.
        """
        actual, times = part.actual, part.times
        names = (part.store.series[number].name for number in part.series.tolist())
        truth = actual.reshape(len(part), -1).tolist()
        return Paired(
            keys=name_keys(zip(names, times.tolist(), truth, strict=True)),
            loss=((self.ask(part).point - actual) ** 2).mean(axis=1),
            measure="rmse",
            noun="window",
            test="diebold_mariano",
            group=times[:, 0],
            until=times[:, -1],
            truth=actual[:, 0],
            partial=True,
        )
