"""class_weight: what each example counts."""

import numpy as np
import pytest

from rnnkit.data.labelled.weights import class_weights, example_weights
from rnnkit.errors import DataError


def test_balanced_weights_average_to_one_over_the_examples() -> None:
    y = np.array([0, 0, 0, 1], np.int32)
    weights = class_weights("balanced", y, ["a", "b", "unused"])
    assert weights == {0: pytest.approx(4 / 6), 1: pytest.approx(2.0)}
    assert sum(weights[label] for label in y.tolist()) == pytest.approx(len(y))


def test_given_weights_go_by_label() -> None:
    y = np.array([0, 1], np.int32)
    assert class_weights({"b": 3.0}, y, ["a", "b"]) == {1: 3.0}
    assert class_weights({7: 3.0}, y, ["5", "7"]) == {1: 3.0}
    assert class_weights(None, y, ["a", "b"]) == {}
    with pytest.raises(DataError, match="have no class 'bee'"):
        class_weights({"bee": 3.0}, y, ["a", "b"])


def test_each_example_gets_its_class_s_weight() -> None:
    y = np.array([0, 1, 1], np.int32)
    assert example_weights(None, y, ["a", "b"]) is None
    weights = example_weights({"b": 3.0}, y, ["a", "b"])
    assert weights is not None
    assert weights.tolist() == [1, 3, 3]
