"""Who follows a training: Keras callbacks, and those who are told what happens."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from rnnkit.training.passes import nobody_counts

if TYPE_CHECKING:
    from rnnkit.runtime import keras

Lines = list[tuple[str, str]]  # (label, text)


def _nobody(said: object) -> None:
    """Nobody listens."""


@dataclasses.dataclass(frozen=True)
class Watch:
    """What a training calls, beside what its config asks for.

    Args:
        callbacks: further Keras callbacks; of several workers each has its own.
        on_start: called once before the first step with (label, text) lines: the data, the
            model, the device, the run, and a note for each layer without a kernel.
        on_message: called with what is said before and between epochs: a conversion's progress,
            a sample.
        on_pass: called with the batches that are done, and all of them, in each pass over a part
            outside of training: validation, and scoring when it has ended.
    """

    callbacks: Sequence[keras.callbacks.Callback] = ()
    on_start: Callable[[Lines], None] = _nobody
    on_message: Callable[[str], None] = _nobody
    on_pass: Callable[[int, int], None] = nobody_counts


UNWATCHED = Watch()
