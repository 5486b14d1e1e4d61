"""`class_weight:` -> what each training example's loss counts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from rnnkit.data.labelled.section import ClassWeight
from rnnkit.errors import DataError
from rnnkit.words import did_you_mean


def example_weights(
    section: ClassWeight | None, y: npt.NDArray[np.int32], classes: Sequence[str]
) -> npt.NDArray[np.float32] | None:
    """Each example's weight, (N,); None where all count 1.

    Raises:
        DataError: a weight names a class that the data do not have.
    """
    if section is None:
        return None
    table = np.ones(len(classes), np.float32)
    for number, weight in class_weights(section, y, classes).items():
        table[number] = weight
    weights: npt.NDArray[np.float32] = table[y]
    return weights


def class_weights(
    section: ClassWeight | None, y: npt.NDArray[np.int32], classes: Sequence[str]
) -> dict[int, float]:
    """`class_weight:` by class number; `balanced` gives N / (C * count), mean 1 over examples.

    Raises:
        DataError: a weight names a class that the data do not have.
    """
    if section is None:
        return {}
    if section == "balanced":
        counts = np.bincount(y, minlength=len(classes))
        present = np.count_nonzero(counts)
        return {c: len(y) / (present * n) for c, n in enumerate(counts.tolist()) if n}
    weights = {}
    for label, weight in section.items():
        if str(label) not in classes:
            hint = did_you_mean(str(label), classes)
            raise DataError(f"class_weight: the training data have no class '{label}'.{hint}")
        weights[list(classes).index(str(label))] = weight
    return weights
