"""`task: next_frame`: the frames of a sequence so far -> a distribution over the next one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from rnnkit.config.causal import causal_problems
from rnnkit.config.layers import Dense
from rnnkit.config.root import Config
from rnnkit.config.stack import InputFacts, Misfit, Stack
from rnnkit.config.training import TrainingConfig
from rnnkit.data.vectors.section import FrameData
from rnnkit.problems import KeyPath


class NextFrameTraining(TrainingConfig):
    """`training:` for next_frame. The loss is in nats a frame: the sum over its features."""

    metrics: list[Literal["bits_per_dim"]] = []  # the loss / (ln 2 * features)


class NextFrameConfig(Config):
    sequence_output: ClassVar[bool] = True
    smoke_limit: ClassVar[int] = 64  # of each part

    task: Literal["next_frame"]
    data: FrameData
    training: NextFrameTraining

    def output_problems(self, stack: Stack, facts: InputFacts) -> Iterator[Misfit]:
        unequal = facts.shape[0] is None
        yield from causal_problems(stack, "frames", unequal=unequal)
        yield from super().output_problems(stack, facts)

    def dense_problems(self, last: Dense, path: KeyPath, facts: InputFacts) -> Iterator[Misfit]:
        outputs = facts.outputs or 0
        gaussian = self.data.output == "gaussian"
        if last.units != outputs:
            what = "a mean and a log-variance a feature" if gaussian else "one a feature"
            message = f"dense: units (={last.units}) must be {outputs}, {what}: leave it out"
            yield Misfit((*path, "units"), message)
        if last.activation not in {None, "linear", *(() if gaussian else ("sigmoid",))}:
            allowed = "linear" if gaussian else "linear or sigmoid"
            message = (
                f"dense: activation (='{last.activation}') before output: {self.data.output} "
                f"must be {allowed}"
            )
            yield Misfit((*path, "activation"), message)
