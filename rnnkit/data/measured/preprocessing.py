"""What was learnt from sequences with numbers to predict, which new ones must be read with."""

from __future__ import annotations

from rnnkit.data.beside import names_beside
from rnnkit.data.labelled.preprocessing import ExamplePreprocessing
from rnnkit.data.preprocessing import Names, numbered
from rnnkit.data.scaling import Scale


class MeasuredPreprocessing(ExamplePreprocessing):
    """What the training data say of the model's input, and of the numbers of its output."""

    targets: tuple[str, ...]  # the K names, of columns or `y`
    target_scale: Scale  # of the K targets, clipped, and of their logarithms where these are learnt
    means: tuple[float, ...]  # of the K targets in the training part, clipped

    @property
    def lengths(self) -> list[tuple[str, int, int]]:
        count = len(self.targets)
        found = [(f"target_{name}", n, m) for name, n, m in self.target_scale.lengths(count)]
        return [("means", len(self.means), count), *found, *super().lengths]

    @property
    def names(self) -> Names:
        return Names(names_beside(self.beside), numbered(self.targets), self.columns or ())
