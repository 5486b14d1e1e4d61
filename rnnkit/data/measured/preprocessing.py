"""What was learnt from sequences with numbers to predict, which new ones must be read with."""

from __future__ import annotations

from typing import Literal

from rnnkit.data.batch import INPUT
from rnnkit.data.beside import Kept, names_beside, scales_beside
from rnnkit.data.preprocessing import Names, Preprocessing, numbered
from rnnkit.data.scaling import Scale


class MeasuredPreprocessing(Preprocessing):
    """What the training data say of the model's input, and of the numbers of its output."""

    version: Literal[1] = 1
    targets: tuple[str, ...]  # the K names, of columns or `y`
    target_scale: Scale  # of the K targets, clipped, and of their logarithms where these are learnt
    means: tuple[float, ...]  # of the K targets in the training part, clipped
    length: int  # T, after padding and cutting
    features: int  # F; 1 for ids
    masked: bool  # shorter sequences are padded
    vocabulary: int | None = None  # ids: the largest in the data + 1
    scale: Scale | None = None
    columns: tuple[str, ...] | None = None  # the feature columns; None: the source was arrays
    beside: Kept = {}  # other inputs, by name

    @property
    def lengths(self) -> list[tuple[str, int, int]]:
        count = len(self.targets)
        found = [("means", len(self.means), count)]
        found += [(f"target_{name}", n, m) for name, n, m in self.target_scale.lengths(count)]
        found += [length for one in self.beside.values() for length in one.lengths]
        return found if self.scale is None else found + self.scale.lengths(self.features)

    @property
    def names(self) -> Names:
        return Names(names_beside(self.beside), numbered(self.targets), self.columns or ())

    @property
    def scales(self) -> dict[str, Scale]:
        first = {} if self.scale is None else {INPUT: self.scale}
        return first | scales_beside(self.beside)
