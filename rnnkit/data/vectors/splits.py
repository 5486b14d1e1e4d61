"""The parts that a source brings -> train, validation and test, in pieces, at most `limit`.

Sequences are split whole and cut afterwards: a piece in train and the next one of the same
sequence in test would let a model look good by what it has seen.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.config.shares import Shares
from rnnkit.data.disk import DiskArray
from rnnkit.data.keys import content_keys
from rnnkit.data.sequences import Indices, Sequences, places
from rnnkit.data.splits import check_split, draw_parts

_LIMITS = {"train": 23, "validation": 24, "test": 25}  # second words of the seed


@dataclasses.dataclass(frozen=True, eq=False)
class Raw:
    """Sequences before they are padded.

    Args:
        frames: as they came, or binarised.
        grey: (S, F) what `frames.values` were drawn from; None where nothing was drawn.
    """

    frames: Sequences
    grey: NDArray[Any] | DiskArray | None = None

    def __len__(self) -> int:
        return len(self.frames.starts)

    @property
    def source(self) -> Sequences:
        """As they came, but for the order of pixels."""
        frames = self.frames
        return frames if self.grey is None else dataclasses.replace(frames, values=self.grey)

    def take(self, indices: Indices) -> Raw:
        return Raw(self.frames.take(indices), self.grey)

    def in_pieces(self, max_length: int | None) -> Raw:
        return Raw(in_pieces(self.frames, max_length), self.grey)


def split_parts(parts: dict[str, Raw], split: Shares, *, seed: int, where: str) -> dict[str, Raw]:
    """Take test, then validation, out of train, as `draw_parts` does by what a sequence holds.

    Raises:
        DataError: a share for a part that the source brings, a share that holds no sequence, or
            `validation: test` without a test part.
    """
    check_split(parts, split, where=where)
    result = dict(parts)
    if split.draws:
        train = parts["train"]
        drawn = draw_parts(content_keys(train.source), split.drawn, seed=seed, where=where)
        result |= {part: train.take(members) for part, members in drawn.items()}
    if split.validation == "test":
        result["validation"] = result["test"]
    return result


def limit_parts(
    parts: dict[str, Raw], limit: int | None, *, max_length: int | None, seed: int
) -> dict[str, Raw]:
    """Each part in pieces, and a random subset of at most `limit` of them, in their own order."""
    limited: dict[str, Raw] = {}
    for part, whole in parts.items():
        if part == "validation" and whole is parts.get("test"):
            continue
        raw = whole.in_pieces(max_length)
        rng = np.random.default_rng([seed, _LIMITS[part]])
        small = limit is None or len(raw) <= limit
        limited[part] = raw if small else raw.take(np.sort(rng.permutation(len(raw))[:limit]))
    if "validation" in parts and "validation" not in limited:
        limited["validation"] = limited["test"]
    return limited


def in_pieces(sequences: Sequences, max_length: int | None) -> Sequences:
    """Longer sequences cut into consecutive ones of `max_length` frames and a shorter last one."""
    if max_length is None or int(sequences.lengths.max()) <= max_length:
        return sequences
    pieces = -(-sequences.lengths // max_length)
    sequence = np.repeat(np.arange(len(pieces)), pieces)
    begins = places(pieces) * max_length
    lengths = np.minimum(sequences.lengths[sequence] - begins, max_length)
    return Sequences(sequences.values, sequences.starts[sequence] + begins, lengths)
