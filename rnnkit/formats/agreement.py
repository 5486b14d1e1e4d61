"""An exported network and the run's own model -> how far their outputs are apart, and how fast."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.batch import INPUT, Batch, Feed
from rnnkit.formats.network import NEXT, OUTPUT, Arrays, Ask, Network
from rnnkit.formats.result import Agreement
from rnnkit.models.build import call_model, initial_state
from rnnkit.runtime import keras, tf
from rnnkit.training.passes import one_pass
from rnnkit.training.step import compilable

SECONDS = 0.3  # that an answer is timed for, at least
ROUNDING = {"float32": 1e-4}  # of the largest output, or of 1; by the run's dtype policy
ROUNDING_MIXED = 2e-2  # where the run itself computes in 16 bits


class OwnModel:
    """The run's model, as it answers in rnnkit.

    Args:
        model: of the run.
        jit_compile: whether it is compiled, where its layers allow it.
        dtype_policy: that it computes by.
    """

    def __init__(self, model: keras.Model, *, jit_compile: bool, dtype_policy: str) -> None:
        self.model = model
        self.rounding = ROUNDING.get(dtype_policy, ROUNDING_MIXED)
        self._answer = tf.function(
            lambda batch: call_model(model, batch, training=False),
            jit_compile=jit_compile and compilable(model),
            autograph=False,
        )

    def __call__(self, batch: Batch) -> tuple[NDArray[np.float32], tuple[Any, ...]]:
        """The output for a batch, and the states that it ends in."""
        y, state = self._answer(batch)
        return y.numpy().astype(np.float32), state


def compare(
    network: Network, ask: Ask, own: OwnModel, feed: Feed, *, batch_size: int, most: int | None
) -> Agreement:
    """Ask both about the examples of a part.

    A network that carries its states is asked in two halves, the second from the states that the
    first gave; from batch to batch it goes on where the run's own model does.

    Args:
        network: what was exported.
        ask: what answers from the file.
        own: the run's model.
        feed: the part.
        batch_size: rows of a batch.
        most: examples at most; None: all.
    """
    examples, numbers, difference, largest = 0, 0, 0.0, 1.0
    state: tuple[Any, ...] = ()
    carried: Arrays = {}
    batches = None if most is None else -(-most // batch_size)
    for batch in itertools.islice(one_pass(feed, batch_size), batches):
        rows = len(batch.valid)  # of running text fewer, where it is short
        state = state or initial_state(own.model, rows)
        carried = carried or network.zeros(rows)
        expected, state = own(batch._replace(state=state))
        found = _in_halves(network, ask, inputs_of(batch), carried)
        if state:
            carried = {one.name: found[NEXT + one.name] for one in network.states}
        real = batch.valid > 0
        apart = np.abs(found[OUTPUT][real].astype(np.float64) - expected[real])
        difference = float(np.max([difference, apart.max(initial=0)]))  # NaN stays NaN
        largest = max(largest, float(np.abs(expected[real]).max(initial=0)))
        examples += int(np.count_nonzero(real.reshape(rows, -1).any(axis=1)))
        numbers += apart.size
    return Agreement(examples, numbers, difference, largest * own.rounding)


def inputs_of(batch: Batch) -> dict[str, NDArray[Any]]:
    """What a network reads of a batch, by name."""
    x = batch.x if isinstance(batch.x, dict) else {INPUT: batch.x}
    return {name: np.asarray(one) for name, one in x.items()}


def _in_halves(network: Network, ask: Ask, inputs: Arrays, carried: Arrays) -> Arrays:
    steps = inputs[INPUT].shape[1]
    if not network.states or steps < 2:
        return ask({**inputs, **carried})
    first, second = ({INPUT: half} for half in np.split(inputs[INPUT], [steps // 2], axis=1))
    before = ask({**first, **carried})
    after = ask({**second, **{one.name: before[NEXT + one.name] for one in network.states}})
    return {**after, OUTPUT: np.concatenate([before[OUTPUT], after[OUTPUT]], axis=1)}


def milliseconds(answer: Callable[[], object], *, rows: int) -> float:
    """The time that an answer takes for one of so many rows; the best of several."""
    answer()  # what is compiled, or set up, at the first
    times: list[float] = []
    while sum(times) < SECONDS or len(times) < 3:
        start = time.perf_counter()
        answer()
        times.append(time.perf_counter() - start)
    return 1000 * min(times) / rows
