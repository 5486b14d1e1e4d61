"""`class_weight:` and a column of weights -> what each training example's loss counts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from rnnkit.data.labelled.examples import Examples
from rnnkit.data.labelled.section import ClassWeight, ExampleData
from rnnkit.errors import DataError
from rnnkit.words import did_you_mean


def example_weights(
    section: ClassWeight | None,
    y: npt.NDArray[np.int32],
    classes: Sequence[str],
    own: npt.NDArray[np.float64] | None = None,
) -> npt.NDArray[np.float32] | None:
    """Each example's weight, (N,), its class's times its `own`, (N,); None where all count 1.

    Raises:
        DataError: a weight names a class that the data do not have.
    """
    if section is None and own is None:
        return None
    table = np.ones(len(classes))
    for number, weight in class_weights(section, y, classes).items():
        table[number] = weight
    weights = table[y] if own is None else table[y] * own
    return weights.astype(np.float32)


def weight_notes(data: ExampleData, train: Examples) -> tuple[str, ...]:
    """What the column of weights does, as a sentence; nothing where there is none."""
    if (weights := train.weights) is None:
        return ()
    low, mean, high = (f"{f(weights):.4g}" for f in (np.min, np.mean, np.max))
    return (
        f"'{data.weighing}' weighs the loss of the training examples, {low} to {high}, mean "
        f"{mean}; metrics, validation and test count every example once",
    )


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
