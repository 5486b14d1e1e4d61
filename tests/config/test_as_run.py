"""A config as it was run: bases and overrides in their places, and marked."""

from pathlib import Path

from rnnkit.config.as_run import as_run
from rnnkit.tasks import load_config

BASE = """\
version: 1
name: rows
task: forecasting
data: {source: sunspots, lookback: 4}
model: {layers: [{gru: {units: 2}}]}
training: {epochs: 3, batch_size: 8}
"""


def test_what_overrode_a_line(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(BASE)
    (tmp_path / "c.yaml").write_text("base: base.yaml\nname: own\n")
    loaded = load_config(
        tmp_path / "c.yaml",
        overrides=["training.epochs=1", "model.layers.0.gru.dropout=0.1", "training.optimizer=sgd"],
        environment={"RNNKIT__SEED": "4"},
    )
    lines = as_run(loaded)
    marked = {text.strip(): origin for text, origin in lines if origin}
    assert marked == {
        "epochs: 1": "--set training.epochs=1",
        "dropout: 0.1": "--set model.layers.0.gru.dropout=0.1",
        "optimizer: sgd": "--set training.optimizer=sgd",
        "seed: 4": "RNNKIT__SEED",
    }
    texts = [text for text, _ in lines]
    assert "name: own" in texts and "  batch_size: 8" in texts
    assert not any("base" in text for text in texts)
