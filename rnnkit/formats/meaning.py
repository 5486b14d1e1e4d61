"""What the numbers that a network reads and gives mean, for programs that have no rnnkit."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, Literal

from rnnkit.data.preprocessing import Names
from rnnkit.data.scaling import Scale

Activation = Literal["softmax", "sigmoid"]


@dataclasses.dataclass(frozen=True)
class Classes:
    """The output is of C classes, tags or tokens; of two classes it can be of the second alone.

    Args:
        names: C.
        activation: what turns the output into probabilities; None: it is these.
        temperature: that logits are divided by: probabilities p become p^(1/temperature), normed.
        threshold: of two classes, the second is answered from this probability on; None: the more
            probable one.
    """

    names: tuple[str | int, ...]
    activation: Activation | None
    temperature: float = 1.0
    threshold: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {"kind": "classes", **dataclasses.asdict(self)}


@dataclasses.dataclass(frozen=True)
class Numbers:
    """The output is of K numbers: y * divisor + offset, then e to the power of that under `log`.

    Args:
        names: K; where there are more outputs, those of one step follow those of the step before.
        scale: of the K numbers; None: the output is in their units, or in nobody's.
        log: whether their logarithms are learnt.
        bounds: that they are brought within; None: none.
        columns: what the output holds, in words, where it says more than the numbers.
    """

    names: tuple[str, ...]
    scale: Scale | None = None
    log: bool = False
    bounds: tuple[float | None, float | None] | None = None
    columns: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        scale = None if self.scale is None else self.scale.model_dump()
        return {"kind": "numbers", **vars(self), "scale": scale}


@dataclasses.dataclass(frozen=True)
class Meaning:
    """Of one run's network.

    Args:
        names: what ids and features stand for.
        scales: of inputs of numbers, by name: x' = (x - offset) / divisor.
        answer: how the output is read.
        carried: whether the network takes and gives states, so that it can go on step by step.
        notes: what else is done to data before they are read, as sentences.
    """

    names: Names
    scales: Mapping[str, Scale]
    answer: Classes | Numbers
    carried: bool = False
    notes: tuple[str, ...] = ()
