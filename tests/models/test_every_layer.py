"""Every layer in a model: its shape and size are Keras's, padding changes nothing, and what is
saved opens with Keras alone and gives the same.
"""

import json
import subprocess
import sys

import numpy as np
import pytest

from rnnkit.config.layers import LAYERS
from rnnkit.config.layers.container import Container
from rnnkit.config.stack import InputFacts, Stack
from rnnkit.data.dataset import PADDING_VALUE
from rnnkit.models.build import build_model
from rnnkit.runtime import keras
from tests.config.small import stack_of, with_layers

END = "dense: {units: 2}"
POOL = "global_average_pooling_1d"
LSTM = "lstm: {units: 3}"
STACKS = {
    "conv valid": ["conv_1d: {filters: 4, kernel_size: 3}", LSTM],
    "conv same": ["conv_1d: {filters: 4, kernel_size: 4, padding: same, use_bias: false}", LSTM],
    "conv causal": ["conv_1d: {filters: 4, kernel_size: 2, padding: causal, dilation_rate: 3}",
                    LSTM],
    "conv strides": ["conv_1d: {filters: 4, kernel_size: 3, strides: 2}", POOL],
    "conv causal strides": ["conv_1d: {filters: 4, kernel_size: 3, strides: 2, padding: causal}",
                            "conv_1d: {filters: 6, kernel_size: 2, groups: 2}", LSTM],
    "pools": ["max_pooling_1d", "average_pooling_1d: {pool_size: 2, strides: 1}", LSTM],
    "after an lstm": ["gru: {units: 3}", "conv_1d: {filters: 2, kernel_size: 2}",
                      "bidirectional: {layer: {lstm: {units: 2}}}", "global_max_pooling_1d"],
    "batch": ["batch_normalization", LSTM, "batch_normalization: {center: false}"],
    "norms": ["unit_normalization", "layer_normalization: {scale: false}", POOL],
    "activations": ["activation: {activation: gelu}", "leaky_relu", "prelu", LSTM, "prelu"],
    "noises": ["spatial_dropout_1d: {rate: 0.5}", "gaussian_noise: {stddev: 0.1}",
               "dropout: {rate: 0.5}", POOL],
    "attention": ["multi_head_attention: {num_heads: 2, key_dim: 3, value_dim: 2}", POOL],
    "causal attention": ["multi_head_attention: {num_heads: 1, key_dim: 2, use_bias: false, "
                         "use_causal_mask: true}", LSTM],
    "attention pooling": ["conv_1d: {filters: 4, kernel_size: 2}",
                          "attention_pooling_1d: {units: 5, activation: relu}"],
    "repeat": [LSTM, "repeat_vector: {n: 4}", "simple_rnn: {units: 2}"],
    "each step": ["time_distributed: {layer: {dense: {units: 4, activation: relu}}}", POOL],
    "branches": ["parallel: [[lstm: {units: 2}, dropout: {rate: 0.5}], [conv_1d: {filters: 3, "
                 f"kernel_size: 3}}, batch_normalization, {POOL}]]"],
    "residual": ["residual: [conv_1d: {filters: 3, kernel_size: 3, padding: same}]", LSTM],
}  # fmt: skip
UNMASKED = {
    "group": ["group_normalization: {groups: 3}", LSTM],
    "pool same": ["max_pooling_1d: {pool_size: 3, strides: 2, padding: same}", LSTM],
    "conv same strides": ["conv_1d: {filters: 4, kernel_size: 4, strides: 3, padding: same}", LSTM],
}
LENGTHS = (9, 6, 7)
EQUAL = InputFacts((9, 3), outputs=2)
UNEQUAL = InputFacts((None, 3), outputs=2, masked=True, shortest=6)
X = np.random.default_rng(0).normal(size=(3, 9, 3)).astype(np.float32)
PADDED = np.where(np.arange(9)[:, None] < np.array(LENGTHS)[:, None, None], X, PADDING_VALUE)
CASES = {
    **{name: (layers, EQUAL, X) for name, layers in UNMASKED.items()},
    **{name: (layers, UNEQUAL, PADDED) for name, layers in STACKS.items()},
}

Built = tuple[Stack, keras.Model, keras.Model]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Built]:
    """Each stack, its model of rnnkit's kernels, and that of Keras's layers with its weights."""
    import os

    os.chdir(tmp_path_factory.mktemp("configs"))
    rng = np.random.default_rng(1)
    found = {}
    for name, (layers, facts, _) in CASES.items():
        stack = stack_of(with_layers(*layers, END), facts)
        assert stack.problems == (), name
        ours, plain = (build_model(stack.layers, facts, use_kernels=k) for k in (True, False))
        weights = [np.abs(rng.normal(size=w.shape)) for w in ours.get_weights()]
        ours.set_weights(weights)
        plain.set_weights(weights)
        found[name] = (stack, ours, plain)
    return found


@pytest.fixture(scope="module")
def opened(built: dict[str, Built], tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """What the saved models give in a process of Keras alone."""
    folder = tmp_path_factory.mktemp("models")
    for number, name in enumerate(CASES):
        built[name][2].save(folder / f"{number}.keras")
    np.savez(folder / "x.npz", *[x for _, _, x in CASES.values()])
    program = (
        "import json, sys, keras, numpy as np\n"
        "xs = np.load('x.npz')\n"
        "load = keras.models.load_model\n"
        "given = [load(f'{n}.keras')(xs[f'arr_{n}']) for n in range(len(xs.files))]\n"
        "assert not [name for name in sys.modules if 'rnnkit' in name]\n"
        "print(json.dumps([np.asarray(y).tolist() for y in given]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program], cwd=folder, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return dict(zip(CASES, json.loads(done.stdout.splitlines()[-1]), strict=True))


def test_no_layer_is_left_out() -> None:
    text = str([*STACKS.values(), *UNMASKED.values(), LSTM, END])
    told = {layer.kind for layer in LAYERS if not issubclass(layer, Container)} - {"embedding"}
    assert [kind for kind in told if kind not in text] == []


@pytest.mark.parametrize("name", CASES)
def test_shapes_and_sizes_are_keras_own(name: str, built: dict[str, Built]) -> None:
    stack, ours, plain = built[name]
    for row in stack.summaries:
        layer = plain.get_layer(row.name)
        assert row.output_shape == layer.output.shape[1:], row.kind
        assert row.parameters == layer.count_params(), row.kind
    assert stack.parameters == plain.count_params() == ours.count_params()


@pytest.mark.parametrize("name", CASES)
def test_outputs_are_those_of_keras_alone(
    name: str, built: dict[str, Built], opened: dict[str, object]
) -> None:
    _, ours, plain = built[name]
    x = CASES[name][2]
    expected = np.asarray(ours(x))
    np.testing.assert_allclose(plain(x), expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(opened[name], expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", STACKS)
def test_padding_changes_nothing(name: str, built: dict[str, Built]) -> None:
    """Each sequence gives what it gives alone, without its padding."""
    _, ours, _ = built[name]
    together = np.asarray(ours(PADDED))
    for row, length in enumerate(LENGTHS):
        alone = np.asarray(ours(PADDED[row : row + 1, :length]))[0]
        np.testing.assert_allclose(together[row], alone, rtol=1e-4, atol=1e-5)
