"""The resolved config that a run keeps reads back as the config it came from."""

from pathlib import Path

import pytest

from rnnkit.config.loading import load_config
from rnnkit.workflows.check import check
from tests.config.small import SMALL, load

CONFIGS = sorted((Path(__file__).parents[2] / "configs").glob("*.yaml"))
EVERYTHING = """\
version: 1
name: '1e4'
task: classification
device: gpu:1
data: {source: mnist, split: {validation: 0.25, stratify: false}, limit: 100}
model:
  kernels: keras
  layers:
    - lstm: {units: 4, kernel_regularizer: {l2: {l2: 1e-4}}, name: first}
    - bidirectional: {layer: {gru: {units: 3, dropout: 0.1}}, merge_mode: sum}
    - layer_normalization
    - dense: {units: 10, bias_initializer: {constant: {value: .5}}}
training:
  epochs: 1
  optimizer: {name: sgd, learning_rate: 1e-4, clipnorm: 1}
  schedule: {name: exponential_decay, decay_steps: 10, decay_rate: .9}
  early_stopping: {monitor: loss}
  class_weight: {0: 2, '9': 3}
logging: {tensorboard: true}
"""

NULL = """\
version: 1
name: quiet
task: next_token
data: {source: shakespeare, level: character}
model: {layers: [embedding: {output_dim: 2}, lstm: {units: 2}, dense]}
training: {epochs: 1, sample: null}
"""


def assert_reads_back(path: Path) -> None:
    from rnnkit.workflows.build import resolved_text

    checked = check(path)
    text = resolved_text(checked)
    again = load(text).config
    before, after = checked.loaded.config.model_dump(), again.model_dump()
    stack = [layer.model_dump() for layer in checked.stack.layers]
    assert after["model"].pop("layers") == stack
    before["model"].pop("layers")
    assert after == before
    assert resolved_text(check(Path("c.yaml"))) == text


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_shipped_configs(path: Path) -> None:
    assert_reads_back(path)


@pytest.mark.parametrize("text", [SMALL, EVERYTHING, NULL], ids=["small", "everything", "null"])
def test_any_config(text: str) -> None:
    Path("given.yaml").write_text(text)
    assert load_config("given.yaml", environment={})
    assert_reads_back(Path("given.yaml"))
