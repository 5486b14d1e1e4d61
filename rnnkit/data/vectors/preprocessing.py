"""What evaluation on new sequences and sampling must repeat: shapes, scale, binarisation, order."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rnnkit.config.next_frame import Binarize, Output
from rnnkit.config.stack import InputFacts
from rnnkit.data.order import ImageOrder
from rnnkit.data.preprocessing import Preprocessing
from rnnkit.data.scaling import Scale


class FramePreprocessing(Preprocessing):
    """Everything that turns new sequences into the model's input."""

    version: Literal[1] = 1
    features: int  # F
    length: int  # T, of the longest sequence in the data
    equal: bool  # all sequences have that length
    output: Output
    context: int = 1
    position: bool = False  # the input also says where the step is in the image
    binarize: Binarize = "none"
    scale: Scale | None = None
    shrink: int = 1  # pixels a side of what became one pixel of the image
    order: ImageOrder | None = None  # None: sequences are no images
    time_step: float | None = None  # seconds; None: the source was no MIDI
    max_length: int | None = None  # where longer sequences are cut

    @property
    def places(self) -> NDArray[np.float32] | None:
        """What the input says of where each step is, (T, P); None where it says nothing."""
        return self.order.places() if self.order is not None and self.position else None

    @property
    def lengths(self) -> list[tuple[str, int, int]]:
        found = [] if self.scale is None else self.scale.lengths(self.features)
        return found if self.order is None else found + self.order.lengths(self.length)

    @property
    def facts(self) -> InputFacts:
        """Padding comes last and the loss leaves it out, so the model needs no mask."""
        places = 0 if self.places is None else self.places.shape[1]
        return InputFacts(
            shape=(self.length if self.equal else None, self.features * self.context + places),
            outputs=self.features * (2 if self.output == "gaussian" else 1),
        )
