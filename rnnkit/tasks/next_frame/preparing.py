"""Sequences of frames as a source has them -> as they are read: binarised, shrunk, in an order.

Those on disk are written once more where any of that changes them.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.cache import Place
from rnnkit.data.disk import DiskArray
from rnnkit.data.keys import pieces
from rnnkit.data.order import ImageOrder
from rnnkit.data.sequences import Sequences
from rnnkit.data.store import Writer, stored
from rnnkit.data.vectors import binarize
from rnnkit.data.vectors.preprocessing import FramePreprocessing
from rnnkit.data.vectors.section import FrameData
from rnnkit.data.vectors.splits import Raw


class Keep(NamedTuple):
    """Where frames that are changed before they are read go, where they are large."""

    place: Place | None
    sha256: Callable[[], str]  # of their source


def prepared(
    sequences: Sequences,
    data: FrameData,
    kept: FramePreprocessing,
    *,
    part: str,
    where: str,
    keep: Keep | None = None,
) -> Raw:
    """Checked, binarised, and in the order of the run.

    Args:
        sequences: of one part, as the source has them.
        data: what is asked of them.
        kept: the order, and whether pixels are divided.
        part: its name.
        where: the source, for messages.
        keep: where those on disk are written as they are to be read; None: only their lengths
            are wanted.
    """
    divisor = 1.0 if kept.scale is None else 255.0  # other scales are for gaussian frames
    if data.output == "bernoulli":
        binarize.check_range(sequences, divisor, f"{where}, {part}")
    made = functools.partial(_made, data=data, kept=kept, divisor=divisor, rng=binarize.draws(part))
    if not isinstance(sequences.values, DiskArray):
        return made(sequences)
    if data.binarize == "none" and kept.order is None:
        return Raw(sequences)
    lengths = sequences.lengths
    if kept.order is not None:
        lengths = np.full_like(lengths, kept.order.shape[0])
    if keep is None:
        return Raw(Sequences.of_lengths(sequences.values, lengths))

    def fill(writer: Writer) -> dict[str, Any]:
        for values, starts in pieces(sequences):
            some = Sequences.of_lengths(values, np.diff(starts, append=len(values)))
            raw = made(some)
            writer.add("frames", raw.frames.values)
            if raw.grey is not None:
                writer.add("grey", raw.grey[:])
        return {}

    options = data.model_dump(mode="json", include={"binarize", "shrink", "output"})
    order = None if kept.order is None else kept.order.model_dump(mode="json")
    key = {"sha256": keep.sha256(), "frames of": part, "order": order, **options}
    size = 2 * len(sequences.values) * sequences.values.row_bytes
    found = stored(keep.place, {**key, "divisor": divisor}, fill, size=size, what=where).arrays
    return Raw(Sequences.of_lengths(found["frames"], lengths), found.get("grey"))


def _made(
    sequences: Sequences,
    data: FrameData,
    kept: FramePreprocessing,
    divisor: float,
    rng: np.random.Generator,
) -> Raw:
    """Sequences in RAM as they are read."""
    if kept.order is not None and data.shrink > 1:
        sequences = _shrunk(sequences, kept.order, data.shrink)
    values, grey = sequences.values, None
    if data.output == "bernoulli" and values.itemsize > 4:
        values = values.astype(np.float32)  # in 0..1 or 0..255, where it loses nothing
    if data.binarize != "none":
        grey = values if data.binarize == "stochastic" else None
        values = binarize.frozen(values, data.binarize, divisor=divisor, rng=rng)
    if kept.order is None:
        return Raw(Sequences(values, sequences.starts, sequences.lengths), grey)
    ordered = _ordered(values, kept.order)
    grey = None if grey is None else _ordered(grey, kept.order).values
    return Raw(ordered, grey)


def _shrunk(sequences: Sequences, order: ImageOrder, side: int) -> Sequences:
    """Images whose pixels are the means of squares of `side` pixels."""
    squares = sequences.values.reshape(-1, order.height, side, order.width, side)
    return Sequences.of_equal_length(squares.mean(axis=(2, 4), dtype=np.float32))


def _ordered(values: NDArray[np.generic], order: ImageOrder) -> Sequences:
    images = values.reshape(-1, order.height, order.width)
    return Sequences.of_equal_length(order.apply(images))
