"""LSTM: Hochreiter and Schmidhuber 1997; the forget gate: Gers et al. 2000."""

from __future__ import annotations

from typing import ClassVar

from rnnkit.config.layers.recurrent import Gated


class LSTM(Gated):
    gates: ClassVar[int] = 4
    states: ClassVar[tuple[str, ...]] = ("h", "c")
    held: ClassVar[int] = 10

    unit_forget_bias: bool = True  # the forget gate starts open: gradients pass from the start
