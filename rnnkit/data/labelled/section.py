"""The `data:` section of labelled sequences: arrays of (N, T, F) or (N, T), or a table."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from rnnkit.config.images import Order
from rnnkit.config.section import PositiveFloat, PositiveInt
from rnnkit.config.shares import Shares
from rnnkit.config.tables import Names, Source, TableSection

ClassWeight = Literal["balanced"] | dict[str | int, PositiveFloat]


class Split(Shares):
    """Which examples train, validate and test."""

    column: str | None = None  # a column of the table that says train, validation or test
    group: str | None = None  # a column whose examples of one value stay in one part
    stratify: bool = True  # each class trains, and where shares expect 2 of it, is held back


class LabelledData(TableSection):
    """`data:` for labelled sequences: arrays of (N, T, F) or (N, T), or a table.

    A table is wide (a row an example, its feature columns in time order) or, when `id` is given,
    long (a row a time step; the rows of one `id` are one example).
    """

    source: Source  # embedded, or .npz .csv .parquet .jsonl
    order: Order = "rows"  # images: how they are read; permuted draws one order from the seed
    label: str | None = None  # table: the column with the class, integer or text
    features: Names | None = None  # table: names, or patterns as in sensor_*; None: every other one
    exclude: Names | None = None  # table: columns that are none of these
    features_per_step: PositiveInt = 1  # wide: T = columns / features_per_step
    id: str | None = None  # long: the column that names the example
    time: str | None = None  # long: the column to sort by; None keeps the rows' order
    max_length: PositiveInt | None = None  # longer sequences are cut; None: the longest in train
    padding: Literal["pre", "post"] = "post"  # cuDNN needs post
    truncating: Literal["pre", "post"] = "pre"  # which end of a longer sequence is cut
    scale: Literal["none", "pixels", "standard", "min_max", "robust"] = "none"  # pixels: x / 255
    split: Split = Split()  # what is held back
    limit: PositiveInt | None = None  # a seeded subset: at most this many examples of each part

    @property
    def pads_in_front(self) -> bool:
        return self.padding == "pre"

    @model_validator(mode="after")
    def _table_options_fit(self) -> LabelledData:
        if self.time is not None and self.id is None:
            raise PydanticCustomError(
                "data",
                "time sorts the rows of a long table: it needs `id` as well",
                {"at": ("time",)},
            )
        return self
