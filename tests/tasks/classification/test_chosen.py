"""A run that chooses how it answers: the same choice is shown, kept, asked and evaluated."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import rnnkit
from rnnkit.tasks.classification.evaluation import ClassificationEvaluation
from rnnkit.tasks.classification.trained import TrainedClassifier
from tests.conftest import painting, small_config

METRICS = ["accuracy", "precision", "recall", "f1_score", "auc"]


def write_overlapping(path: Path) -> Path:
    """160 sequences whose classes overlap, so that there are mistakes; 'yes' is one in four."""
    rng = np.random.default_rng(1)
    y = np.arange(160) % 4 == 0
    x = rng.normal(size=(160, 5, 2)) + 0.8 * y[:, None, None]
    np.savez(path, x_train=x, y_train=np.where(y, "a yes", "no"))
    return path


def config_for(path: Path, **training: Any) -> Any:
    config: Any = small_config(write_overlapping(path), metrics=METRICS, **training)
    config["data"]["split"] = {"validation": 0.25, "test": 0.25}
    config["decision"] = {
        "positive": "a yes",
        "threshold": {"minimum_recall": 0.8},
        "temperature": True,
    }
    return config


@pytest.fixture(scope="module")
@painting()
def chosen(tmp_path_factory: pytest.TempPathFactory) -> rnnkit.Run:
    folder = tmp_path_factory.mktemp("chosen")
    stopping = {"monitor": "val_f1_score", "patience": 1}
    config = config_for(folder / "data.npz", early_stopping=stopping)
    return rnnkit.train(config, runs=folder / "runs")


def evaluation_of(run: rnnkit.Run) -> Any:
    return json.loads(run.evaluation.read_text())


def test_history_has_the_metrics(chosen: rnnkit.Run) -> None:
    for row in chosen.read_history():
        for name in METRICS:
            assert 0 <= row[name] <= 1
            assert 0 <= row[f"val_{name}"] <= 1


def test_what_was_chosen_is_kept_and_applied(chosen: rnnkit.Run) -> None:
    kept, evaluation = json.loads(chosen.decision.read_text()), evaluation_of(chosen)
    assert kept["chosen_on"] == "validation"
    assert kept["aim"].startswith("the highest precision at a recall of 0.8 on validation")
    assert evaluation["decision"] == kept
    assert evaluation["positive"] == "a yes"  # stated: it is not the last in the alphabet
    again = rnnkit.evaluate(chosen)
    assert isinstance(again, ClassificationEvaluation)
    assert again.model_dump(by_alias=True, mode="json") == evaluation
    assert again.numbers["f1_score"] == again.report.per_class[1].f1


def test_answers_follow_the_threshold(chosen: rnnkit.Run) -> None:
    trained = rnnkit.load(chosen)
    assert isinstance(trained, TrainedClassifier)
    rng = np.random.default_rng(2)
    x = rng.normal(size=(30, 5, 2)) + 0.4
    found = trained.predict({"x": x})
    assert trained.predict(x).predicted == found.predicted
    positive = found.probabilities[:, 1]
    threshold = trained.decision.threshold
    assert threshold is not None
    assert found.classes == ["no", "a yes"]
    assert found.predicted == ["a yes" if p >= threshold else "no" for p in positive]
    assert set(found.predicted) == {"a yes", "no"}


def test_mistakes_have_the_number_that_they_have_in_the_source(chosen: rnnkit.Run) -> None:
    with (chosen.path / "mistakes.csv").open() as file:
        rows = list(csv.DictReader(file))
    evaluation = evaluation_of(chosen)
    assert len(rows) == np.sum(evaluation["confusion"]) - np.trace(evaluation["confusion"]) > 0
    sure = [float(row["probability"]) for row in rows]
    assert sure == sorted(sure, reverse=True)
    trained = rnnkit.load(chosen)
    assert isinstance(trained, TrainedClassifier)
    arrays = np.load(trained.config.data.named)
    asked = trained.predict({"x": arrays["x_train"]})  # all, in the order of the source
    for row in rows:
        number = int(row["example"])
        assert arrays["y_train"][number] == row["true"]
        assert asked.predicted[number] == row["predicted"] != row["true"]
        assert asked.confidence[number] == pytest.approx(float(row["probability"]), abs=1e-4)


def test_the_page_and_the_plots(chosen: rnnkit.Run) -> None:
    plots = {path.stem for path in chosen.plots.glob("*.svg")}
    assert {"roc", "precision_recall", "calibration", "confusion", "history"} <= plots
    page = chosen.report.read_text()
    assert "is answered from a probability of" in page
    assert "The surest mistakes" in page
    assert "chosen on these very examples" not in page


def test_of_one_part_it_says_that_it_was_chosen_there(tmp_path: Path) -> None:
    config = config_for(tmp_path / "data.npz", early_stopping={"patience": 1}, epochs=1)
    config["data"]["split"] = {"validation": "test", "test": 0.25}
    config["decision"].pop("temperature")
    run = rnnkit.train(config, runs=tmp_path / "runs")
    [note] = evaluation_of(run)["notes"]
    assert "the best epoch and the threshold were chosen on these very examples" in note
    assert note in run.report.read_text()
    assert json.loads(run.decision.read_text())["chosen_on"] == "the test part"


def test_a_positive_class_that_is_not_there(tmp_path: Path) -> None:
    config = config_for(tmp_path / "data.npz")
    config["decision"] = {"positive": "a yess"}
    with pytest.raises(rnnkit.DataError, match=r"no class 'a yess'\. Did you mean 'a yes'\?"):
        rnnkit.check(config)
