"""The `data:` section of sequences with an answer each: arrays (N, T, F) or (N, T), or a table."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from rnnkit.config.images import Order
from rnnkit.config.section import PositiveFloat, PositiveInt, does_not_fit
from rnnkit.config.shares import Shares
from rnnkit.config.tables import Names, Source, TableSection
from rnnkit.data.tokens.splitting import Normalization, Splitter
from rnnkit.errors import DataError

ClassWeight = Literal["balanced"] | dict[str | int, PositiveFloat]
_OF_TABLES = ("features", "exclude", "static", "id", "time", "features_per_step")


class Parts(Shares):
    """Which examples train, validate and test."""

    column: str | None = None  # a column of the table that says train, validation or test
    group: str | None = None  # a column whose examples of one value stay in one part
    folds: Annotated[int, Field(ge=2, lt=2**31)] | None = None  # cut all into so many parts
    fold: PositiveInt | None = None  # which of them, from 1, is the test part; the others train

    @property
    def test_key(self) -> str | None:
        return super().test_key if self.folds is None else f"folds (={self.folds})"

    @model_validator(mode="after")
    def _folds_fit(self) -> Parts:
        message, at = "", ""
        if (self.folds is None) != (self.fold is None):
            message = "folds and fold go together, as in {folds: 5, fold: 1}"
            at = "fold" if self.folds is None else "folds"
        elif self.folds is not None and self.fold is not None:
            if self.fold > self.folds:
                message, at = f"fold (={self.fold}) must be at most folds (={self.folds})", "fold"
            elif self.test is not None:
                message, at = "a fold is the test part: remove `test`, or `folds`", "test"
            elif self.column is not None:
                message, at = "`column` says the parts already: remove it, or `folds`", "column"
        if message:
            raise does_not_fit(message, at)
        return self


class Split(Parts):
    """Parts of examples that have a class."""

    stratify: bool = True  # each class trains, and where shares expect 2 of it, is held back


class ExampleData(TableSection):
    """`data:` for sequences with an answer each: arrays of (N, T, F) or (N, T), or a table.

    A table is wide (a row an example, its feature columns in time order) or, when `id` is given,
    long (a row a time step; the rows of one `id` are one example).
    """

    answer: ClassVar[str]  # the key that names the columns with the answer
    answered: ClassVar[str]  # what that is, for messages

    source: Source  # embedded, or .npz .csv .parquet .jsonl
    features: Names | None = None  # table: names, or patterns as in sensor_*; None: every other one
    exclude: Names | None = None  # table: columns that are none of these
    static: Names | None = None  # table: columns with one value an example, inputs of their own
    features_per_step: PositiveInt = 1  # wide: T = columns / features_per_step
    id: str | None = None  # long: the column that names the example
    time: str | None = None  # long: the column to sort by; None keeps the rows' order
    max_length: PositiveInt | None = None  # longer sequences are cut; None: the longest in train
    padding: Literal["pre", "post"] = "post"  # cuDNN needs post
    truncating: Literal["pre", "post"] = "pre"  # which end of a longer sequence is cut
    scale: Literal["none", "pixels", "standard", "min_max", "robust"] = "none"  # pixels: x / 255
    split: Parts = Parts()  # what is held back
    limit: PositiveInt | None = None  # a seeded subset: at most this many examples of each part

    @property
    def pads_in_front(self) -> bool:
        return self.padding == "pre"

    @model_validator(mode="after")
    def _table_options_fit(self) -> ExampleData:
        if self.time is not None and self.id is None:
            raise does_not_fit("time sorts the rows of a long table: it needs `id` as well", "time")
        return self

    @property
    def answers(self) -> tuple[str, ...]:
        """The columns with the answer."""
        named = getattr(self, self.answer) or ()
        return (named,) if isinstance(named, str) else tuple(named)

    @property
    def text_column(self) -> str | None:
        """That of a table whose examples are texts."""
        return None

    @property
    def splitter(self) -> Splitter:
        """How a text is read."""
        return Splitter("word")

    @property
    def course(self) -> bool:
        """Whether each time step has an answer of its own."""
        return False

    @property
    def weighing(self) -> str | None:
        """The column with what an example counts in training, where there is one."""
        return None


class LabelledData(ExampleData):
    """`data:` for labelled sequences, or texts.

    Texts stand in a column of a table, or in a folder that has a file for each class, whose lines
    they are, or a subfolder for each, whose files they are.
    """

    answer: ClassVar[str] = "label"
    answered: ClassVar[str] = "the class"

    source: Source  # embedded; .npz .csv .parquet .jsonl; texts: a folder with one for each class
    label: str | None = None  # table: the column with the class, integer or text
    text: str | None = None  # table: the column with a text; features beside it must be named
    level: Literal["character", "word"] = "word"  # texts: one token
    normalization: Normalization = "NFC"  # texts: form of Unicode that all are brought to
    min_count: PositiveInt = 2  # texts: rarer tokens of the training part become <unk>
    max_vocabulary: PositiveInt | None = None  # texts: only so many tokens, the most frequent ones
    sample_weight: str | None = None  # table: a column with what each counts in the training loss
    order: Order = "rows"  # images: how they are read; permuted draws one order from the seed
    split: Split = Split()  # what is held back

    @property
    def text_column(self) -> str | None:
        return self.text

    @property
    def splitter(self) -> Splitter:
        """How a text is read."""
        return Splitter(self.level, self.normalization)

    @property
    def weighing(self) -> str | None:
        return self.sample_weight


def refuse_given(data: ExampleData, names: tuple[str, ...], why: str) -> None:
    """Refuse those of the options that say something else than usual."""
    usual = type(data).model_fields
    _refuse([name for name in names if getattr(data, name) != usual[name].default], why)


def refuse_of_tables(data: ExampleData, why: str, *more: str) -> None:
    """Refuse all that is for tables, `more` options of the task among them."""
    refuse_given(data, ("query", data.answer, *more, *_OF_TABLES), why)
    _refuse([f"split.{name}" for name in ("column", "group") if getattr(data.split, name)], why)
    _refuse([f"format.{name}" for name in data.format.given], why)


def refuse_scale_of_ids(data: ExampleData) -> None:
    """Refuse a scale where the model reads ids, and nothing else."""
    if data.scale != "none":
        raise DataError(
            f"data.scale (={data.scale}) does not apply to the integer ids that an embedding "
            "reads: remove it"
        )


def _refuse(given: list[str], why: str) -> None:
    for name in given:
        raise DataError(f"data.{name} {why}: remove it")
