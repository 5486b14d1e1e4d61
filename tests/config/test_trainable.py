"""Layers that do not move: how they are written, counted and refused."""

import pytest

from rnnkit.config.layers import LAYERS
from rnnkit.config.layers.trainable import Trainable
from rnnkit.models.build import build_model
from tests.config.small import ROWS, misfits, refusal, stack_of, with_layers

END = "dense: {units: 10}"


def test_every_layer_with_weights_can_be_frozen() -> None:
    arguments = {
        "units": 2, "filters": 2, "kernel_size": 2, "num_heads": 1, "key_dim": 2, "n": 2,
        "rate": 0.5, "stddev": 0.5, "activation": "relu", "output_dim": 2, "input_dim": 3,
    }  # fmt: skip
    for layer in LAYERS:
        known = {key: value for key, value in arguments.items() if key in layer.model_fields}
        if {"layer", "layers"} & layer.model_fields.keys():
            continue
        parameters = layer.model_validate({layer.kind: known}).parameters((4, 3))
        assert issubclass(layer, Trainable) == (parameters > 0), layer.kind


def test_what_trains_is_counted_as_keras_does() -> None:
    stack = stack_of(
        with_layers(
            "lstm: {units: 3, trainable: false}",
            "batch_normalization",
            "batch_normalization: {trainable: false}",
            "dense: {units: 10, learning_rate_factor: 0.1}",
        )
    )
    model = build_model(stack.layers, ROWS, use_kernels=False)
    assert [row.trained for row in stack.summaries] == [0, 6, 0, 40]
    assert stack.trained == sum(v.shape.num_elements() for v in model.trainable_variables)
    assert stack.parameters == model.count_params()
    notes = ["3 tanh frozen", "", "frozen", "10 learning rate × 0.1"]
    assert [row.note for row in stack.summaries] == notes


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        (
            "lstm: {units: 2, trainable: false, learning_rate_factor: 0.5}",
            "c.yaml:8:42: lstm: learning_rate_factor (=0.5) moves nothing under trainable: false: "
            "remove one of them",
        ),
        (
            "bidirectional: {layer: {lstm: {units: 2, trainable: false}}}",
            "c.yaml:8:48: bidirectional: trainable belongs to bidirectional, not to its layer",
        ),
        ("lstm: {units: 2, learning_rate_factor: 0}", "must be greater than 0"),
        ("dropout: {rate: 0.5, trainable: false}", "unknown key 'trainable'"),
    ],
)
def test_what_is_refused(layer: str, message: str) -> None:
    assert message in refusal(with_layers(layer, END))


def test_something_must_train() -> None:
    text = with_layers("lstm: {units: 2, trainable: false}", "dense: {trainable: false}")
    assert "every layer with weights has trainable: false" in misfits(text)
