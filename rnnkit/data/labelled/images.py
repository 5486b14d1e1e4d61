"""`data.order` of labelled images: where it applies, and examples in that order."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from rnnkit.data import files
from rnnkit.data.disk import DiskArray
from rnnkit.data.labelled.examples import Examples
from rnnkit.data.labelled.section import LabelledData
from rnnkit.data.order import ImageOrder, image_order
from rnnkit.data.sequences import Sequences
from rnnkit.errors import DataError


def check_order_applies(data: LabelledData, source: files.Source, *, ids: bool) -> None:
    """Raise a DataError where the examples cannot be whole images."""
    reason = None
    if ids:
        reason = "the model starts with an embedding, which reads ids"
    elif not source.is_arrays:
        reason = f"{source.where} is a table"
    elif data.max_length is not None:
        reason = f"data.max_length (={data.max_length}) would cut them"
    if reason is not None:
        raise DataError(f"data.order (={data.order}) is for whole images, but {reason}: remove it")


def order_of(
    lengths: Sequence[int], features: int, data: LabelledData, *, seed: int, where: str
) -> ImageOrder | None:
    """How the examples, being images, are read; None for sequences and images by rows.

    Args:
        lengths: the sizes T that occur.
        features: their F.
        data: the config's section.
        seed: decides a permutation.
        where: the source, for messages.

    Raises:
        DataError: an order is given for examples that are no images of one size.
    """
    if data.order == "rows":
        return None
    if min(lengths) != max(lengths):
        raise DataError(
            f"data.order (={data.order}) is for images of one size, but the examples of {where} "
            f"have {min(lengths)} to {max(lengths)} rows: remove it"
        )
    return image_order(data.order, (lengths[0], features), seed=seed, where=where)


def reordered(examples: Examples, order: ImageOrder) -> Examples:
    """Whole images, as a source gave them, in the order in which they are read.

    Those on disk stay as they are: DiskRows puts each batch into the order.
    """
    if isinstance(examples.sequences.values, DiskArray):
        return examples
    images = examples.sequences.values.reshape(-1, order.height, order.width)
    return dataclasses.replace(examples, sequences=Sequences.of_equal_length(order.apply(images)))


def check_images(sequences: Sequences, order: ImageOrder, where: str) -> None:
    """Raise a DataError unless every example is an image of the run's size."""
    rows = {int(f(sequences.lengths)) for f in (np.min, np.max)}
    order.check((next(iter(rows - {order.height}), order.height), sequences.values.shape[1]), where)
