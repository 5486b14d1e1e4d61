"""Images -> sequences: by rows, by columns, or pixel by pixel; and sequences back to images."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.config.images import Order
from rnnkit.config.section import Section
from rnnkit.data.wording import counted
from rnnkit.errors import DataError

_DRAW = 6  # second word of the seed, so that the permutation depends on no other draw


class ImageOrder(Section):
    """In which order the pixels of images are read; a run keeps it.

    `rows` gives (T, F) = (height, width), `columns` (width, height), `pixels` row after row
    (height * width, 1), and `permuted` the same in one fixed random order.
    """

    name: Order
    height: int
    width: int
    permutation: tuple[int, ...] | None = None  # permuted: which pixel is read at each step

    @property
    def shape(self) -> tuple[int, int]:
        """(T, F) of the sequences."""
        if self.name in ("rows", "columns"):
            sides = (self.height, self.width)
            return sides if self.name == "rows" else sides[::-1]
        return self.height * self.width, 1

    def lengths(self, steps: int) -> list[tuple[str, int, int]]:
        """As `Preprocessing.lengths`, for sequences of so many steps."""
        found = [("order", self.shape[0], steps)]
        if self.permutation is not None:
            found.append(("order.permutation", len(set(self.permutation)), steps))
        return found

    def apply(self, images: NDArray[Any]) -> NDArray[Any]:
        """Images (..., height, width) -> sequences (..., T, F)."""
        if self.name == "rows":
            return images
        if self.name == "columns":
            return np.ascontiguousarray(images.swapaxes(-1, -2))
        pixels = images.reshape(*images.shape[:-2], -1, 1)
        return pixels if self.permutation is None else pixels[..., np.array(self.permutation), :]

    def undo(self, sequences: NDArray[Any]) -> NDArray[Any]:
        """Sequences (..., T, F) -> images (..., height, width)."""
        if self.name == "rows":
            return sequences
        if self.name == "columns":
            return sequences.swapaxes(-1, -2)
        pixels = sequences[..., 0]
        if self.permutation is not None:
            pixels = pixels[..., np.argsort(self.permutation)]
        return pixels.reshape(*pixels.shape[:-1], self.height, self.width)

    def places(self) -> NDArray[np.float32]:
        """Where each step is, (T, P): the row or column that it reads, one-hot, or both."""
        if self.shape[1] > 1:
            return np.eye(self.shape[0], dtype=np.float32)
        rows, columns = np.indices((self.height, self.width))
        row, column = np.eye(self.height)[rows], np.eye(self.width)[columns]
        both = np.concatenate([row, column], axis=-1, dtype=np.float32)  # (height, width, P)
        steps = both.reshape(-1, self.height + self.width)
        return steps if self.permutation is None else steps[np.array(self.permutation)]

    def check(self, shape: tuple[int, ...], where: str, *, shrink: int = 1) -> None:
        """Whether images (height, width) are of the run's size, `shrink` times that of its pixels.

        Raises:
            DataError: otherwise.
        """
        height, width = self.height * shrink, self.width * shrink
        if shape != (height, width):
            raise DataError(
                f"{where}: {counted(shape[0], 'row')} of {counted(shape[1], 'pixel')}, but the "
                f"run reads images of {height} × {width} in the order '{self.name}'"
            )


def image_order(order: Order, shape: tuple[int, int], *, seed: int, where: str) -> ImageOrder:
    """How images (height, width) are read; `permuted` follows from the seed.

    Raises:
        DataError: an order other than rows for examples that are no images.
    """
    height, width = shape
    if order != "rows" and min(shape) < 2:
        raise DataError(
            f"data.order (={order}) is for images, (N, height, width), but the examples of "
            f"{where} are {height} × {width}: remove it"
        )
    permutation = None
    if order == "permuted":
        drawn = np.random.default_rng([seed, _DRAW]).permutation(height * width)
        permutation = tuple(drawn.tolist())
    return ImageOrder(name=order, height=height, width=width, permutation=permutation)
