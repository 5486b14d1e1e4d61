"""Windows of series: what the model reads, what it should say, and the way back to units."""

from __future__ import annotations

import dataclasses
import functools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.batch import INPUT, Batch, Order, RowFeed, Valid
from rnnkit.data.beside import UNKNOWN
from rnnkit.data.series.dates import Times
from rnnkit.data.series.quantities import Values
from rnnkit.data.series.scaling import window_scale
from rnnkit.data.series.store import Positions, Store

_AT_ONCE = 1 << 16  # windows


@dataclasses.dataclass(frozen=True, eq=False)
class WindowPart(RowFeed):
    """One of train, validation, test and the future: W windows.

    A window is `lookback` rows up to its origin, and the `horizon` rows after it, which belong to
    this part. Its x is gathered when a batch is made: RAM holds no more than the series.

    Where something is known ahead, x goes on with the A = `outputs` rows that the model forecasts
    at once: 1 in its last column says so, and what is not known of them is 0. Else A is 0, and
    there is no such column.

    Args:
        store: what windows are gathered from.
        series: (W,) the number of each window's series.
        origins: (W,) the position in that series of the last row known.
        horizon: rows to forecast.
        outputs: steps that the model gives at once: horizon, or 1 where forecasts are fed back.
        fed: (W, j, K) float32, model outputs for the first j rows after the origin, which the
            model reads as if they had come true.
        notes: what was made of new data, as sentences.
    """

    store: Store
    series: Positions
    origins: Positions
    horizon: int
    outputs: int
    fed: NDArray[np.float32] | None = None
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.origins)

    def x(self, windows: Positions | slice = slice(None)) -> NDArray[np.float32]:
        """The model's input, (B, lookback + A, F_in) float32."""
        data, steps = self.store.data, self._steps
        lookback, fed = data.lookback, 0 if self.fed is None else self.fed.shape[1]
        x = self.store.read(self._rows[windows][:, None] + steps)
        if self._scaled_alone:
            offset, divisor = self._own_scale(windows)
            x[..., : self.targets] = (x[..., : self.targets] - offset) / divisor
        if self.fed is not None:
            seen = min(fed, lookback)
            x[:, lookback - seen : lookback, : self.targets] = self.fed[windows, fed - seen :]
        x[:, lookback:, : self.targets + len(data.features)] = 0
        if data.categorical:
            x = np.delete(x, self.store.category_columns, axis=-1)
        if not data.ahead:
            return x
        ahead = np.zeros((*x.shape[:2], 1), np.float32)
        ahead[:, lookback:] = 1
        lagged = [self._lagged(windows, steps - lag) for lag in data.lags]
        return np.concatenate([x, *lagged, ahead], axis=-1)

    def ids(self, windows: Positions | slice = slice(None)) -> dict[str, NDArray[np.int32]]:
        """The model's inputs of categories, (B, lookback + A) each; 0 ahead where not known."""
        data = self.store.data
        if not data.categorical:
            return {}
        ids = self.store.category_ids[self._rows[windows][:, None] + self._steps]
        found = dict(zip(data.categorical, np.moveaxis(ids, -1, 0), strict=True))
        for name in data.features:
            if name in found:
                found[name][:, data.lookback :] = UNKNOWN
        return found

    def static(self, windows: Positions | slice = slice(None)) -> dict[str, NDArray[Any]]:
        """The model's inputs of what stays the same in a series, (B, n) each."""
        return {name: one[self.series[windows]] for name, one in self.store.static.items()}

    def _lagged(self, windows: Positions | slice, steps: Positions) -> NDArray[np.float32]:
        """The targets, (B, T, K), so many rows after the origin each, fed back where they are."""
        values = self._answers(windows, steps)
        if self.fed is not None:
            values[:, steps > 0] = self.fed[windows][:, steps[steps > 0] - 1]
        return values

    def y(self, windows: Positions | slice = slice(None)) -> NDArray[np.float32]:
        """What the model should give, (B, outputs * K) float32, targets side by side in a step.

        Of a horizon shorter than the model's, in forecasts alone, the steps that it has. Counts
        have their zero and their unit beside them, (B, outputs * K, 3), both scaled: a model of
        counts needs the number itself.
        """
        steps = np.arange(1, min(self.outputs, self.horizon) + 1)
        answers = self._answers(windows, steps)
        y = answers.reshape(len(answers), -1)
        if not self.store.data.counts:
            return y
        scale = (one.repeat(len(steps), axis=1) for one in self.take(windows).zero_and_unit())
        found = np.stack([answers, *scale], axis=-1).astype(np.float32)
        return found.reshape(*y.shape, 3)

    def zero_and_unit(self) -> tuple[Values, Values]:
        """What 0 is scaled to, and how large 1 is there, (W, 1, K) each, without a transform."""
        offset, divisor = self.target_scale()
        return -offset / divisor, 1 / divisor

    def _answers(self, windows: Positions | slice, steps: Positions) -> NDArray[np.float32]:
        """The targets so many rows after each origin, (B, steps, K), as the model reads them."""
        answers = self.store.answers(self._rows[windows][:, None] + steps)
        if self._scaled_alone:
            offset, divisor = self._own_scale(windows)
            answers = ((answers - offset) / divisor).astype(np.float32)
        return answers

    def target_scale(self) -> tuple[Values, Values]:
        """Offset and divisor of the transformed targets of each window, (W, 1, K) each."""
        offset, divisor = self.store.target_scale(self._rows)
        if self._scaled_alone:
            own_offset, own_divisor = self._own_scale()
            return offset + divisor * own_offset, divisor * own_divisor
        return offset, divisor

    @property
    def targets(self) -> int:
        """K."""
        return len(self.store.data.targets)

    @property
    def actual(self) -> Values:
        """What came true, (W, horizon, K), in the user's units; NaN in the future."""
        return self.store.targets[self._ahead(self.horizon)]

    @property
    def observed(self) -> NDArray[np.bool_]:
        """Whether everything that a window forecasts came true, (W,)."""
        filled = np.cumsum(np.append(False, ~self.store.observed))  # before each row
        ends = self.first_ahead + self.horizon
        found: NDArray[np.bool_] = filled[ends] == filled[self.first_ahead]
        return found

    @property
    def forecast_rows(self) -> Positions:
        """Positions in the store of all rows that some window forecasts, ascending."""
        is_forecast = np.zeros(len(self.store), np.bool_)
        for step in range(self.horizon):
            is_forecast[self.first_ahead + step] = True
        return np.flatnonzero(is_forecast)

    @property
    def on_disk(self) -> bool:
        return self.store.on_disk

    @property
    def times(self) -> Times:
        """When the forecasts are for, (W, horizon)."""
        return self.store.times[self._ahead(self.horizon)]

    def invert(self, outputs: NDArray[np.floating]) -> Values:
        """Model outputs, (W, steps * K), as (W, steps, K) in the user's units.

        `steps` is usually the horizon, but forecasts of any number of steps can be inverted. What
        must not be negative is at least 0.
        """
        forecasts = outputs.reshape(len(self), -1, self.targets)
        if self._scaled_alone:
            offset, divisor = self._own_scale()
            forecasts = forecasts * divisor + offset
        found = self.store.invert(forecasts, self._rows)
        return np.maximum(found, 0) if self.store.data.bounded else found

    def fed_back(self, outputs: NDArray[np.float32]) -> WindowPart:
        """The same windows, moved on to read their own forecasts.

        For more steps than the model gives at once, until there are `horizon`:

            outputs = inference.outputs(part)                       # (W, part.outputs * K)
            while outputs.shape[1] < part.horizon * part.targets:
                more = inference.outputs(part.fed_back(outputs))    # the steps after those
                outputs = np.concatenate([outputs, more], axis=1)
            forecasts = part.invert(outputs[:, : part.horizon * part.targets])

        The calendar of the rows that are fed, and what is known of them, are their own. Features
        have no forecasts: where there are any, nothing can be fed back.

        Args:
            outputs: (W, j * K), every step so far, from the one after the origin.
        """
        fed = outputs.reshape(len(self), -1, self.targets).astype(np.float32)
        return dataclasses.replace(self, fed=fed)

    def take(self, windows: Positions | slice) -> WindowPart:
        """Some of the windows."""
        fed = None if self.fed is None else self.fed[windows]
        return dataclasses.replace(
            self, series=self.series[windows], origins=self.origins[windows], fed=fed
        )

    def only_observed(self) -> WindowPart:
        """The windows of which everything came true: what was filled in is never scored."""
        return self if self.store.observed.all() else self.take(np.flatnonzero(self.observed))

    def _batch(self, rows: Order, valid: Valid, chance: tuple[int, int, int] | None) -> Batch:
        """x (B, lookback + A, F_in), others beside it, y (B, outputs * K), transformed, scaled."""
        x, beside = self.x(rows), {**self.ids(rows), **self.static(rows)}
        return Batch({INPUT: x, **beside} if beside else x, self.y(rows), valid, valid)

    @property
    def first_ahead(self) -> Positions:
        """The position in the store of the first row that each window forecasts, (W,)."""
        return self._rows + 1

    @property
    def _scaled_alone(self) -> bool:
        """Whether each window is scaled by its own history."""
        return self.store.data.scaled_by == "window"

    def _own_scale(self, windows: Positions | slice = slice(None)) -> tuple[Values, Values]:
        """Offset and divisor of the targets, (B, 1, K), on top of those of the series."""
        lookback, name = self.store.data.lookback, self.store.data.scale_name
        origins = self._rows[windows]
        found = [
            window_scale(name, self.store.answers(some[:, None] + np.arange(1 - lookback, 1)))
            for some in np.split(origins, range(_AT_ONCE, len(origins), _AT_ONCE))
        ]
        offsets, divisors = zip(*found, strict=True)
        return np.concatenate(offsets), np.concatenate(divisors)

    @property
    def _steps(self) -> Positions:
        """The rows that x holds, counted from the origin, (lookback + A,)."""
        fed = 0 if self.fed is None else self.fed.shape[1]
        return np.arange(1 - self.store.data.lookback, 1 + self.store.data.ahead) + fed

    @functools.cached_property
    def _rows(self) -> Positions:
        return self.store.starts[self.series] + self.origins

    def _ahead(self, steps: int) -> Positions:
        return self._rows[:, None] + np.arange(1, steps + 1)
