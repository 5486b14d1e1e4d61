"""The loop over time and its hand-written gradient, for any cell given by its equations.

Inputs and outputs are feature-major, (T, F, B) and (T, H, B): `U^T h` with h as (H, B) runs half
as fast again on a CPU as `h U` with h as (B, H).
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, NamedTuple

from rnnkit.layers.projection import Projection
from rnnkit.runtime import tf

Tensors = tuple[Any, ...]


class Equations(ABC):
    """One time step of a cell, forwards and backwards; tensors are (H, B) unless said otherwise.

    `kept` is what the forward step leaves for the backward step. `before` and `after` are the
    states before and after the step. `dz` is the gradient of the pre-activations.
    """

    kept_count: int  # tensors that `forward` leaves for `backward`
    dz_count: int = 1  # tensors that `backward` gives dz in

    def __init__(self, *recurrent: Projection) -> None:
        self.recurrent = recurrent  # what multiplies the state, over consecutive gates

    @abstractmethod
    def forward(self, zx: Any, before: Tensors) -> tuple[Tensors, Tensors]:
        """Input part of the pre-activations (G*H, B), states -> (states after, kept)."""

    @abstractmethod
    def backward(
        self, d_after: Tensors, kept: Tensors, before: Tensors, after: Tensors
    ) -> tuple[Tensors, Tensors]:
        """Gradients of the states after -> (dz, gradients of the states before)."""

    def recurrent_gradients(
        self, dz: Tensors, kept: Tensors, before: Tensors
    ) -> list[tuple[Any, Any]]:
        """All T steps -> each recurrent projection's operand (T, H, B) and gradient (T, *, B)."""
        return [(before[0], dz[-1])]


class Weights(NamedTuple):
    """A recurrent layer's weights for G gates: kernel (F, G*H), recurrent_kernel (H, G*H).

    bias is (G*H,), recurrent_bias (G*H,) where the cell adds one to `U^T h`, else (0,).
    """

    kernel: Any
    recurrent_kernel: Any
    bias: Any
    recurrent_bias: Any


def recur(
    equations_of: Callable[[Any, Any], Equations],
    x: Any,
    weights: Weights,
    states: Tensors,
    *,
    time_mask: Any | None = None,
    input_masks: list[Any],
    hoist: bool,
    return_sequences: bool,
) -> tuple[Any | None, Tensors]:
    """Run a cell over all T time steps; differentiable in x, weights and states.

    Args:
        equations_of: (recurrent_kernel, recurrent_bias) -> the cell's equations.
        x: (T, F, B).
        weights: see Weights.
        states: the states before the first step, each (H, B).
        time_mask: bool (T, 1, B); where False, a step leaves the states as they were.
        input_masks: dropout masks of the inputs, each (F, B): none, one, or one a gate.
        hoist: whether to project all inputs before the loop, or each in its step.
        return_sequences: whether the first state after every step is wanted.

    Returns:
        That state after every step, (T, H, B), or None; and the states after the last step.
    """

    @tf.custom_gradient
    def run(x: Any, *tensors: Any) -> Any:
        kernel, recurrent_kernel, bias, recurrent_bias, *initial = tensors
        inputs = Projection(kernel, input_masks)
        equations = equations_of(recurrent_kernel, recurrent_bias)
        history, kept = _forward(
            equations, inputs, x, bias[:, tf.newaxis], tuple(initial), time_mask, hoist=hoist
        )
        last = [h[-1] for h in history]

        def gradient(*d_results: Any) -> Any:
            d_outputs, d_last = (
                (d_results[0], d_results[1:]) if return_sequences else (None, d_results)
            )
            before = tuple(h[:-1] for h in history)
            dz, d_initial = _backward(equations, history, kept, d_outputs, d_last, time_mask)
            dzx = dz[0]  # (T, G*H, B)
            pairs = equations.recurrent_gradients(dz, kept, before)
            d_recurrent_kernel = tf.concat(
                [
                    projection.weight_gradient(operand, dzh)
                    for projection, (operand, dzh) in zip(equations.recurrent, pairs, strict=True)
                ],
                axis=1,
            )
            if recurrent_bias.shape[0] == 0:
                d_recurrent_bias = tf.zeros_like(recurrent_bias)
            else:
                d_recurrent_bias = tf.concat([_sum_rows(dzh) for _, dzh in pairs], axis=0)
            return (
                inputs.operand_gradient(dzx),
                inputs.weight_gradient(x, dzx),
                d_recurrent_kernel,
                _sum_rows(dzx),
                d_recurrent_bias,
                *d_initial,
            )

        return ([history[0][1:], *last] if return_sequences else last), gradient

    results = run(x, *weights, *states)
    if return_sequences:
        return results[0], tuple(results[1:])
    return None, tuple(results)


def _forward(
    equations: Equations,
    inputs: Projection,
    x: Any,
    bias: Any,
    initial: Tensors,
    time_mask: Any | None,
    *,
    hoist: bool,
) -> tuple[Tensors, Tensors]:
    """-> (each state before every step and after the last, (T+1, H, B); the kept, (T, *, B))."""
    steps = tf.shape(x)[0]
    zx = inputs(x) + bias if hoist else None

    def step(t: Any, before: Tensors) -> tuple[Tensors, Tensors]:
        zx_t = inputs(x[t]) + bias if zx is None else zx[t]
        after, kept = equations.forward(zx_t, before)
        if time_mask is not None:
            after = tuple(tf.where(time_mask[t], a, b) for a, b in zip(after, before, strict=True))
        return after, kept

    history = tuple(_array(s, steps + 1).write(0, s) for s in initial)
    kept = tuple(_array(x, steps) for _ in range(equations.kept_count))

    def body(t: Any, states: Tensors, history: Tensors, kept: Tensors) -> Any:
        states, kept_t = step(t, states)
        return (
            t + 1,
            states,
            tuple(a.write(t + 1, s) for a, s in zip(history, states, strict=True)),
            tuple(a.write(t, k) for a, k in zip(kept, kept_t, strict=True)),
        )

    _, _, history, kept = tf.while_loop(
        lambda t, *_: t < steps,
        body,
        (tf.constant(0), initial, history, kept),
        maximum_iterations=steps,
    )
    return tuple(a.stack() for a in history), tuple(a.stack() for a in kept)


def _backward(
    equations: Equations,
    history: Tensors,
    kept: Tensors,
    d_outputs: Any | None,
    d_last: Tensors,
    time_mask: Any | None,
) -> tuple[Tensors, Tensors]:
    """-> (pre-activation gradients of all steps, each (T, *, B); gradients of the first states)."""
    steps = tf.shape(history[0])[0] - 1
    dz = tuple(_array(history[0], steps) for _ in range(equations.dz_count))

    def body(t: Any, d_after: Tensors, dz: Tensors) -> Any:
        if d_outputs is not None:
            d_after = (d_after[0] + d_outputs[t], *d_after[1:])
        d_live = d_after
        if time_mask is not None:
            d_live = tuple(tf.where(time_mask[t], d, tf.zeros_like(d)) for d in d_after)
        dz_t, d_before = equations.backward(
            d_live,
            tuple(k[t] for k in kept),
            tuple(h[t] for h in history),
            tuple(h[t + 1] for h in history),
        )
        if time_mask is not None:
            d_before = tuple(
                tf.where(time_mask[t], new, new + old)
                for new, old in zip(d_before, d_after, strict=True)
            )
        return t - 1, d_before, tuple(a.write(t, d) for a, d in zip(dz, dz_t, strict=True))

    _, d_initial, dz = tf.while_loop(
        lambda t, *_: t >= 0, body, (steps - 1, tuple(d_last), dz), maximum_iterations=steps
    )
    return tuple(a.stack() for a in dz), d_initial


def _array(like: Any, size: Any) -> Any:
    return tf.TensorArray(like.dtype, size=size)


def _sum_rows(values: Any) -> Any:
    return tf.reduce_sum(values, axis=[0, 2])  # (T, N, B) -> (N,)
