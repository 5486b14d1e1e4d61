"""`task: memory`: generated sequences that only a long memory can answer, adding and copy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BeforeValidator, model_validator

from rnnkit.config.layers import Dense
from rnnkit.config.root import Config, DataSection, as_written
from rnnkit.config.section import PositiveInt, Section, does_not_fit
from rnnkit.config.stack import InputFacts, Misfit, Stack
from rnnkit.config.training import TrainingConfig
from rnnkit.problems import KeyPath
from rnnkit.tasks.memory.problems import COPIED

SMOKE_EXAMPLES = 64  # of each part
SMOKE_LENGTH = 10
METRICS = {"adding": ("mean_absolute_error",), "copy": ("recall",)}


class Examples(Section):
    """How many examples are made for each part."""

    train: PositiveInt = 20_000  # examples
    validation: PositiveInt = 1_000  # examples
    test: PositiveInt = 1_000  # examples


class MemoryData(DataSection):
    """`data:` for the long-memory problems: generated from the config's seed, no file is read.

    adding (Hochreiter and Schmidhuber 1997): `length` steps of a value and a marker; the answer,
    at the end, is the sum of the two values that were marked, one in each half.
    copy (the same; as in Arjovsky et al. 2016 and Bai et al. 2018): ten digits, `length` steps of
    waiting, then the ten digits again. The sequence has `length` + 20 steps.
    """

    source: Annotated[Literal["adding", "copy"], BeforeValidator(as_written)]  # the problem
    length: PositiveInt = 100  # steps that something is remembered over
    examples: Examples = Examples()  # of each part

    @property
    def steps(self) -> int:
        """T, all steps of a sequence."""
        return self.length + 2 * COPIED if self.source == "copy" else self.length

    @model_validator(mode="after")
    def _two_halves(self) -> MemoryData:
        if self.source == "adding" and self.length < 2:
            text = "length (=1) leaves no room for two markers: it must be at least 2"
            raise does_not_fit(text, "length")
        return self


class MemoryTraining(TrainingConfig):
    """`training:` for the long-memory problems; the loss follows from the problem."""

    metrics: list[Literal["mean_absolute_error", "recall"]] = []


class MemoryConfig(Config):
    task: Literal["memory"]
    data: MemoryData
    training: MemoryTraining

    @property
    def sequence_output(self) -> bool:  # type: ignore[override]
        """copy answers at every step, adding once."""
        return self.data.source == "copy"

    def output_problems(self, stack: Stack, facts: InputFacts) -> Iterator[Misfit]:
        yield from super().output_problems(stack, facts)
        source = self.data.source
        for index, metric in enumerate(self.training.metrics):
            if metric not in METRICS[source]:
                message = f"metrics: {metric} is not for {source}: use {METRICS[source][0]}"
                yield Misfit(("training", "metrics", index), message)

    def dense_problems(self, last: Dense, path: KeyPath, facts: InputFacts) -> Iterator[Misfit]:
        source, wanted = self.data.source, facts.outputs or 1
        allowed = {"adding": {None, "linear"}, "copy": {None, "linear", "softmax"}}[source]
        if last.units != wanted:
            what = "one number" if wanted == 1 else f"one of {wanted} symbols"
            message = (
                f"dense: units (={last.units}) must be {wanted}: {source} asks for {what}; "
                "leave units out and it is"
            )
            yield Misfit((*path, "units"), message)
        elif last.activation not in allowed:
            names = " or ".join(sorted(name for name in allowed if name))
            message = f"dense: activation (='{last.activation}') for {source} must be {names}"
            yield Misfit((*path, "activation"), message)

    def smoke_overrides(self) -> dict[str, object]:
        counts = self.data.examples.model_dump()
        return {
            **super().smoke_overrides(),
            "data.length": min(self.data.length, SMOKE_LENGTH),
            "data.examples": {part: min(n, SMOKE_EXAMPLES) for part, n in counts.items()},
        }
