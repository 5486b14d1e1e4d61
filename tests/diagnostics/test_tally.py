"""Curves by steps back, gates and sizes, from traces made by hand."""

import numpy as np
import pytest

from rnnkit.diagnostics.replay import Trace, Watched
from rnnkit.diagnostics.tally import LayerTally, StateSize
from rnnkit.runtime import keras

ALL = np.array([True, True])


def gru_trace(mask: list[list[int]], norms: list[list[float]]) -> Trace:
    """Of 2 units: h is 0 in the second, the update gate 0.95 and 0.5, the reset gate 0.05."""
    real = np.array(mask, bool)
    h = np.stack([np.full(real.shape, -2.0), np.zeros(real.shape)], axis=2)
    z = np.broadcast_to([0.95, 0.5], h.shape)
    return Trace((h,), (z, np.full(h.shape, 0.05)), (np.array(norms, np.float32),), real)


def tally(activation: str = "relu", *, backward: bool = False, top: bool = True) -> LayerTally:
    layer = keras.layers.GRU(2, activation=activation)
    layer.build((None, 3, 1))
    return LayerTally(Watched("gru", layer, backward, top))


def test_steps_back_from_each_sequences_end() -> None:
    """(T, B) norms; the second example has two real steps, then padding."""
    counted = tally()
    counted.add(gru_trace([[1, 1], [1, 1], [1, 0]], [[1, 4], [2, 8], [3, 99]]), None, ALL)
    assert np.array_equal(counted.record().flow.norms, [(3 + 8) / 2, (2 + 4) / 2, 1])


def test_padding_in_front() -> None:
    counted = tally()
    counted.add(gru_trace([[0, 1], [1, 1], [1, 1]], [[99, 1], [2, 2], [3, 3]]), None, ALL)
    assert np.array_equal(counted.record().flow.norms, [3, 2, 1])


def test_an_output_a_step_counts_from_the_loss() -> None:
    trace = gru_trace([[1, 1]] * 3, [[1, 4], [2, 8], [0, 0]])
    forwards, backwards = tally(), tally(backward=True)
    forwards.add(trace, np.array([1, 1]), ALL)
    assert np.array_equal(forwards.record().flow.norms, [5, 2.5])
    backwards.add(trace, np.array([2, 2]), ALL)  # read last to first: it has seen one step
    assert np.array_equal(backwards.record().flow.norms, [2.5])


def test_below_others_and_against_their_time() -> None:
    """Its first real step is the one that the loss comes down to; padding lies before it."""
    counted, answering = (tally(backward=True, top=False) for _ in range(2))
    counted.add(gru_trace([[0, 1], [1, 1], [1, 1]], [[99, 1], [2, 2], [3, 3]]), None, ALL)
    assert np.array_equal(counted.record().flow.norms, [1.5, 2.5, 3])
    answering.add(gru_trace([[1, 1]] * 3, [[0, 9], [1, 2], [2, 4]]), np.array([1, 2]), ALL)
    assert np.array_equal(answering.record().flow.norms, [5, 2, 4])


def test_filler_is_left_out() -> None:
    counted = tally()
    counted.add(gru_trace([[1, 1]] * 2, [[1, 9], [2, 9]]), None, np.array([True, False]))
    assert np.array_equal(counted.record().flow.norms, [2, 1])


def test_batches_are_averaged_over_examples() -> None:
    counted = tally()
    counted.add(gru_trace([[1, 1]], [[1, 1]]), None, ALL)
    counted.add(gru_trace([[1, 1]], [[4, 4]]), None, np.array([True, False]))
    assert counted.record().flow.norms == pytest.approx([2.0])


def test_batches_of_different_lengths() -> None:
    counted = tally()
    counted.add(gru_trace([[1, 1]], [[1, 1]]), None, ALL)
    counted.add(gru_trace([[1, 1], [1, 1]], [[2, 2], [3, 3]]), None, ALL)
    counted.add(gru_trace([[1, 1]], [[2, 2]]), None, ALL)
    record = counted.record()
    assert record.flow.norms == pytest.approx([2.0, 2.0])
    assert np.array_equal(record.sizes["h"].largest_at, [2, 2])
    assert record.gates[0].mean_at == pytest.approx([0.725, 0.725])


def test_gates_and_states() -> None:
    counted = tally()
    counted.add(gru_trace([[1, 1], [1, 0]], [[1, 1], [1, 1]]), None, ALL)
    record = counted.record()
    update, reset = record.gates
    assert (update.name, reset.name) == ("update", "reset")
    assert (update.mean, update.low, update.high) == pytest.approx((0.725, 0, 0.5))
    assert (reset.mean, reset.low, reset.high) == pytest.approx((0.05, 1, 0))
    assert update.mean_at == pytest.approx([0.725, 0.725])
    assert np.array_equal(record.sizes["h"].mean_at, [1, 1])
    assert np.array_equal(record.sizes["h"].largest_at, [2, 2])
    assert record.example.shape == (2, 2)
    assert record.dead_units == 1


def test_dead_units_are_those_of_relu() -> None:
    counted = tally("tanh")
    counted.add(gru_trace([[1, 1]], [[1, 1]]), None, ALL)
    assert counted.record().dead_units is None


@pytest.mark.parametrize(
    ("sizes", "grows"),
    [([1, 8, 11, 14], True), ([1, 1, 1.1, 1.2], False), ([1, 8, 12, 13], False),
     ([1, 2, 4, np.inf], True)],
)  # fmt: skip
def test_growing(sizes: list[float], grows: bool) -> None:
    """From half-way on by half, and to more than 10."""
    half = [*sizes[:2], sizes[3] / (1.8 if sizes[2] == 11 else 1.05), sizes[3]]
    assert StateSize(np.array(half), np.array(sizes, float)).grows is grows
