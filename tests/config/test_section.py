"""Names of Keras's with arguments: initializers, regularizers, constraints."""

from typing import Any

import pytest

from tests.config.small import load, refusal, with_layers

END = "dense: {units: 10}"


def layer_with(argument: str) -> str:
    return with_layers(f"lstm: {{units: 4, {argument}}}", END)


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("kernel_initializer: orthogonal", "orthogonal"),
        ("kernel_initializer: {orthogonal: {gain: 2}}", {"orthogonal": {"gain": 2.0}}),
        ("kernel_initializer: {orthogonal: }", "orthogonal"),
        ("bias_initializer: {constant: {value: 0.1}}", {"constant": {"value": 0.1}}),
        ("kernel_regularizer: {l1l2: {l1: 1e-4, l2: 0}}", {"l1l2": {"l1": 1e-4, "l2": 0.0}}),
        ("kernel_constraint: non_neg", "non_neg"),
    ],
)
def test_accepted(argument: str, value: Any) -> None:
    layer = load(layer_with(argument)).config.model.layers[0]
    assert getattr(layer, argument.split(":")[0]) == value


@pytest.mark.parametrize(
    ("argument", "column", "message"),
    [
        ("kernel_regularizer: l3", 44, "'l3' is not a regularizer. Known here: l1, l2 or l1l2."),
        ("kernel_regularizer: l1_l2", 44, "'l1_l2' is not a regularizer. Did you mean 'l1l2'?"),
        ("kernel_regularizer: {l2: 0.01}", 45,
         "l2 (=0.01) must be a mapping of arguments, like `l2: {l2: ...}`"),
        ("kernel_regularizer: {l2: {l3: 0.01}}", 50,
         "l2: unknown argument 'l3'. Known here: l2."),
        ("kernel_regularizer: {l2: {l2: x}}", 50, "l2: l2 (='x') must be a number"),
        ("kernel_regularizer: {l1: {l1: -1}}", 50, "l1: l1 (=-1.0) must be at least 0"),
        ("kernel_regularizer: {l1l2: {l1: 0, l2: -1}}", 59, "l1l2: l2 (=-1.0) must be at least 0"),
        ("kernel_constraint: {max_norm: {max_value: -1}}", 55,
         "max_norm: max_value (=-1.0) must be at least 0"),
        ("kernel_constraint: {min_max_norm: {min_value: 2}}", 59,
         "min_max_norm: min_value (=2.0) must be at most max_value (=1)"),
        ("kernel_constraint: {min_max_norm: {rate: 2}}", 59,
         "min_max_norm: rate (=2.0) must be at most 1"),
        ("kernel_regularizer: 0.01", 44, "expected the name of a regularizer, or one name with "
         "its arguments as a mapping"),
        ("kernel_regularizer: [l2]", 44, "expected the name of a regularizer, or one name with "
         "its arguments as a mapping"),
        ("kernel_constraint: {non_neg: {x: 1}}", 54, "non_neg: unknown argument 'x'."),
        ("bias_initializer: constant", 42,
         "constant: missing argument 'value', as in `constant: {value: 0.1}`"),
        ("bias_initializer: chrono", 42,
         "chrono: missing argument 'max_length', as in `chrono: {max_length: 784}`"),
        ("bias_initializer: zeroes", 42,
         "'zeroes' is not an initializer of biases. Did you mean 'zeros'?"),
    ],
)  # fmt: skip
def test_refused(argument: str, column: int, message: str) -> None:
    key = argument.split(":")[0]
    head = refusal(layer_with(argument)).splitlines()[0]
    assert head == f"c.yaml:8:{column}: {key}: {message}"


@pytest.mark.parametrize("name", ["orthogonal", "identity"])
def test_a_bias_is_no_matrix(name: str) -> None:
    head = refusal(layer_with(f"bias_initializer: {name}"))
    assert f"'{name}' is not an initializer of biases." in head


def test_a_number_inside_that_is_not_finite() -> None:
    argument = "kernel_regularizer: {l2: {l2: .inf}}"
    assert refusal(layer_with(argument)).splitlines()[0] == (
        "c.yaml:8:54: l2: l2 (=inf) must be a finite number"
    )
