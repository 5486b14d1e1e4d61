"""What a run keeps of its series: how to read new rows, go on after them, and return to units."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from rnnkit.config.forecasting import CalendarName, Multiply
from rnnkit.config.section import Section
from rnnkit.config.stack import InputFacts
from rnnkit.data.preprocessing import Preprocessing
from rnnkit.data.scaling import Scale
from rnnkit.data.series.calendar import calendar_columns
from rnnkit.data.series.dates import Frequency
from rnnkit.data.series.quantities import Values, apply_chain, rows_lost

if TYPE_CHECKING:
    from rnnkit.data.series.store import Series


class Tail(Section):
    """The last rows of one series as they were read: what the first forecast after them needs."""

    name: str
    times: tuple[int, ...]  # (n,) nanoseconds since 1970 for dates, else the whole numbers
    values: tuple[tuple[float, ...], ...]  # (n, K + F), targets before `quantity`


class SeriesPreprocessing(Preprocessing):
    """Everything that turns rows into the model's input, and its output into forecasts."""

    version: Literal[1] = 1
    source: str  # the data's name; it names a series that stands alone
    time: str | None  # the columns, as in the config
    time_format: str | None  # as found: strptime's, or ISO8601, integer, quarter; None: no column
    targets: tuple[str, ...]  # K
    features: tuple[str, ...]  # F
    series: str | None
    calendar: tuple[CalendarName, ...]
    missing: Literal["error", "drop", "forward_fill"]
    quantity: tuple[str | Multiply, ...]
    transform: tuple[str, ...]
    scale: Scale | None = None  # of K + F columns, fitted on the training rows
    lookback: int
    horizon: int
    outputs: int  # steps that the model gives at once: the horizon, or 1 when it is recursive
    stride: int
    season: int | None = None
    frequency: Frequency
    dates: bool  # times are dates, not whole numbers
    tails: tuple[Tail, ...] = ()

    @property
    def lengths(self) -> list[tuple[str, int, int]]:
        width = len(self.targets) + len(self.features)
        rows = {len(row) for tail in self.tails for row in tail.values}
        scaled = [] if self.scale is None else self.scale.lengths(width)
        return [*scaled, *(("tails.values", found, width) for found in sorted(rows))]

    @property
    def facts(self) -> InputFacts:
        width = len(self.targets) + len(self.features) + 2 * len(self.calendar)
        return InputFacts((self.lookback, width), outputs=self.outputs * len(self.targets))

    @property
    def can_feed_back(self) -> bool:
        """Whether forecasts can go beyond what the model gives at once."""
        return not self.features

    @property
    def history(self) -> int:
        """Rows as read that the first window needs."""
        return self.lookback + rows_lost(self.quantity) + rows_lost(self.transform)

    def columns(self, series: Series, place: Callable[[int], str] | None = None) -> Values:
        """Transformed targets and the features, (n, K + F), not scaled yet.

        Raises:
            DataError: the logarithm of a target that is not positive.
        """
        transformed = apply_chain(series.targets, self.transform, place or _row)
        return np.concatenate([transformed, series.features], axis=1)

    def model_inputs(self, series: Series) -> NDArray[np.float32]:
        """What the model reads of each row, (n, F_in); the first rows of differences are NaN."""
        columns = self.columns(series)
        if self.scale is not None:
            columns = (columns - np.array(self.scale.offset)) / np.array(self.scale.divisor)
        calendar = calendar_columns(series.times, self.calendar)
        return np.concatenate([columns.astype(np.float32), calendar], axis=1)

    def unscale(self, outputs: NDArray[Any]) -> Values:
        """Model outputs, (..., K), as transformed targets in float64."""
        if self.scale is None:
            return outputs.astype(np.float64)
        targets = slice(len(self.targets))
        unscaled: Values = outputs * np.array(self.scale.divisor[targets]) + np.array(
            self.scale.offset[targets]
        )
        return unscaled


def _row(row: int) -> str:
    return f"row {row + 1:,}"
