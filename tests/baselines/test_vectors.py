"""Baselines for frames against closed forms, and MNIST's reference numbers."""

import numpy as np
import pytest

from rnnkit.baselines import vectors
from rnnkit.baselines.vectors import (
    FIT_ROWS,
    Independent,
    NeighbourTable,
    PreviousFrame,
    bernoulli_nats,
    gaussian_nats,
)
from rnnkit.tasks.next_frame.dataset import load_dataset
from tests.tasks.next_frame.small import config_of

RNG = np.random.default_rng(0)


def chunks(frames: np.ndarray, mask: np.ndarray | None = None):
    mask = np.ones(frames.shape[:2]) if mask is None else mask
    return [(part, m) for part, m in zip(np.split(frames, 2), np.split(mask, 2), strict=True)]


def mean_nats(baseline, frames: np.ndarray) -> float:
    return float(baseline.nats(frames, np.ones(frames.shape[:2])).mean())


def test_densities() -> None:
    assert bernoulli_nats(np.array([1.0, 0.0]), np.array([0.8, 0.8])) == pytest.approx(
        [-np.log(0.8), -np.log(0.2)]
    )
    assert gaussian_nats(np.array(3.0), np.array(1.0), np.array(4.0)) == pytest.approx(
        np.log(2) + 0.5 * np.log(2 * np.pi) + 0.5
    )


def test_independent_means_leave_padding_out() -> None:
    frames = np.array([[[1.0], [1.0]], [[0.0], [1.0]]])  # the last frame is padding
    mask = np.array([[1, 1], [1, 0]])
    by_feature = Independent.fit(chunks(frames, mask), gaussian=False, per_position=False)
    assert by_feature.mean == pytest.approx([(2 + 0.5) / (3 + 1)])
    by_place = Independent.fit(chunks(frames, mask), gaussian=False, per_position=True)
    assert by_place.mean[:, 0] == pytest.approx([(1 + 0.5) / (2 + 1), (1 + 0.5) / (1 + 1)])
    assert by_place.nats(frames, mask)[1, 1, 0] == 0
    assert (by_feature.text, by_place.text) == (
        "each feature's mean in the training part",
        "each position's mean in the training part",
    )


def test_independent_gaussian() -> None:
    frames = RNG.normal(3, 2, (1000, 5, 2))
    fitted = Independent.fit(chunks(frames), gaussian=True, per_position=False)
    assert fitted.mean == pytest.approx([3, 3], abs=0.1)
    assert mean_nats(fitted, frames) == pytest.approx(0.5 * np.log(2 * np.pi * np.e * 4), abs=0.02)


def test_markov_chain_reaches_its_entropy() -> None:
    """Each bit repeats the one before with probability 0.9; the first is a fair coin."""
    flips = RNG.random((2000, 30, 1)) < 0.1
    flips[:, 0] = RNG.random((2000, 1)) < 0.5
    bits = (np.cumsum(flips, axis=1) % 2).astype(float)
    fitted = PreviousFrame.fit(chunks(bits), gaussian=False)
    assert fitted.weights[:, 0] == pytest.approx([-np.log(9), np.log(9), 2 * np.log(9)], abs=0.1)
    entropy = -(0.9 * np.log(0.9) + 0.1 * np.log(0.1))
    nats = fitted.nats(bits, np.ones(bits.shape[:2]))
    assert nats[:, 0].mean() == pytest.approx(np.log(2), abs=0.01)
    assert nats[:, 1:].mean() == pytest.approx(entropy, abs=0.01)


def test_autoregression_reaches_its_entropy() -> None:
    """x_t = A x_(t-1) + noise of deviation 0.5."""
    a = np.array([[0.5, 0.4], [-0.3, 0.6]])
    x = np.zeros((2000, 20, 2))
    for t in range(1, 20):
        x[:, t] = x[:, t - 1] @ a + RNG.normal(0, 0.5, (2000, 2))
    fitted = PreviousFrame.fit(chunks(x[:, 1:]), gaussian=True)
    assert fitted.weights[2:] == pytest.approx(a, abs=0.02)
    nats = fitted.nats(x[:, 1:], np.ones((2000, 19)))
    assert nats[:, 1:].mean() == pytest.approx(0.5 * np.log(2 * np.pi * np.e * 0.25), abs=0.02)
    assert fitted.text == "a linear model of each feature from the frame before"


def test_wide_frames_read_their_own_past() -> None:
    bits = np.repeat(RNG.random((200, 1, 120)) < 0.5, 6, axis=1).astype(float)
    fitted = PreviousFrame.fit(chunks(bits), gaussian=False)
    assert fitted.weights.shape == (3, 120)
    assert fitted.nats(bits, np.ones(bits.shape[:2]))[:, 1:].mean() < 0.05
    assert "its own value in the frame before" in fitted.text


def test_regressions_stop_reading_in_time() -> None:
    seen = []

    def many():
        for number in range(100):
            seen.append(number)
            yield np.ones((FIT_ROWS // 10, 5, 1)), np.ones((FIT_ROWS // 10, 5))

    PreviousFrame.fit(many(), gaussian=True)
    assert len(seen) == 2


def test_padding_is_no_row_of_a_regression(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten frames, one in each sequence of a hundred, are ten rows and not a thousand."""
    monkeypatch.setattr(vectors, "FIT_ROWS", 10)
    frames, mask = np.zeros((40, 100, 1)), np.zeros((40, 100))
    mask[:, 0] = 1
    taken, _ = vectors._first_rows(chunks(frames, mask))
    assert len(taken) == 10
    whole, _ = vectors._first_rows([(np.zeros((2, 100, 1)), np.ones((2, 100)))])
    assert whole.shape == (1, 10, 1)  # of one long sequence its beginning


def test_piano_rolls_have_rows_enough_and_silent_keys_cost_nothing() -> None:
    """A key sounds if its neighbour did, nine times of ten; only four of 88 ever do."""
    notes = RNG.random((150, 100, 4)) < 0.5
    for t in range(1, 100):
        notes[:, t] = np.roll(notes[:, t - 1], 1, axis=1) ^ (RNG.random((150, 4)) < 0.1)
    rolls = np.zeros((150, 100, 88))
    rolls[:, :, 30:34] = notes
    taken, _ = vectors._first_rows([(rolls, np.ones((150, 100)))])
    assert len(taken) * 100 == vectors.FEWEST_ROWS * 90
    fitted = PreviousFrame.fit([(rolls, np.ones((150, 100)))], gaussian=False)
    assert (fitted.weights[2:32] == 0).all() and (fitted.weights[36:] == 0).all()
    assert fitted.weights[32, 31] > 3 and abs(fitted.weights[32, 32]) < 1


def test_neighbour_table() -> None:
    """A square stands in half of the images: its corner is a coin, the rest of it certain."""
    images = np.zeros((4, 6, 6))
    images[::2, 2, 2:] = 1
    images[::2, 2:, 2:] = 1
    fitted = NeighbourTable.fit(chunks(images), lambda frames: frames)
    nats = fitted.nats(images, np.ones((4, 6)))
    assert nats[:, 2, 2] == pytest.approx([np.log(2)] * 4)
    assert nats[0, 3:, 3:] == pytest.approx(np.full((3, 3), -np.log(2.5 / 3)))
    shown = NeighbourTable.fit(chunks(images[:, ::-1]), lambda frames: frames[:, ::-1])
    assert np.array_equal(shown.nats(images[:, ::-1], np.ones((4, 6))), nats)


@pytest.mark.slow
def test_reference_numbers_of_binarised_mnist() -> None:
    """205.8 and 104.3 nats an image, with another fixed draw."""
    dataset = load_dataset(config_of("mnist", binarize="stochastic"))
    test = dataset.test
    for fitted, reference in (
        (Independent.fit(dataset.train.chunks(), gaussian=False, per_position=True), 205.8),
        (NeighbourTable.fit(dataset.train.chunks(), dataset.preprocessing.order.undo), 104.3),
    ):
        nats = fitted.nats(test.frames(slice(None)), test.mask(slice(None)))
        assert nats.sum() / len(test) == pytest.approx(reference, abs=0.5)
