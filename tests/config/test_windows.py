"""Shapes and sizes of layers with drawn arguments: those that Keras computes."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from rnnkit.config.layers import (
    AveragePooling1D,
    Conv1D,
    MaxPooling1D,
    MultiHeadAttention,
    RepeatVector,
)
from rnnkit.config.layers.container import steps_for
from rnnkit.config.layers.layer import Layer

SIZE = st.integers(1, 6)
POOLS = (MaxPooling1D, AveragePooling1D)


def built(spec: Layer, shape: tuple[int, ...]) -> Any:
    from rnnkit.models.build import _layer
    from rnnkit.runtime import keras

    layer = _layer(spec, shape, False, dtype="float32", name="drawn")
    x = keras.KerasTensor((2, *shape))
    layer.build(x.shape, x.shape) if isinstance(spec, MultiHeadAttention) else layer.build(x.shape)
    return layer


@settings(max_examples=60, deadline=None)
@given(data=st.data(), steps=st.integers(1, 20), groups=st.integers(1, 3))
def test_convolutions(data: st.DataObject, steps: int, groups: int) -> None:
    strides = data.draw(SIZE)
    spec = Conv1D(
        filters=groups * data.draw(SIZE),
        kernel_size=data.draw(SIZE),
        strides=strides,
        padding=data.draw(st.sampled_from(["valid", "same", "causal"])),
        dilation_rate=data.draw(SIZE) if strides == 1 else 1,
        groups=groups,
        use_bias=data.draw(st.booleans()),
    )
    shape = (steps, groups * data.draw(SIZE))
    if steps < steps_for(1, [spec]):
        assert spec.misfit(shape) is not None
        return
    assert spec.misfit(shape) is None
    layer = built(spec, shape)
    assert (None, *spec.output_shape(shape)) == layer.compute_output_shape((None, *shape))
    assert spec.parameters(shape) == layer.count_params()
    assert_steps_needed(spec, shape)


@settings(max_examples=40, deadline=None)
@given(data=st.data(), steps=st.integers(1, 20))
def test_pooling(data: st.DataObject, steps: int) -> None:
    spec = data.draw(st.sampled_from(POOLS))(
        pool_size=data.draw(SIZE),
        strides=data.draw(st.none() | SIZE),
        padding=data.draw(st.sampled_from(["valid", "same"])),
    )
    shape = (steps, 3)
    assert (spec.misfit(shape) is not None) == (steps < steps_for(1, [spec]))
    if steps >= steps_for(1, [spec]):
        expected = built(spec, shape).compute_output_shape((None, *shape))
        assert (None, *spec.output_shape(shape)) == expected
        assert_steps_needed(spec, shape)


def assert_steps_needed(spec: Layer, shape: tuple[int, int]) -> None:
    """One step fewer than it says it needs gives one output fewer."""
    outputs = spec.output_shape(shape)[0] or 0
    least = spec.steps_for(outputs)
    assert least <= shape[0]
    assert spec.output_shape((least, 3))[0] == outputs
    if outputs > 1:
        assert (spec.output_shape((least - 1, 3))[0] or 0) < outputs


@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_attention(data: st.DataObject) -> None:
    spec = MultiHeadAttention(
        num_heads=data.draw(SIZE),
        key_dim=data.draw(SIZE),
        value_dim=data.draw(st.none() | SIZE),
        use_bias=data.draw(st.booleans()),
    )
    shape = (4, data.draw(SIZE))
    assert spec.parameters(shape) == built(spec, shape).count_params()


def test_steps_through_several_layers() -> None:
    layers = [Conv1D(filters=1, kernel_size=5), MaxPooling1D(), Conv1D(filters=1, kernel_size=3)]
    assert steps_for(1, layers) == 10
    assert steps_for(1, [RepeatVector(n=9), *layers]) == 1
