"""A trained regressor: judged on examples, asked about new ones."""

from __future__ import annotations

import dataclasses
import functools
import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rnnkit.baselines.intervals import LEVELS, half_widths
from rnnkit.baselines.measurement import measure
from rnnkit.baselines.paired import Paired
from rnnkit.data.given import Given, as_file
from rnnkit.data.keys import name_keys
from rnnkit.data.measured.dataset import MeasuredDataset, MeasuredPart
from rnnkit.data.measured.preprocessing import MeasuredPreprocessing
from rnnkit.data.measured.targets import TargetScale, Values
from rnnkit.errors import RunError
from rnnkit.formats.meaning import Meaning, Numbers
from rnnkit.reports.evaluation import Judged
from rnnkit.tasks.contract import TrainedRun
from rnnkit.tasks.own_data import Say
from rnnkit.tasks.regression.answered import Answers, Widths, bands, no_widths
from rnnkit.tasks.regression.config import RegressionConfig
from rnnkit.tasks.regression.dataset import read_new
from rnnkit.tasks.regression.evaluation import RegressionEvaluation
from rnnkit.tasks.regression.field import MEAN, baselines
from rnnkit.tasks.regression.objective import moments
from rnnkit.tasks.regression.plots.courses import plot_courses
from rnnkit.tasks.regression.plots.predicted import plot_predicted, plot_residuals


@dataclasses.dataclass(frozen=True, eq=False)
class Predictions:
    """An answer an example, in the order of the data."""

    names: list[str]  # the examples' ids, or their numbers from 0
    ends: list[int] | None  # the row of its id that each window ends with; None: no windows
    targets: tuple[str, ...]  # K
    values: Values  # (N, K) in the targets' units
    low: dict[float, Values]  # (N, K), by the level of an interval; none where nothing measures it
    high: dict[float, Values]

    def rows(self) -> list[dict[str, object]]:
        """One a number: the example, its row where it is a window, the target, and intervals."""
        return [
            {
                "example": name,
                **({} if self.ends is None else {"row": self.ends[number]}),
                "target": target,
                "predicted": _rounded(self.values[number, column]),
                **{
                    f"{side}_{100 * level:.0f}": _rounded(bound[number, column])
                    for level in self.low
                    for side, bound in (("low", self.low[level]), ("high", self.high[level]))
                },
            }
            for number, name in enumerate(self.names)
            for column, target in enumerate(self.targets)
        ]


class TrainedRegressor(
    TrainedRun[
        RegressionConfig,
        MeasuredDataset,
        MeasuredPreprocessing,
        MeasuredPart,
        RegressionEvaluation,
    ]
):
    """A run that predicts K numbers."""

    @property
    def scale(self) -> TargetScale:
        """The way between the targets' units and what the model says."""
        return TargetScale(self.preprocessing.target_scale, self.config.data)

    def predict(self, data: Given, *, on_message: Say | None = None) -> Predictions:
        """Predict the numbers of examples: of every window, or under `at: last` of each id's last.

        Args:
            data: a file in the form of the training data, or a table or arrays, as `rnnkit.train`
                takes them; targets are not needed.
            on_message: called with what is odd about the data, and with why there are no
                intervals, which are measured on the run's own; None warns.

        Raises:
            DataError: the file does not fit the model.
            RunError: an answer is not a finite number.
        """
        path = as_file(data, self.run.given, array="x")
        kept = self.preprocessing
        part = read_new(path, self.config, kept, self.place, answered=False)
        for note in part.notes:
            (on_message or warnings.warn)(note)
        part = part.take(self._judged(part))
        answers = self.answers(part)
        widths, heard = self._own_widths
        for note in heard:
            (on_message or warnings.warn)(note)
        found = {level: answers.interval(width) for level, width in widths.items()}
        names = range(len(part)) if part.names is None else part.names
        return Predictions(
            names=list(map(str, names)),
            ends=None if part.ends is None else part.ends.tolist(),
            targets=kept.targets,
            values=answers.values,
            low={level: low for level, (low, _) in found.items()},
            high={level: high for level, (_, high) in found.items()},
        )

    @functools.cached_property
    def _own_widths(self) -> tuple[Widths, tuple[str, ...]]:
        """`widths` on the run's own data, which are read once, and what was heard of those."""
        heard: list[str] = []
        dataset = self.own_data_if_there(heard.append, without="no intervals")
        widths = self.widths(dataset)
        if dataset is not None and not widths:
            heard.append(f"no intervals: {no_widths(dataset)}")
        return widths, tuple(heard)

    def answers(self, part: MeasuredPart) -> Answers:
        """What the model says of every example of a part.

        Raises:
            RunError: an answer is not a finite number.
        """
        mean, deviation = moments(self.config, self.inference.outputs(part))
        found = Answers(mean, np.ones_like(mean) if deviation is None else deviation, self.scale)
        if wrong := len(part) - np.count_nonzero(np.isfinite(found.values).all(axis=1)):
            raise RunError(
                f"the model's answers are infinite for {wrong:,} of {len(part):,} examples: under "
                "data.log it says more than there can be; train with a lower learning_rate"
            )
        return found

    def widths(self, dataset: MeasuredDataset | None) -> Widths:
        """Half widths of intervals by level, (K,), of scaled targets: split conformal.

        In deviations, where the model says them. Levels that the validation part has too few
        examples for are left out; without one there are none. Every window of it counts.
        """
        if dataset is None or dataset.validation is None:
            return {}
        errors = self.answers(dataset.validation).errors(dataset.validation.y)
        found = {level: half_widths(errors, level=level) for level in LEVELS}
        return {level: np.array(width) for level, width in found.items() if width is not None}

    def read(self, path: Path) -> MeasuredPart:
        return read_new(path, self.config, self.preprocessing, self.place)

    def judge(
        self, part: MeasuredPart, *, name: str, dataset: MeasuredDataset | None
    ) -> Judged[RegressionEvaluation]:
        """Every target's errors beside those of the baselines, fitted on the training part.

        Without the run's own data the baseline is the mean of the training part alone.
        """
        chosen = self._judged(part)
        same = dataset is not None and part is dataset.validation
        whole, course = part, self.answers(part)
        part, answers = part.take(chosen), course.take(chosen)
        kept, widths = self.preprocessing, self.widths(dataset)
        field = self._field(part, dataset)
        note = "" if widths else no_widths(dataset)
        measured = [
            measure(
                target,
                answers.values[:, column],
                part.actual[:, column],
                field={name: values[:, column] for name, values in field.items()},
                units=part.units,
                intervals=bands(answers, part.actual, widths, column, same=same),
                intervals_note=note,
            )
            for column, target in enumerate(kept.targets)
        ]

        def plot(folder: Path, suffix: str) -> None:
            plot_predicted(part.actual, answers.values, measured, folder / f"predicted{suffix}.svg")
            plot_residuals(part.actual, answers.values, measured, folder / f"residuals{suffix}.svg")
            if whole.ends is not None:
                level = max(widths, default=None)
                band = None if level is None else (level, *course.interval(widths[level]))
                plot_courses(whole, course.values, kept.targets[0], folder / f"courses{suffix}.svg",
                             band=band)  # fmt: skip

        means = self.inference.means(part)
        evaluation = RegressionEvaluation.of(
            measured,
            data=name,
            examples=len(part),
            units=None if part.ends is None else len(np.unique(part.units)),
            at=self.config.evaluate.at,
            loss=means["loss"],
            notes=part.notes,
        )
        return Judged(evaluation, plot)

    def meaning(self) -> Meaning:
        data, kept = self.config.data, self.preprocessing
        columns = "the means of all targets, then their spreads" if self.config.is_gaussian else ""
        answer = Numbers(
            kept.targets,
            kept.target_scale,
            log=data.log,
            bounds=None if data.clip is None else (data.clip.minimum, data.clip.maximum),
            columns=columns,
        )
        return dataclasses.replace(super().meaning(), answer=answer)

    def paired(self, part: MeasuredPart) -> Paired:
        """The squared errors of each example, or window, in the targets' units."""
        part = part.take(self._judged(part))
        numbers = range(len(part))
        names = numbers if part.names is None else part.names
        ends = numbers if part.ends is None else part.ends.tolist()
        return Paired(
            keys=name_keys(zip(names, ends, part.actual.tolist(), strict=True)),
            loss=(self.answers(part).values - part.actual) ** 2,
            measure="rmse",
            noun="example" if part.ends is None else "window",
            test="diebold_mariano",
            group=part.units,
            truth=part.actual,
            partial=part.ends is not None,
        )

    def _judged(self, part: MeasuredPart) -> NDArray[np.intp]:
        """Which of all windows count."""
        return part.last if self.config.evaluate.at == "last" else np.arange(len(part))

    def _field(self, part: MeasuredPart, dataset: MeasuredDataset | None) -> dict[str, Values]:
        if dataset is None:
            return {MEAN: np.tile(self.preprocessing.means, (len(part), 1))}
        return baselines(dataset.train, part, self.scale, self.preprocessing.vocabulary)


def _rounded(value: float) -> float:
    """Seven digits, which is what float32 has."""
    return float(f"{value:.7g}")
