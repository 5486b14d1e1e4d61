"""An .npz or .npy file -> the shapes of its arrays, and what values they hold."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from rnnkit.data.look.asked import Asked
from rnnkit.data.npz import open_arrays

_MOST_LABELS, _MOST_WHOLE = 1000, 20  # different ones, and where they are floats


class Array(NamedTuple):
    """One of a file's arrays."""

    shape: tuple[int, ...]
    kind: str  # numpy's letter: b i u f U S
    minimum: float  # of numbers that were looked at
    maximum: float
    distinct: int  # values of it
    whole: bool  # numbers without fractions

    @property
    def has_labels(self) -> bool:
        """Whether its values are labels rather than measured."""
        most = _MOST_WHOLE if self.kind == "f" else _MOST_LABELS
        return self.kind in "bUS" or (self.whole and self.distinct <= most)


@dataclasses.dataclass(frozen=True)
class ArraysLook:
    """Arrays at first sight.

    Args:
        source: as the config will name it.
        arrays: by name; of an .npy file the only one, x.
        asked: what is not to be guessed.
    """

    source: str
    arrays: Mapping[str, Array]
    asked: Asked

    def of(self, kind: str) -> Array | None:
        """The array `x`, `y` or `values` that trains: `x_train`, or else `x`."""
        return self.arrays.get(f"{kind}_train") or self.arrays.get(kind)

    @property
    def has_test(self) -> bool:
        return not {"x_test", "values_test"}.isdisjoint(self.arrays)


_LOOKED_AT = 1 << 22  # values


def look_at_arrays(path: Path, source: str, asked: Asked) -> ArraysLook:
    """Look at every array's header, and at the values of the training part.

    Raises:
        DataError: it is no such file, or damaged.
    """
    if path.suffix.lower() == ".npy":
        from rnnkit.data.vectors.arrays import read_parts

        sequences = read_parts(path)["train"]
        values = sequences.values
        of_each = (len(sequences.lengths), int(sequences.lengths[0]), values.shape[1])
        return ArraysLook(source, {"x": _array(of_each, values[:_LOOKED_AT])}, asked)
    found = {}
    with open_arrays(path) as file:
        for name in file.names:
            shape, dtype = file.header(name)
            read = not name.endswith(("_test", "_validation")) and not file.is_large(name)
            found[name] = _array(shape, file.read(name) if read else np.zeros(0, dtype))
    return ArraysLook(source, found, asked)


def _array(shape: tuple[int, ...], values: Any) -> Array:
    some = np.asarray(values).ravel()[:_LOOKED_AT]
    kind = some.dtype.kind
    ends = (float(some.min()), float(some.max())) if len(some) and kind in "biuf" else (0.0, 0.0)
    whole = kind in "iu" or (kind == "f" and bool((some == np.trunc(some)).all()))
    return Array(shape, kind, *ends, len(np.unique(some)), whole)
