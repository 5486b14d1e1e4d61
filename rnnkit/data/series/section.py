"""The `data:` section of series: a table whose rows are points in time."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from rnnkit.config.section import PositiveFloat, PositiveInt, Section, does_not_fit
from rnnkit.config.tables import Names, Source, TableSection
from rnnkit.data.series.chains import Quantity, Transform
from rnnkit.words import shown

CalendarName = Literal[
    "month", "quarter", "day_of_month", "day_of_week", "day_of_year", "hour", "minute"
]


class Last(Section):
    """`test: {last: 48}`: of series that begin or end at different times."""

    last: PositiveInt  # rows of each series


# A share of all times, or the first date of the part; 0: no such part.
Moment = Annotated[float, Field(ge=0, lt=1)] | int | Annotated[str, Field(min_length=4)]
Border = Moment | Last


def _is_share(border: float | str) -> bool:
    return not isinstance(border, str) and 0 <= border < 1


class TimeSplit(Section):
    """Where the parts begin: train < validation < test, each to where the next begins.

    Beside `{last: ...}` a share is one of each series' own rows.
    """

    validation: Border = 0.1  # where it begins
    test: Border = 0.2  # where it begins

    @property
    def of_each(self) -> bool:
        """Whether borders are counted in each series, rather than one in time for all."""
        return isinstance(self.validation, Last) or isinstance(self.test, Last)

    @model_validator(mode="after")
    def _counted_alike(self) -> TimeSplit:
        for key in ("validation", "test"):
            border = getattr(self, key)
            if self.of_each and not isinstance(border, Last) and not _is_share(border):
                raise does_not_fit(
                    f"{key} (={border}) is a time, the other border counts rows of each series: "
                    "give a share, or {last: ROWS}, in both",
                    key,
                )
        return self


class OwnScale(Section):
    """`scale: {by: series}`: levels from 10 to 100,000 look alike to the model.

    series: each by its training rows; one that is new to the run by the rows that it brings.
    window: besides, the targets of each window by its own history: also a level that moves away.
    """

    by: Literal["series", "window"]  # what has a scale of its own
    name: Literal["standard", "min_max", "robust"] = "standard"  # which scale


class Simulation(Section):
    """What the sources `ar1` and `threshold` are made with; noise e is normal.

    ar1: y = intercept + coefficient * y[-1] + e
    threshold: y = intercept - coefficient * |y[-1]| + e, an autoregression of slope +coefficient
    below 0 and -coefficient above (a continuous SETAR model: Tong, Threshold Models in Non-linear
    Time Series Analysis, 1983)

    No forecast one step ahead can have an RMSE below `deviation`.
    """

    length: Annotated[int, Field(ge=10, le=10_000_000)] = 2000  # rows
    coefficient: Annotated[float, Field(gt=-1, lt=1)] = 0.9  # of the row before
    intercept: float | None = None  # None: 0 for ar1, 1 for threshold
    deviation: PositiveFloat = 1.0  # of e
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 0  # its own: other weights see the same data


class SeriesData(TableSection):
    """`data:` for series: a table whose rows are points in time, or rows of several series.

    What is forecast is `quantity` of the target, and every number is reported in its units.
    `transform` and `scale` only help the model, and are inverted.
    """

    source: Source  # embedded, or .csv .parquet .jsonl
    time: str | list[str] | None = None  # dates or numbers; or [date, clock]; None: in order
    time_format: str | None = None  # as in Python's strptime, or epoch_ms ...; None: inferred
    target: str | list[str] | None = None  # one column or several; None: embedded data's own
    features: Names = []  # further columns that the model reads, known up to the origin; patterns
    exclude: Names | None = None  # columns that are none of these
    known: Names = []  # further columns, known of the rows to forecast too: holiday
    categorical: Names = []  # which of features and known hold categories, each an input of its own
    static: Names = []  # columns that stay the same in a series, inputs of their own; patterns
    series: str | None = None  # the column that names the series a row belongs to
    calendar: list[CalendarName] = []  # each as sine and cosine
    gaps: Literal["keep", "fill"] = "keep"  # rows that lack between others: put in without values?
    missing: Literal["error", "drop", "forward_fill"] = (
        "error"  # what becomes of rows without a value
    )
    quantity: Quantity = []  # what is forecast of a target
    transform: Transform = []  # inverted in the result
    positive: bool = False  # forecasts and intervals never fall below 0; negative data are refused
    counts: bool = False  # whole numbers of 0 or more, else refused; output: negative_binomial sets
    scale: Literal["none", "standard", "min_max", "robust"] | OwnScale = (
        "standard"  # fitted on the training rows of all series, or of each
    )
    lags: list[PositiveInt] = []  # rows: the targets of so far back stand beside every row
    lookback: PositiveInt  # T: rows that the model sees
    horizon: PositiveInt = 1  # rows to forecast
    multi_step: Literal["direct", "recursive"] = "direct"  # one output a step, or fed back
    stride: PositiveInt = 1  # rows from one window to the next
    windows_per_series: PositiveInt | None = None  # drawn for each epoch; None: all, of each
    season: PositiveInt | None = None  # rows until it repeats; None: as the rows say; 1: never
    split: TimeSplit = TimeSplit()  # where the parts begin
    simulation: Simulation | None = None  # of ar1 and threshold
    limit: PositiveInt | None = None  # windows of each part, spread evenly

    @property
    def times(self) -> tuple[str, ...]:
        """The columns that tell the time together."""
        return (self.time,) if isinstance(self.time, str) else tuple(self.time or ())

    @property
    def targets(self) -> tuple[str, ...]:
        """The K columns that are forecast; none where they are left to a known source."""
        return (self.target,) if isinstance(self.target, str) else tuple(self.target or ())

    @property
    def others(self) -> tuple[str, ...]:
        """The F columns that are read and not forecast; those that are known ahead come last."""
        return (*self.features, *self.known)

    @property
    def measured(self) -> list[str]:
        """Those of them that hold numbers."""
        return [name for name in self.others if name not in self.categorical]

    @property
    def ahead(self) -> int:
        """Rows to forecast that a window holds, with what is known of them."""
        return self.outputs if self.known or self.lags else 0

    @property
    def most_steps(self) -> int | None:
        """Steps beyond which nothing can be forecast: features, or what is known, run out."""
        at_once = self.features or (self.ahead and self.multi_step == "direct")
        return self.outputs if at_once else None

    @property
    def width(self) -> int:
        """F_in: columns that the model reads."""
        targets = len(self.targets) * (1 + len(self.lags))
        return targets + len(self.measured) + 2 * len(self.calendar) + bool(self.ahead)

    @property
    def scale_name(self) -> str:
        return self.scale if isinstance(self.scale, str) else self.scale.name

    @property
    def scaled_by(self) -> Literal["all", "series", "window"]:
        """What has a scale of its own."""
        return "all" if isinstance(self.scale, str) else self.scale.by

    @property
    def outputs(self) -> int:
        """Steps that the model gives at once, for each target."""
        return 1 if self.multi_step == "recursive" else self.horizon

    @property
    def bounded(self) -> bool:
        """Whether no forecast may lie below 0."""
        return self.positive or self.counts

    @model_validator(mode="after")
    def _options_fit(self) -> SeriesData:
        if self.multi_step == "recursive" and self.features:
            raise does_not_fit(
                "multi_step (=recursive) feeds forecasts back, but nothing forecasts the features: "
                "use multi_step: direct, make the features targets too, or known, if they are",
                "multi_step",
            )
        if self.gaps == "fill" and self.missing != "forward_fill":
            raise does_not_fit(
                "gaps (=fill) puts in rows without values: say what becomes of these with "
                "missing: forward_fill",
                "gaps",
            )
        for index, lag in enumerate(self.lags):
            wrong = "stands there twice" if lag in self.lags[:index] else ""
            if lag < self.outputs:
                wrong = (
                    f"is shorter than the {self.outputs} rows that the model forecasts at once: "
                    "the targets so far back are not known for all of them"
                )
            if wrong:
                raise does_not_fit(f"a lag (={lag}) {wrong}", "lags", index)
        if self.static and self.series is None:
            raise does_not_fit(
                "static says what tells several series apart, and this is one: name the column "
                "that says which a row belongs to in `series`, or remove it",
                "static",
            )
        return self

    @model_validator(mode="after")
    def _columns_differ(self) -> SeriesData:
        named = [*self.targets, *self.others, *self.static, *self.times]
        named += [] if self.series is None else [self.series]
        for name in named:
            if named.count(name) > 1:
                raise does_not_fit(
                    f"column {shown(name)} is named twice among target, features, known, static, "
                    "time and series; the model reads the target's history in any case"
                )
        for key in ("target", "time"):
            if getattr(self, key) == []:
                raise does_not_fit(f"{key} names no column", key)
        return self
