"""Targets in their units and as a model learns them."""

import numpy as np
import pytest

from rnnkit.data.measured.section import MeasuredData
from rnnkit.data.measured.targets import TargetScale, check_positive, clipped, fit_targets
from rnnkit.errors import DataError


def section(**options: object) -> MeasuredData:
    return MeasuredData.model_validate({"source": "d.csv", **options})


Y = np.array([[1.0, 10.0], [3.0, 30.0], [5.0, 80.0]])


def test_there_and_back():
    data = section()
    scale = TargetScale(fit_targets(Y, data), data)
    learnt = scale.apply(Y)
    np.testing.assert_allclose(learnt.mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(learnt.std(axis=0), 1, rtol=1e-6)
    np.testing.assert_allclose(scale.invert(learnt), Y, rtol=1e-6)


def test_logarithms():
    data = section(log=True)
    scale = TargetScale(fit_targets(Y, data), data)
    np.testing.assert_allclose(scale.invert(scale.apply(Y)), Y, rtol=1e-6)
    middle = scale.invert(np.zeros((1, 2)))
    np.testing.assert_allclose(middle, np.exp(np.log(Y).mean(axis=0, keepdims=True)))


def test_answers_stay_within_the_bounds():
    data = section(clip={"minimum": 2, "maximum": 50})
    assert clipped(Y, data).tolist() == [[2, 10], [3, 30], [5, 50]]
    scale = TargetScale(fit_targets(clipped(Y, data), data), data)
    assert scale.invert(np.array([[-100.0, 100.0]])).tolist() == [[2, 50]]


def test_no_logarithm():
    y = np.array([[1.0], [0.0], [-2.0]])
    with pytest.raises(DataError) as error:
        check_positive(y, section(log=True), ("load",), "d.csv")
    assert str(error.value) == (
        "d.csv: data.log needs positive targets, but 'load' = 0 in example 2 (2 such values): "
        "remove it, or set clip: {minimum: ...}"
    )
    check_positive(y, section(), ("load",), "d.csv")
