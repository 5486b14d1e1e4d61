"""SimpleRNN: Elman 1990."""

from __future__ import annotations

from typing import ClassVar

from rnnkit.config.layers.recurrent import Recurrent


class SimpleRNN(Recurrent):
    gates: ClassVar[int] = 1
    states: ClassVar[tuple[str, ...]] = ("h",)
    held: ClassVar[int] = 3
