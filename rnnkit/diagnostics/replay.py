"""A model and a batch -> every state, gate and gradient of its recurrent layers, exactly.

The model is called as it is, but for the loops over time of its recurrent layers: these are
replaced by one that keeps states and gates, and has a probe beside every state at every step. The
loss's gradient with respect to a probe is the norm of that with respect to the state.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.batch import Batch
from rnnkit.diagnostics.cells import Cell, Tensors, cell_of
from rnnkit.runtime import keras, tf
from rnnkit.training.objective import Objective, mean_beyond


class Watched(NamedTuple):
    """A recurrent layer, one direction."""

    name: str
    layer: keras.layers.RNN
    backward: bool = False  # it reads from where the topmost layer's outputs end
    top: bool = True  # the topmost


class Trace(NamedTuple):
    """What one layer did with a batch; steps in the order in which it read them.

    states, gates: (T, B, H) each, in the order of `cell_of(layer)`.
    gradients: of the loss that counts, the norm for each step and example, (T, B), for each state.
    mask: (T, B), False at padded steps.
    """

    states: tuple[NDArray[np.float32], ...]
    gates: tuple[NDArray[np.float32], ...]
    gradients: tuple[NDArray[np.float32], ...]
    mask: NDArray[np.bool_]


class Replayed(NamedTuple):
    """What a batch gave.

    traces: one a watched layer.
    position: (B,) the output whose loss is followed; None where a sequence has one output.
    weights: the gradient of the batch's summed training loss, one a trainable variable.
    """

    traces: tuple[Trace, ...]
    position: NDArray[np.int32] | None
    weights: tuple[NDArray[np.float32], ...]


def watched_layers(model: keras.Model) -> list[Watched]:
    """The recurrent layers of a model from input to output, both directions of a Bidirectional."""
    kinds = (keras.layers.Bidirectional, keras.layers.RNN)
    layers = [layer for layer in model.layers if isinstance(layer, kinds)]
    found: list[Watched] = []
    turned = False  # what reaches this layer's output has been turned round by those above
    for layer in reversed(layers):
        top = layer is layers[-1]
        if isinstance(layer, keras.layers.Bidirectional):
            found.append(Watched(f"{layer.name} backward", layer.backward_layer, not turned, top))
            found.append(Watched(f"{layer.name} forward", layer.forward_layer, turned, top))
        else:
            found.append(Watched(layer.name, layer, turned, top))
            turned ^= layer.go_backwards
    return found[::-1]


class Replay:
    """A model made ready to be looked at; every shape of a batch is traced once.

    Args:
        model: in float32; [x] -> [y].
        objective: the task's.
        sequence_output: the model gives an output a time step. The loss whose gradient is followed
            back is then that of each sequence's last step alone: the sum over all steps would
            start anew at every step, and say nothing of how far back one reaches.
    """

    def __init__(self, model: keras.Model, objective: Objective, *, sequence_output: bool) -> None:
        self.model = model
        self.objective = objective
        self.sequence_output = sequence_output
        self.watched = watched_layers(model)
        self._look = tf.function(self._traces, autograph=False)
        self._learn = tf.function(self._gradients, autograph=False)

    def __call__(self, batch: Batch) -> Replayed:
        """Look at one batch; filler rows have zero gradients."""
        traces, position = self._look(batch.x, batch.y, batch.valid)
        weights = self._learn(batch.x, batch.y, batch.valid, batch.weight)
        result = Replayed(traces, position, weights)
        numbers: Replayed = tf.nest.map_structure(
            lambda tensor: None if tensor is None else tensor.numpy(), result
        )
        return numbers

    # Two functions: a loop that two gradients are taken of keeps its weights anew at every step.

    def _traces(
        self, x: tf.Tensor, y: tf.Tensor, valid: tf.Tensor
    ) -> tuple[tuple[Trace, ...], tf.Tensor | None]:
        """What every layer did, and the position of the loss that is followed."""
        loops = [_Loop(w.layer) for w in self.watched]
        with tf.GradientTape() as tape:
            followed, position = self._followed(self._losses(loops, tape, x, y), valid)
        probes = [loop.probes for loop in loops]
        gradients = tape.gradient(followed, probes, unconnected_gradients="zero")
        traces = (
            Trace(loop.states, loop.gates, tuple(norms), loop.mask)
            for loop, norms in zip(loops, gradients, strict=True)
        )
        return tuple(traces), position

    def _gradients(
        self, x: tf.Tensor, y: tf.Tensor, valid: tf.Tensor, weight: tf.Tensor
    ) -> tuple[tf.Tensor, ...]:
        """That of the summed training loss, one a trainable variable."""
        variables = [v.value for v in self.model.trainable_variables]
        with tf.GradientTape() as tape:
            loss = self._losses([_Loop(w.layer) for w in self.watched], tape, x, y)
            trained = tf.reduce_sum(weight * mean_beyond(len(valid.shape), loss))
            if self.model.losses:  # of regularizers: they count once for the mean over the batch
                trained += tf.reduce_sum(valid) * tf.add_n(self.model.losses)
        gradients = tape.gradient(trained, variables, unconnected_gradients="zero")
        return tuple(map(tf.convert_to_tensor, gradients))

    def _losses(
        self, loops: list[_Loop], tape: tf.GradientTape, x: tf.Tensor, y: tf.Tensor
    ) -> tf.Tensor:
        """The loss of every output, with the loops in their layers' places."""
        with _replaced(loops, tape):
            return self.objective.loss(y, self.model(x, training=False))

    def _followed(self, loss: tf.Tensor, valid: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor | None]:
        """The sum over the batch of the loss that is followed back, and where it stands, (B,)."""
        if not self.sequence_output:
            rows = valid if len(valid.shape) == 1 else tf.reduce_max(valid, axis=1)
            return tf.reduce_sum(rows * mean_beyond(1, loss)), None
        steps = tf.shape(loss)[1]
        if len(valid.shape) == 1:
            valid = tf.repeat(valid[:, tf.newaxis], steps, axis=1)
        real = tf.cast(valid > 0, tf.int32)
        position = tf.reduce_max(tf.range(steps)[tf.newaxis] * real, axis=1)
        chosen = valid * tf.one_hot(position, steps, dtype=valid.dtype)
        return tf.reduce_sum(chosen * mean_beyond(2, loss)), position


class _Loop:
    """The loop over time of one layer; keeps what it sees."""

    def __init__(self, layer: keras.layers.RNN) -> None:
        self.layer = layer
        self.states: Tensors = ()
        self.gates: Tensors = ()
        self.probes: Tensors = ()
        self.mask: tf.Tensor = None
        self.tape: tf.GradientTape = None  # until `_replaced`

    def __call__(
        self,
        sequences: tf.Tensor,
        initial_state: Sequence[tf.Tensor],
        mask: tf.Tensor | None = None,
        training: bool = False,
    ) -> tuple[tf.Tensor, tf.Tensor, list[tf.Tensor]]:
        """Takes the place of `inner_loop`: x (B, T, F) -> last output, outputs, states."""
        cell = cell_of(self.layer)  # here and not earlier: it reads weights, under the tape
        x = tf.transpose(sequences, [1, 0, 2])
        self.mask = _time_mask(mask, x)
        if self.layer.go_backwards:
            x, self.mask = tf.reverse(x, [0]), tf.reverse(self.mask, [0])
        initial = tuple(keras.tree.flatten(initial_state))
        self.probes = tuple(tf.zeros(tf.shape(x)[:2], x.dtype) for _ in initial)
        self.tape.watch(self.probes)
        outputs, last, self.states, self.gates = self._steps(cell, x, initial)
        outputs = tf.ensure_shape(outputs, [x.shape[0], None, None])  # a layer above may unroll
        shown = outputs if self.layer.return_sequences else outputs[-1:]
        return outputs[-1], tf.transpose(shown, [1, 0, 2]), list(last)

    def _steps(
        self, cell: Cell, x: tf.Tensor, initial: Tensors
    ) -> tuple[tf.Tensor, Tensors, Tensors, Tensors]:
        """-> outputs (T, B, H), last states, all states and gates, (T, B, H) each."""
        # arrays and not `x[t]`: the gradient of a slice is a whole (T, B, F) at every step
        inputs, mask = _array(x), _array(self.mask)
        probes = tuple(map(_array, self.probes))
        count = 1 + len(cell.states) + len(cell.gates)
        steps = tf.shape(x)[0]
        kept = tuple(tf.TensorArray(x.dtype, size=steps) for _ in range(count))
        nothing = tf.zeros_like(initial[0])

        def step(
            t: tf.Tensor, before: Tensors, output: tf.Tensor, kept: tuple[tf.TensorArray, ...]
        ) -> tuple[tf.Tensor, Tensors, tf.Tensor, tuple[tf.TensorArray, ...]]:
            real = mask.read(t)[:, tf.newaxis]
            after, gates = cell.step(inputs.read(t), before, tuple(p.read(t) for p in probes))
            after = tuple(tf.where(real, a, b) for a, b in zip(after, before, strict=True))
            output = tf.where(real, after[0], nothing if self._hides_padding else output)
            values = (output, *after, *gates)
            kept = tuple(a.write(t, v) for a, v in zip(kept, values, strict=True))
            return t + 1, after, output, kept

        _, last, _, kept = tf.while_loop(
            lambda t, *_: t < steps, step, (0, initial, nothing, kept), maximum_iterations=steps
        )
        outputs, *rest = (array.stack() for array in kept)
        states = len(cell.states)
        return outputs, last, tuple(rest[:states]), tuple(rest[states:])

    @property
    def _hides_padding(self) -> bool:
        return bool(getattr(self.layer, "zero_output_for_mask", False))


@contextlib.contextmanager
def _replaced(loops: list[_Loop], tape: tf.GradientTape) -> Iterator[None]:
    """Within, the layers run these loops; an attribute of the instance goes before the method."""
    try:
        for loop in loops:
            loop.tape = tape
            object.__setattr__(loop.layer, "inner_loop", loop)
        yield
    finally:
        for loop in loops:
            object.__delattr__(loop.layer, "inner_loop")


def _array(values: tf.Tensor) -> tf.TensorArray:
    return tf.TensorArray(values.dtype, size=tf.shape(values)[0]).unstack(values)


def _time_mask(mask: tf.Tensor | None, x: tf.Tensor) -> tf.Tensor:
    """A Keras mask (B, T), (B, T, 1) or None -> bool (T, B)."""
    if mask is None:
        return tf.ones(tf.shape(x)[:2], tf.bool)
    mask = tf.cast(keras.tree.flatten(mask)[0], tf.bool)
    return tf.transpose(tf.reshape(mask, tf.shape(mask)[:2]))
