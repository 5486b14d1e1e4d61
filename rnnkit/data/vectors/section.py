"""The `data:` section of sequences of vectors: images, arrays, or a folder of tunes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from rnnkit.config.images import Order
from rnnkit.config.root import DataSection
from rnnkit.config.section import PositiveFloat, PositiveInt, does_not_fit
from rnnkit.config.shares import Shares
from rnnkit.datasets import EMBEDDED

Binarize = Literal["none", "threshold", "stochastic"]
Output = Literal["bernoulli", "gaussian"]
AtLeastTwo = Annotated[int, Field(ge=2, lt=2**31)]
ScaleName = Literal["none", "pixels", "standard", "min_max", "robust"]


class FrameData(DataSection):
    """`data:` for frames: images, arrays (N, T, F) or ragged ones, or a folder of tunes.

    With `order`, and always for mnist, a sequence is an image, (N, height, width).
    """

    source: Annotated[str, Field(min_length=1)]  # embedded; .npz, .npy, or a folder of .mid, .abc
    output: Output = "bernoulli"  # frames of 0 and 1; gaussian: of any numbers
    order: Order | None = None  # images: how they are read; None: no images (mnist: rows)
    shrink: PositiveInt = 1  # images: squares of so many pixels a side become their mean
    binarize: Binarize = "none"  # of values in 0..1; threshold: above 0.5; stochastic: drawn
    scale: ScaleName | None = None  # pixels: x / 255; None: none (mnist: pixels)
    context: PositiveInt = 1  # so many of the last frames are the model's input at a step
    position: bool = False  # images: the model also sees in which row and column it is
    time_step: PositiveFloat | None = None  # tunes: seconds a frame; None: 0.125
    max_length: AtLeastTwo | None = None  # longer sequences are cut into pieces of so many frames
    split: Shares = Shares()  # what is held back
    limit: PositiveInt | None = None  # a seeded subset: at most this many sequences of each part

    @property
    def image_order(self) -> Order | None:
        """How images are read; None where sequences are none."""
        return self.order or ("rows" if self.source in EMBEDDED else None)

    @property
    def scaled_by(self) -> ScaleName:
        return self.scale or ("pixels" if self.source in EMBEDDED else "none")

    @property
    def step(self) -> float:
        """Seconds a frame, of tunes."""
        return self.time_step or 0.125  # a sixteenth at 120 beats a minute

    @model_validator(mode="after")
    def _options_fit(self) -> FrameData:
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


def _misfit(name: str, value: object, why: str) -> PydanticCustomError:
    return does_not_fit(f"{name} (={value}) {why}: remove it", name)
