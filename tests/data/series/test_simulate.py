"""Made series: their rule, and the error that nobody can beat."""

import numpy as np
import pytest

from rnnkit.data.series.section import Simulation
from rnnkit.data.series.sources import simulate


def values(source, **options):
    [one] = simulate(source, Simulation(**options)).series
    return one.values[:, 0]


@pytest.mark.parametrize(
    ("source", "rule"),
    [("ar1", lambda y: 0.5 + 0.8 * y), ("threshold", lambda y: 0.5 - 0.8 * abs(y))],
)
def test_the_rule_leaves_its_noise(source, rule):
    y = values(source, length=20_000, coefficient=0.8, intercept=0.5, deviation=2.0)
    noise = y[1:] - rule(y[:-1])
    assert noise.std() == pytest.approx(2.0, rel=0.02)
    assert abs(noise.mean()) < 0.05
    assert abs(np.corrcoef(noise[1:], noise[:-1])[0, 1]) < 0.03


def test_a_line_cannot_follow_the_threshold():
    y = values("threshold", length=20_000)
    slope, offset = np.polyfit(y[:-1], y[1:], 1)
    assert (y[1:] - slope * y[:-1] - offset).std() > 1.1  # the best possible is 1


def test_seed_and_length():
    assert len(values("ar1", length=50)) == 50
    np.testing.assert_array_equal(values("ar1", length=50), values("ar1", length=90)[:50])
    assert (values("ar1", length=50, seed=1) != values("ar1", length=50)).all()
    first, second = (simulate("ar1", Simulation(length=50, seed=s)).sha256 for s in (0, 1))
    assert first != second
