"""`embedding: {vectors: FILE}` on real runs."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

import rnnkit
from rnnkit.errors import ConfigError
from rnnkit.workflows.load import load as load_run

CONFIG = """\
version: 1
name: tones
task: next_token
data: {source: text.txt, level: word, split: {validation: 0.25}}
model:
  layers:
    - embedding: {vectors: v.txt, trainable: false}
    - lstm: {units: 2}
    - dense
training: {epochs: 1, batch_size: 4, window: 4, jit_compile: false, sample: null}
"""
VECTORS = "so 1 2 3\nit 4 5 6\nelsewhere 7 8 9\n"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """In a folder that is not the current one, from which its paths count."""
    folder = tmp_path / "configs"
    folder.mkdir()
    (folder / "text.txt").write_text("So it is and so it was\n" * 40)
    (folder / "v.txt").write_text(VECTORS)
    (folder / "c.yaml").write_text(CONFIG)
    return folder / "c.yaml"


def test_rows_begin_with_the_vectors_and_stay(config: Path, tmp_path: Path) -> None:
    run = rnnkit.train(config, runs=tmp_path / "runs")
    start = run.read_metadata()["start"]
    path = str(config.parent / "v.txt")
    assert start["vectors"] == {path: hashlib.sha256(VECTORS.encode()).hexdigest()}
    text = start["layers"]["embedding_1"]["text"]
    assert text.startswith("3 of 7 tokens have a vector in ")
    assert text.endswith(", 1 that of their lower case; 4 drawn")
    assert text in run.report.read_text()
    (config.parent / "v.txt").unlink()  # a finished run needs it no more
    trained = load_run(run)
    ids = trained.preprocessing.names.inputs["input"]
    table = trained.model.get_layer("embedding_1").get_weights()[0]
    np.testing.assert_array_equal(
        table[[ids["So"], ids["so"], ids["it"]]], [[1, 2, 3]] * 2 + [[4, 5, 6]]
    )
    assert (np.abs(table[ids["is"]]) <= 0.05).all()


@pytest.mark.parametrize(
    ("text", "vectors", "message"),
    [
        (CONFIG, None, r"c.yaml:7:19: embedding: .*v.txt: there is no such file"),
        (CONFIG, "so 1 2\nit 1\n", r"c.yaml:7:28: embedding: vectors: .*v.txt:2: 1 numbers"),
        (CONFIG, "le 1 2\n", r"c.yaml:7:28: embedding: vectors: .*v.txt has none of the tokens"),
        (
            CONFIG.replace("vectors", "output_dim: 4, vectors"),
            VECTORS,
            r"c.yaml:7:43: embedding: vectors: output_dim is 4, .*v.txt has 3 numbers a word",
        ),
        (
            CONFIG.replace("vectors: v.txt, ", ""),
            VECTORS,
            r"c.yaml:7:18: embedding: missing key 'output_dim'",
        ),
    ],
)
def test_what_is_refused(
    text: str, vectors: str | None, message: str, config: Path, tmp_path: Path
) -> None:
    config.write_text(text)
    if vectors is None:
        (config.parent / "v.txt").unlink()
    else:
        (config.parent / "v.txt").write_text(vectors)
    with pytest.raises(ConfigError, match=message):
        rnnkit.train(config, runs=tmp_path / "runs")
