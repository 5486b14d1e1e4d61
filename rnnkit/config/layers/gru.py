"""GRU: Cho et al. 2014; with `reset_after`, the default, as cuDNN computes it."""

from __future__ import annotations

from typing import ClassVar

from rnnkit.config.layers.recurrent import Gated


class GRU(Gated):
    gates: ClassVar[int] = 3
    states: ClassVar[tuple[str, ...]] = ("h",)
    held: ClassVar[int] = 7

    reset_after: bool = True  # cuDNN's form; False: Cho et al. 2014

    @property
    def biases(self) -> int:
        return 2 if self.reset_after else 1
