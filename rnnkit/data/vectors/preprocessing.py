"""What was learnt from sequences of frames, which new ones must be read with."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.order import ImageOrder
from rnnkit.data.preprocessing import Preprocessing
from rnnkit.data.scaling import Scale
from rnnkit.data.vectors.section import FrameData


class FramePreprocessing(Preprocessing):
    """What the training data say of the model's input and output."""

    features: int  # F
    length: int  # T, of the longest sequence in the data
    equal: bool  # all sequences have that length
    scale: Scale | None = None
    order: ImageOrder | None = None  # None: sequences are no images
    midi: bool = False  # the source was a folder of tunes

    def places(self, data: FrameData) -> NDArray[np.float32] | None:
        """What the input says of where each step is, (T, P); None where it says nothing."""
        return self.order.places() if self.order is not None and data.position else None

    @property
    def lengths(self) -> list[tuple[str, int, int]]:
        found = [] if self.scale is None else self.scale.lengths(self.features)
        return found if self.order is None else found + self.order.lengths(self.length)
