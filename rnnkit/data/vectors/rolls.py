"""Notes -> a piano roll: frames of 88 keys, 1 where a key sounds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.ram import is_large
from rnnkit.data.sequences import Sequences
from rnnkit.errors import DataError

KEYS = 88  # of a piano
LOWEST = 21  # the MIDI number of its lowest key, A0; the highest is C8, 108

Roll = NDArray[np.uint8]  # (T, 88)
Sounding = tuple[float, float, int]  # begin and end in seconds, and the MIDI number of a key


def roll_of(notes: Sequence[Sounding], *, time_step: float, where: str) -> Roll:
    """The roll of notes that a piano has.

    Begin and end are rounded to frames, of which every note takes one at least. A key struck
    again at once does not show. Silence before the music is left out.

    Args:
        notes: at least one.
        time_step: seconds a frame.
        where: the tune, for messages.

    Raises:
        DataError: too many frames.
    """
    first = min(begin for begin, _, _ in notes)
    spans = []
    for begin, end, key in notes:
        start = round((begin - first) / time_step)
        stop = max(start + 1, round((end - first) / time_step))
        spans.append((start, stop, key - LOWEST))
    frames = max(stop for _, stop, _ in spans)
    refuse_large(frames, where, time_step)
    roll = np.zeros((frames, KEYS), np.uint8)
    for start, stop, key in spans:
        roll[start:stop, key] = 1
    return roll


def refuse_large(frames: int, where: str, time_step: float) -> None:
    """Raise a DataError where rolls would not fit the RAM, in which they are copied twice."""
    if is_large(frames * KEYS):
        raise DataError(
            f"{where}: with data.time_step (={time_step:g}) seconds a frame it has {frames:,} "
            f"frames or more, {frames * KEYS:,} bytes: more than a quarter of this machine's "
            "RAM: set it higher"
        )


def joined(rolls: Sequence[Roll]) -> Sequences:
    """Rolls (T, 88) end to end."""
    return Sequences.of_lengths(np.concatenate(rolls), np.array([len(r) for r in rolls], np.intp))
