"""`task: next_frame`: the frames of a sequence so far -> a distribution over the next one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from rnnkit.config.causal import causal_problems
from rnnkit.config.document import KeyPath
from rnnkit.config.images import Order
from rnnkit.config.layers import Dense
from rnnkit.config.root import Config
from rnnkit.config.section import PositiveFloat, PositiveInt, Section
from rnnkit.config.shares import Shares
from rnnkit.config.stack import InputFacts, Misfit, Stack
from rnnkit.config.training import TrainingConfig
from rnnkit.datasets import EMBEDDED

SMOKE_SEQUENCES = 64  # of each part

Binarize = Literal["none", "threshold", "stochastic"]
Output = Literal["bernoulli", "gaussian"]
AtLeastTwo = Annotated[int, Field(ge=2, lt=2**31)]
ScaleName = Literal["none", "pixels", "standard", "min_max", "robust"]


class NextFrameData(Section):
    """`data:` for next_frame: images, arrays (N, T, F) or ragged ones, or a folder of MIDI files.

    With `order`, and always for mnist, a sequence is an image, (N, height, width).
    """

    source: Annotated[str, Field(min_length=1)]  # embedded; .npz, .npy, or a folder of .mid
    output: Output = "bernoulli"  # frames of 0 and 1; gaussian: of any numbers
    order: Order | None = None  # images: how they are read; None: no images (mnist: rows)
    shrink: PositiveInt = 1  # images: squares of so many pixels a side become their mean
    binarize: Binarize = "none"  # of values in 0..1; threshold: above 0.5; stochastic: drawn
    scale: ScaleName | None = None  # pixels: x / 255; None: none (mnist: pixels)
    context: PositiveInt = 1  # so many of the last frames are the model's input at a step
    position: bool = False  # images: the model also sees in which row and column it is
    time_step: PositiveFloat | None = None  # MIDI: seconds a frame; None: 0.125
    max_length: AtLeastTwo | None = None  # longer sequences are cut into pieces of so many frames
    split: Shares = Shares()
    limit: PositiveInt | None = None  # a seeded subset: at most this many sequences of each part

    @property
    def image_order(self) -> Order | None:
        """How images are read; None where sequences are none."""
        return self.order or ("rows" if self.source in EMBEDDED else None)

    @property
    def scaled_by(self) -> ScaleName:
        return self.scale or ("pixels" if self.source in EMBEDDED else "none")

    @model_validator(mode="after")
    def _options_fit(self) -> NextFrameData:
        if self.output == "gaussian" and self.binarize != "none":
            raise _misfit("binarize", self.binarize, "makes frames for output: bernoulli")
        if self.output == "bernoulli" and self.scaled_by not in ("none", "pixels"):
            raise _misfit("scale", self.scaled_by, "is for output: gaussian")
        if self.image_order is not None and self.max_length is not None:
            raise _misfit("max_length", self.max_length, "would cut images")
        if self.image_order is None and self.shrink > 1:
            raise _misfit("shrink", self.shrink, "is for images, which have an order")
        if self.image_order is None and self.position:
            raise _misfit("position", self.position, "is for images, which have an order")
        return self


class NextFrameTraining(TrainingConfig):
    """`training:` for next_frame. The loss is in nats a frame: the sum over its features."""

    metrics: list[Literal["bits_per_dim"]] = []  # the loss / (ln 2 * features)


class NextFrameConfig(Config):
    sequence_output: ClassVar[bool] = True

    task: Literal["next_frame"]
    data: NextFrameData
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

    def smoke_overrides(self) -> dict[str, object]:
        limit = min(self.data.limit or SMOKE_SEQUENCES, SMOKE_SEQUENCES)
        return {**super().smoke_overrides(), "data.limit": limit}


def _misfit(name: str, value: object, why: str) -> PydanticCustomError:
    context = {"name": name, "value": str(value), "why": why, "at": (name,)}
    return PydanticCustomError("data", "{name} (={value}) {why}: remove it", context)
