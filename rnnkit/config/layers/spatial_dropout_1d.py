"""SpatialDropout1D: Tompson et al. 2015."""

from __future__ import annotations

from typing import ClassVar

from rnnkit.config.layers.dropout import Dropout


class SpatialDropout1D(Dropout):
    """Dropout of whole features: at every step the same ones."""

    input_rank: ClassVar[int | None] = 2
