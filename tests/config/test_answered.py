"""Stacks that answer the last steps of their input one by one, or all of them in one vector."""

import numpy as np
import pytest

from rnnkit.config.infer import infer_stack
from rnnkit.config.stack import InputFacts, Stack
from tests.config.small import load, with_layers

FACTS = InputFacts((6, 3), outputs=4, answered=2)  # 6 steps, of which 2 have 2 outputs each


def stack_of(*layers: str) -> Stack:
    return infer_stack(load(with_layers(*layers)), FACTS, sequence_output=False)


@pytest.mark.parametrize(
    ("recurrent", "given"),
    [
        ("gru: {units: 5}", (2, 2)),
        ("bidirectional: {layer: {lstm: {units: 5}}}", (2, 2)),
        ("gru: {units: 5, return_sequences: false}", (4,)),
    ],
)
def test_the_stack_decides_how_steps_are_answered(recurrent: str, given: tuple[int, ...]) -> None:
    from rnnkit.models.build import build_model

    stack = stack_of(recurrent, "dense")
    assert stack.problems == ()
    assert stack.output_shape == given
    models = [build_model(stack.layers, FACTS, use_kernels=kernels) for kernels in (True, False)]
    models[1].set_weights(models[0].get_weights())
    x = np.random.default_rng(0).normal(size=(3, 6, 3)).astype(np.float32)
    ours, plain = (model(x) for model in models)
    assert ours.shape == (3, 4)
    np.testing.assert_allclose(ours, plain, atol=1e-6)


def test_a_step_knows_what_came_before_it_and_not_what_comes() -> None:
    from rnnkit.models.build import build_model

    model = build_model(stack_of("gru: {units: 5}", "dense").layers, FACTS, use_kernels=False)
    x = np.random.default_rng(0).normal(size=(1, 6, 3)).astype(np.float32)
    changed = x.copy()
    changed[0, 5] += 1  # the last step
    same = np.isclose(model(x), model(changed), atol=1e-7)[0]
    assert same.tolist() == [True, True, False, False]


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        (["conv_1d: {filters: 2, kernel_size: 3}", "gru: {units: 5}"], "changes the number of"),
        (["gru: {units: 5, go_backwards: true}"], "turns them round"),
    ],
)
def test_steps_that_are_no_longer_the_input_s(layers: list[str], message: str) -> None:
    [problem] = stack_of(*layers, "dense").problems
    assert message in problem.message
    assert stack_of(layers[0], "gru: {units: 5, return_sequences: false}", "dense").problems == ()
