"""What the layer tests share: one layer run forwards and backwards, and the comparison of two."""

from typing import Any

import numpy as np

from rnnkit import layers
from rnnkit.layers import dropout_seed
from rnnkit.layers.layout import LAYOUTS
from rnnkit.runtime import keras, tf

TOLERANCE = 1e-5  # relative to the largest entry of a tensor, in float32


def run(
    layer: Any,
    x: np.ndarray,
    *,
    mask: Any = None,
    states: list[np.ndarray] | None = None,
    training: bool = False,
    compile: str = "eager",
) -> list[np.ndarray]:
    """The outputs of a layer, then the gradients by x, by the initial states and by the weights.

    The scalar that is differentiated weighs every output entry differently. Dropout masks follow
    from one fixed seed.
    """
    inputs = [tf.constant(x), *map(tf.constant, states or [])]

    def forwards_and_backwards(inputs: list[Any]) -> list[Any]:
        with tf.GradientTape() as tape, dropout_seed(tf.constant([1, 2])):
            tape.watch(inputs)
            outputs = layer(
                inputs[0], mask=mask, initial_state=inputs[1:] or None, training=training
            )
            outputs = keras.tree.flatten(outputs)
            total = tf.add_n([tf.reduce_sum(weigh(o) * o) for o in outputs])
        sources = [*inputs, *(w.value for w in layer.trainable_weights)]
        return outputs + tape.gradient(total, sources, unconnected_gradients="zero")

    if compile != "eager":
        forwards_and_backwards = tf.function(forwards_and_backwards, jit_compile=compile == "xla")
    return [np.asarray(tf.cast(v, tf.float64)) for v in forwards_and_backwards(inputs)]


def weigh(output: Any) -> Any:
    entries = tf.cast(tf.reshape(tf.range(tf.size(output)), tf.shape(output)), output.dtype)
    return tf.cos(entries)


def assert_same(actual: list[np.ndarray], expected: list[np.ndarray], tolerance: float) -> None:
    assert len(actual) == len(expected)
    for index, (a, e) in enumerate(zip(actual, expected, strict=True)):
        assert a.shape == e.shape
        scale = max(np.abs(e).max(initial=0), 1e-3)
        np.testing.assert_allclose(a, e, rtol=0, atol=tolerance * scale, err_msg=f"tensor {index}")


def build_pair(name: str, shape: tuple[int, ...], **options: Any) -> tuple[Any, Any]:
    """rnnkit's layer and Keras's, with the same random weights, biases included."""
    ours, keras_layer = getattr(layers, name)(**options), getattr(keras.layers, name)(**options)
    rng = np.random.default_rng(1)
    for layer in (ours, keras_layer):
        layer.build(shape)
    weights = [rng.normal(scale=0.6, size=w.shape) for w in keras_layer.get_weights()]
    ours.set_weights(weights)
    keras_layer.set_weights(weights)
    return ours, keras_layer


def assert_same_as_keras(
    name: str,
    shape: tuple[int, int, int],
    *,
    mask: Any = None,
    with_states: bool = False,
    compile: str = "eager",
    **options: Any,
) -> None:
    """Outputs and gradients of the two layers, for x of `shape` (B, T, F), in every layout."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=shape).astype("float32")
    ours, keras_layer = build_pair(name, shape, **options)
    assert ours.fallback_reason is None
    size = (shape[0], options["units"])
    states = [rng.normal(size=size).astype("float32") for _ in ours.state_size]
    inputs = {"mask": mask, "states": states if with_states else None}
    expected = run(keras_layer, x, **inputs)
    for layout in LAYOUTS.values():
        ours.layout = layout
        assert_same(run(ours, x, **inputs, compile=compile), expected, TOLERANCE)
