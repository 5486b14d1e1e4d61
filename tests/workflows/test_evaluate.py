"""Evaluation and prediction of a finished run, on its own data and on files."""

import json
from pathlib import Path

import numpy as np
import pytest

import rnnkit
from rnnkit.files import write_json
from rnnkit.tasks import load_config
from rnnkit.workflows.check import read
from rnnkit.workflows.dry_run import dry_run
from tests.conftest import small_config, write_data


def test_evaluation_agrees_with_the_last_epoch(trained: rnnkit.Run) -> None:
    result = rnnkit.evaluate(trained)
    last = trained.read_history()[-1]
    assert result.data == "validation"
    assert result.loss == pytest.approx(last["val_loss"], rel=1e-5)
    assert result.accuracy == pytest.approx(last["val_accuracy"])
    assert json.loads(trained.evaluation.read_text()) == json.loads(
        json.dumps(result.model_dump(by_alias=True))
    )


def test_the_model_card_is_renewed_and_stands_on_the_page(trained: rnnkit.Run) -> None:
    first = trained.model_card.read_text()
    trained.model_card.unlink()
    rnnkit.evaluate(trained)
    assert trained.model_card.read_text() == first
    assert "- What is none of its 2 classes: it answers one of them all the same." in first
    page = trained.report.read_text()
    assert "<li>What is none of its 2 classes: it answers one of them all the same.</li>" in page
    assert 'href="./model_card.md"' in page


@pytest.mark.usefixtures("painted")
def test_other_data_get_their_own_files(trained: rnnkit.Run, tmp_path: Path) -> None:
    before = trained.evaluation.read_text()
    path = write_data(tmp_path / "fresh.npz", examples=33, seed=9)
    with np.load(path) as arrays:
        np.savez(path, x=arrays["x_train"], y=arrays["y_train"])
    result = rnnkit.evaluate(trained, data=path)
    assert result.examples == 33
    assert result.accuracy > 0.9
    assert trained.evaluation.read_text() == before
    assert (trained.path / "evaluation-fresh.json").exists()
    assert (trained.plots / "confusion-fresh.svg").read_text().startswith("<?xml")


def test_predictions_are_the_model_s_own(trained: rnnkit.Run, tmp_path: Path) -> None:
    x = np.random.default_rng(1).normal(size=(20, 5, 2)) + np.repeat([0, 2], 10)[:, None, None]
    np.savez(tmp_path / "new.npz", x=x)
    loaded = rnnkit.load(trained)
    answers = loaded.predict(tmp_path / "new.npz")
    assert answers.classes == [0, 1]
    assert answers.probabilities.shape == (20, 2)
    assert np.allclose(answers.probabilities.sum(axis=1), 1, atol=1e-5)
    assert np.mean(np.array(answers.predicted) == np.repeat([0, 1], 10)) > 0.9
    assert loaded.preprocessing.scale is not None
    scaled = loaded.preprocessing.scale.apply(x)
    assert np.allclose(loaded.model(scaled), answers.probabilities, atol=1e-5)


def test_a_run_without_a_model_says_why(tmp_path: Path) -> None:
    run = rnnkit.Run(tmp_path)
    write_json(run.metadata, {"status": "running"})
    with pytest.raises(rnnkit.RunError, match=r"no model\.keras yet; its status is 'running'"):
        rnnkit.evaluate(run)


def test_damaged_weights_are_a_run_error(trained: rnnkit.Run, tmp_path: Path) -> None:
    copy = rnnkit.Run(tmp_path)
    for name in ("run.json", "config.resolved.yaml", "preprocessing.json"):
        (tmp_path / name).write_bytes((trained.path / name).read_bytes())
    copy.model.write_bytes(trained.model.read_bytes()[:1000])
    with pytest.raises(rnnkit.RunError, match="its weights cannot be read"):
        rnnkit.load(copy)


def test_a_dry_run_measures_and_writes_nothing(data: Path, tmp_path: Path) -> None:
    before = set(tmp_path.rglob("*"))
    estimate = dry_run(read(load_config(small_config(data))))
    assert set(tmp_path.rglob("*")) == before
    assert estimate.setup.steps == 6
    assert estimate.epoch_seconds == pytest.approx(
        6 * estimate.step_seconds + estimate.evaluation_seconds
    )
    assert estimate.parameter_bytes == 4 * estimate.setup.checked.stack.parameters
    assert estimate.data_bytes == 120 * 5 * 2 * 4
