"""Ridge: against numpy's least squares, and where there is nothing to learn."""

import numpy as np

from rnnkit.baselines.ridge import Ridge

RNG = np.random.default_rng(0)


def chunks(x, y, size=50):
    return ((x[i : i + size], y[i : i + size]) for i in range(0, len(x), size))


def test_little_noise_is_least_squares():
    x = RNG.normal(size=(400, 3)) + np.array([1e6, 0, -5])  # far from 0: digits must not be lost
    y = x @ [[2.0, 0], [0, 1], [-1, 3]] + [7, 8] + 1e-3 * RNG.normal(size=(400, 2))
    model = Ridge(chunks(x, y))
    table = np.concatenate([x - x.mean(axis=0), np.ones((400, 1))], axis=1)
    expected = table @ np.linalg.lstsq(table, y)[0]
    np.testing.assert_allclose(model(x), expected, atol=1e-4)


def test_noise_alone_is_shrunk_to_the_mean():
    x, y = RNG.normal(size=(100, 80)), RNG.normal(size=(100, 1))
    new = RNG.normal(size=(1000, 80))
    table = np.concatenate([x, np.ones((100, 1))], axis=1)
    least_squares = np.concatenate([new, np.ones((1000, 1))], axis=1) @ np.linalg.lstsq(table, y)[0]
    answers = Ridge(chunks(x, y))(new)
    assert np.std(answers) < 0.3 * np.std(least_squares)


def test_more_inputs_than_rows_and_constant_ones():
    x = np.concatenate([RNG.normal(size=(8, 20)), np.ones((8, 1))], axis=1)
    y = x[:, :1]
    answers = Ridge(chunks(x, y))(x)
    assert np.isfinite(answers).all()


def test_one_row():
    assert Ridge(chunks(np.ones((1, 2)), np.full((1, 1), 3.0)))(np.zeros((2, 2))).tolist() == [
        [3.0],
        [3.0],
    ]
