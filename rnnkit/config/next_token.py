"""`task: next_token`: the tokens so far -> a distribution over the next one, at every step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from rnnkit.config.causal import causal_problems
from rnnkit.config.document import KeyPath
from rnnkit.config.layers import Dense, Embedding
from rnnkit.config.root import SMOKE_BATCH_SIZE, Config
from rnnkit.config.section import PositiveFloat, PositiveInt, Section
from rnnkit.config.shares import Share
from rnnkit.config.stack import InputFacts, Misfit, Stack
from rnnkit.config.training import TrainingConfig
from rnnkit.datasets import EMBEDDED

DEFAULT_WINDOW = 128  # steps
SMOKE_WINDOW = 32
SMOKE_SEQUENCES = 200
SMOKE_TOKENS = 4 * SMOKE_BATCH_SIZE * SMOKE_WINDOW  # a few steps of running text

Kind = Literal["text", "sequences"]
Separator = Literal["line", "blank_line"]
_TABLES = {".csv", ".parquet", ".jsonl"}


class TokenSplit(Section):
    """Shares held back. Running text is cut once: training, validation, test, in its order."""

    validation: Share | None = None
    test: Share | None = None
    by: Literal["order", "random", "time"] | None = None  # sequences; None: order, the last ones

    @model_validator(mode="after")
    def _leave_some(self) -> TokenSplit:
        held_back = (self.validation or 0) + (self.test or 0)
        if held_back >= 1:
            raise PydanticCustomError(
                "split",
                "validation and test together (={held_back}) leave nothing to train on",
                {"held_back": round(held_back, 6)},
            )
        return self


class NextTokenData(Section):
    """`data:` for next_token: running text, or sequences that begin and end.

    A .txt or a folder of them is one running text, unless `separator` says how sequences stand in
    it. A table or .jsonl holds sequences: a token a row when `sequence` is given, else one whole
    sequence a row.
    """

    source: Annotated[str, Field(min_length=1)]  # embedded; .txt, a folder, .jsonl .csv .parquet
    level: Literal["character", "word", "item"]  # one token; item: between white space, or a row's
    separator: Separator | None = None  # .txt: between sequences; None: running text
    token: str | None = None  # table: the column with the tokens; None: the only column
    sequence: str | None = None  # table: the column that names the sequence
    time: str | None = None  # table: the column to sort by; None keeps the rows' order
    min_count: PositiveInt | None = None  # rarer tokens of the training part become <unk>
    max_vocabulary: PositiveInt | None = None  # only so many tokens, the most frequent ones
    max_length: PositiveInt | None = None  # longer sequences are cut
    split: TokenSplit = TokenSplit()
    limit: PositiveInt | None = None  # only the first so many tokens of a text, or sequences

    @property
    def separated_by(self) -> Separator | None:
        """How sequences stand in a text file; embedded data know it themselves."""
        embedded = EMBEDDED.get(self.source)
        return self.separator or (embedded.separator if embedded else None)

    @property
    def from_table(self) -> bool:
        return self.source not in EMBEDDED and PurePath(self.source).suffix.lower() in _TABLES

    @property
    def kind(self) -> Kind:
        """One running text, or sequences that begin and end."""
        return "sequences" if self.from_table or self.separated_by else "text"

    @model_validator(mode="after")
    def _options_fit(self) -> NextTokenData:
        if self.from_table:
            self._refuse({"separator": self.separator}, "is for .txt files, not for tables")
        else:
            columns = {"token": self.token, "sequence": self.sequence, "time": self.time}
            self._refuse(columns, "names a column of a table, but the source is text")
        if self.kind == "text":
            self._refuse({"max_length": self.max_length}, "cuts sequences; this is running text")
            by = {"split.by": self.split.by if self.split.by != "order" else None}
            self._refuse(by, "chooses sequences; running text is split in its order")
        if self.sequence is None:
            self._refuse({"time": self.time}, "sorts the rows of a sequence: give `sequence` too")
        elif self.token is None:
            self._refuse({"sequence": self.sequence}, "names sequences: give `token` too")
        elif self.level != "item":
            why = "means that a row holds one token: level must be item"
            self._refuse({"sequence": self.sequence}, why)
        if self.split.by == "time" and self.time is None:
            self._refuse({"split.by": "time"}, "needs `time`, the column to sort by")
        return self

    @staticmethod
    def _refuse(options: Mapping[str, object], why: str) -> None:
        for name, value in options.items():
            if value is not None:
                raise PydanticCustomError(
                    "data", "{name} (={value}) {why}",
                    {"name": name, "value": str(value), "why": why, "at": tuple(name.split("."))},
                )  # fmt: skip


class SampleSection(Section):
    """`sample:`: text that the model makes up, printed while it trains."""

    every: PositiveInt = 5  # epochs
    length: PositiveInt = 200  # tokens at most
    temperature: PositiveFloat = 1.0  # below 1: likelier tokens; above: more surprising ones


class NextTokenTraining(TrainingConfig):
    """`training:` for next_token. The loss is the mean of -ln p(token), in nats."""

    metrics: list[Literal["accuracy", "top_5_accuracy"]] = ["accuracy", "top_5_accuracy"]
    window: PositiveInt | None = None  # running text: steps that gradients reach back; None: 128
    sample: SampleSection | None = SampleSection()  # null: none
    trace: str | None = None  # text whose hidden states are printed, token by token, at the end


class NextTokenConfig(Config):
    sequence_output: ClassVar[bool] = True

    task: Literal["next_token"]
    data: NextTokenData
    training: NextTokenTraining

    @model_validator(mode="after")
    def _window_fits(self) -> NextTokenConfig:
        if self.training.window is not None and self.data.kind == "sequences":
            raise PydanticCustomError(
                "window",
                "window (={window}) cuts running text; sequences are read whole: remove it, or "
                "cut them with data.max_length",
                {"window": self.training.window, "at": ("training", "window")},
            )
        return self

    @property
    def carries_state(self) -> bool:
        """A window of running text goes on where the one before ended."""
        return self.data.kind == "text"

    @property
    def window(self) -> int:
        """Steps of a batch of running text."""
        return self.training.window or DEFAULT_WINDOW

    def output_problems(self, stack: Stack, facts: InputFacts) -> Iterator[Misfit]:
        yield from causal_problems(stack, "tokens", unequal=True)
        for index, layer in enumerate(stack.layers):
            if isinstance(layer, Embedding) and layer.mask_zero:
                path = ("model", "layers", index, layer.kind, "mask_zero")
                message = "embedding: mask_zero would skip id 0, which is a token: remove it"
                yield Misfit(path, message)
        if self.training.trace is not None and not any(x.recurrent for x in stack.layers):
            message = "training: trace shows a hidden state, but no layer has one: remove it"
            yield Misfit(("training", "trace"), message)
        yield from super().output_problems(stack, facts)

    def dense_problems(self, last: Dense, path: KeyPath, facts: InputFacts) -> Iterator[Misfit]:
        vocabulary = facts.outputs or 0
        if last.units != vocabulary:
            message = (
                f"dense: units (={last.units}) must be the {vocabulary} tokens of the vocabulary: "
                "leave it out"
            )
            yield Misfit((*path, "units"), message)
        if last.activation not in {None, "linear", "softmax"}:
            message = f"dense: activation (='{last.activation}') must be softmax or linear"
            yield Misfit((*path, "activation"), message)

    def smoke_overrides(self) -> dict[str, object]:
        most = SMOKE_TOKENS if self.data.kind == "text" else SMOKE_SEQUENCES
        overrides = {**super().smoke_overrides(), "data.limit": min(self.data.limit or most, most)}
        if self.data.kind == "text":
            overrides["training.window"] = min(self.window, SMOKE_WINDOW)
        return overrides
