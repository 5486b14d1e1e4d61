"""The loop over time and its hand-written gradient, for any cell given by its equations.

Everything in here is time-major: x is (T, B, F), a sequence of states is (T, B, H).
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, NamedTuple

from rnnkit.layers.affine import Affine, Weights
from rnnkit.runtime import tf

Tensors = tuple[tf.Tensor, ...]
Arrays = tuple[tf.TensorArray, ...]


class Block(NamedTuple):
    """An affine map of a cell with what went into its state side and what came back, all steps.

    state is (T, B, H); dz, the gradient of the map's result, is (T, B, its gates * H).
    """

    affine: Affine
    state: tf.Tensor
    dz: tf.Tensor


class Equations(ABC):
    """One time step of a cell, forwards and backwards. States are (B, H).

    The step keeps one tensor for the way back, (B, K); the way back gives another, the gradients
    of the pre-activations, `dz`.
    """

    @abstractmethod
    def forward(self, x: tf.Tensor, before: Tensors) -> tuple[Tensors, tf.Tensor]:
        """x (B, F), states -> (states after the step, what is kept (B, K))."""

    @abstractmethod
    def backward(
        self, d_after: Tensors, kept: tf.Tensor, before: Tensors, after: Tensors
    ) -> tuple[Tensors, tf.Tensor]:
        """Gradients of the states after the step -> (of those before it, dz)."""

    @abstractmethod
    def blocks(self, before: Tensors, dz: tf.Tensor) -> list[Block]:
        """The states before every step (T, B, H), dz (T, B, K) -> the cell's affine maps."""


def recur(
    equations_of: Callable[[Weights], Equations],
    x: tf.Tensor,
    weights: Weights,
    states: Tensors,
    *,
    time_mask: tf.Tensor | None = None,
    return_sequences: bool,
) -> tuple[tf.Tensor | None, Tensors]:
    """Run a cell over all T time steps; differentiable in x, weights and states.

    Args:
        equations_of: weights -> the cell's equations.
        x: (T, B, F).
        weights: see Weights.
        states: the states before the first step, each (B, H).
        time_mask: bool (T, B, 1); where False, a step leaves the states as they were.
        return_sequences: whether the first state after every step is wanted.

    Returns:
        That state after every step, (T, B, H), or None; and the states after the last step.
    """
    names = [name for name, weight in weights._asdict().items() if weight is not None]

    @tf.custom_gradient
    def run(x: tf.Tensor, *tensors: tf.Tensor) -> tuple[list[tf.Tensor], Callable[..., Tensors]]:
        initial, present = tensors[: len(states)], tensors[len(states) :]
        equations = equations_of(Weights(**dict(zip(names, present, strict=True))))
        history, kept = _forward(equations, x, initial, time_mask)
        last = [h[-1] for h in history]

        def gradient(*d_results: tf.Tensor) -> Tensors:
            d_outputs = d_results[0] if return_sequences else None
            d_last = d_results[-len(states) :]
            d_initial, dz = _backward(equations, history, kept, d_outputs, d_last, time_mask)
            blocks = equations.blocks(tuple(h[:-1] for h in history), dz)
            d_weights = _weight_gradients(blocks, x)
            return _input_gradient(blocks), *d_initial, *(d_weights[name] for name in names)

        return ([history[0][1:], *last] if return_sequences else last), gradient

    results = run(x, *states, *(weight for weight in weights if weight is not None))
    return (results[0] if return_sequences else None), tuple(results[-len(states) :])


def _forward(
    equations: Equations, x: tf.Tensor, initial: Tensors, time_mask: tf.Tensor | None
) -> tuple[Tensors, tf.Tensor]:
    """-> (each state before every step and after the last, (T+1, B, H); the kept, (T, B, K))."""
    steps = tf.shape(x)[0]

    def step(
        t: tf.Tensor, before: Tensors, history: Arrays, kept: tf.TensorArray
    ) -> tuple[tf.Tensor, Tensors, Arrays, tf.TensorArray]:
        after, kept_t = equations.forward(x[t], before)
        if time_mask is not None:
            after = _where(time_mask[t], after, before)
        history = tuple(a.write(t + 1, s) for a, s in zip(history, after, strict=True))
        return t + 1, after, history, kept.write(t, kept_t)

    history = tuple(tf.TensorArray(s.dtype, size=steps + 1).write(0, s) for s in initial)
    kept = tf.TensorArray(x.dtype, size=steps)
    _, _, history, kept = tf.while_loop(
        lambda t, *_: t < steps,
        step,
        (tf.constant(0), initial, history, kept),
        maximum_iterations=steps,
    )
    return tuple(a.stack() for a in history), kept.stack()


def _backward(
    equations: Equations,
    history: Tensors,
    kept: tf.Tensor,
    d_outputs: tf.Tensor | None,
    d_last: Tensors,
    time_mask: tf.Tensor | None,
) -> tuple[Tensors, tf.Tensor]:
    """-> (gradients of the first states, each (B, H); dz of all steps, (T, B, K))."""
    steps = tf.shape(kept)[0]

    def step(
        t: tf.Tensor, d_after: Tensors, array: tf.TensorArray
    ) -> tuple[tf.Tensor, Tensors, tf.TensorArray]:
        if d_outputs is not None:
            d_after = (d_after[0] + d_outputs[t], *d_after[1:])
        nothing = tuple(tf.zeros_like(d) for d in d_after)
        d_live = d_after if time_mask is None else _where(time_mask[t], d_after, nothing)
        before, after = tuple(h[t] for h in history), tuple(h[t + 1] for h in history)
        d_before, dz = equations.backward(d_live, kept[t], before, after)
        if time_mask is not None:
            d_before = _where(time_mask[t], d_before, d_after)
        return t - 1, d_before, array.write(t, dz)

    # Not written over what was kept, although it has the same shape: XLA then copies all T steps
    # at every step.
    array = tf.TensorArray(kept.dtype, size=steps)
    _, d_initial, array = tf.while_loop(
        lambda t, *_: t >= 0, step, (steps - 1, tuple(d_last), array), maximum_iterations=steps
    )
    return d_initial, array.stack()


def _where(mask: tf.Tensor, yes: Tensors, no: Tensors) -> Tensors:
    return tuple(tf.where(mask, y, n) for y, n in zip(yes, no, strict=True))


def _input_gradient(blocks: list[Block]) -> tf.Tensor:
    return tf.add_n([b.affine.input_gradient(b.dz) for b in blocks if b.affine.kernel is not None])


def _weight_gradients(blocks: list[Block], x: Any) -> dict[str, Any]:
    """Each weight's gradient by its name in Weights; the blocks are consecutive gates."""
    parts: dict[str, list[tf.Tensor]] = {name: [] for name in Weights._fields}
    for block in blocks:
        gradients = block.affine.weight_gradients(x, block.state, block.dz)
        if gradients.kernel is None:  # a map of the state alone adds the recurrent bias
            gradients = gradients._replace(bias=None, recurrent_bias=gradients.bias)
        for name, gradient in gradients._asdict().items():
            if gradient is not None:
                parts[name].append(gradient)
    return {name: tf.concat(part, axis=-1) for name, part in parts.items() if part}
