"""`task: next_token`: the tokens so far -> a distribution over the next one, at every step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import model_validator

from rnnkit.config.causal import causal_problems
from rnnkit.config.layers import Dense, Embedding
from rnnkit.config.root import SMOKE_BATCH_SIZE, Config
from rnnkit.config.section import PositiveFloat, PositiveInt, Section, does_not_fit
from rnnkit.config.stack import InputFacts, Misfit, Stack
from rnnkit.config.training import TrainingConfig
from rnnkit.data.tokens.section import TokenData
from rnnkit.problems import KeyPath

DEFAULT_WINDOW = 128  # steps
SMOKE_WINDOW = 32
SMOKE_SEQUENCES = 200
SMOKE_TOKENS = 4 * SMOKE_BATCH_SIZE * SMOKE_WINDOW  # a few steps of running text


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
    data: TokenData
    training: NextTokenTraining

    @model_validator(mode="after")
    def _window_fits(self) -> NextTokenConfig:
        if self.training.window is not None and self.data.kind == "sequences":
            raise does_not_fit(
                f"window (={self.training.window}) cuts running text; sequences are read whole: "
                "remove it, or cut them with data.max_length",
                *("training", "window"),
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
        for row in stack.summaries:
            if isinstance(row.layer, Embedding) and row.layer.mask_zero:
                message = "embedding: mask_zero would skip id 0, which is a token: remove it"
                yield Misfit((*row.path, "mask_zero"), message)
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
