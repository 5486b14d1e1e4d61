"""Thresholds that meet their aims, and what a config may ask for."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnnkit.errors import ConfigError, RunError
from rnnkit.run import Run
from rnnkit.tasks import load_config
from rnnkit.tasks.classification.config import DecisionConfig, Threshold
from rnnkit.tasks.classification.decision import (
    Decision,
    choose_decision,
    choose_threshold,
    read_decision,
)
from rnnkit.workflows.check import check
from tests.conftest import small_config, write_data

SCORES = np.array([0.9, 0.8, 0.7, 0.6, 0.4, 0.2, 0.1, 0.05])
POSITIVE = np.array([True, True, False, True, False, False, False, False])


@pytest.mark.parametrize(
    ("aim", "threshold"),
    [
        ({"maximize": "f1"}, 0.5),  # 3 of 3 found, 1 false alarm: 6 / 7
        ({"maximize": "accuracy"}, 0.75),  # 7 of 8, as at 0.5: the higher one
        ({"maximize": "balanced_accuracy"}, 0.5),
        ({"minimum_precision": 0.7}, 0.5),
        ({"minimum_precision": 0.8}, 0.75),
        ({"minimum_recall": 0.5}, 0.75),
        ({"minimum_recall": 1.0}, 0.5),
    ],
)
def test_aims_by_hand(aim: dict[str, Any], threshold: float) -> None:
    found, text = choose_threshold(Threshold(**aim), POSITIVE, SCORES, part="validation")
    assert found == pytest.approx(threshold)
    assert "on validation (precision" in text
    assert text.endswith("of 3 examples)")  # so few that another one would move it


def test_an_aim_that_cannot_be_met_leaves_the_more_probable_class() -> None:
    p = np.stack([1 - SCORES, SCORES], axis=1)
    section = DecisionConfig(threshold=Threshold(minimum_precision=0.8))
    found = choose_decision(section, (~POSITIVE).astype(int), p, part="validation")
    assert found.threshold is None
    assert found.notes == (
        "no threshold reaches the highest recall at a precision of 0.8 on validation: the more "
        "probable class is answered",
    )


def test_a_part_of_one_class_says_so() -> None:
    p = np.stack([1 - SCORES, SCORES], axis=1)
    section = DecisionConfig(threshold=Threshold(maximize="f1"), temperature=True)
    found = choose_decision(section, np.ones(8, int), p, part="validation")
    assert found.threshold is None
    assert "holds one class alone" in found.notes[-1]


def test_it_is_read_back_and_missed(tmp_path: Path) -> None:
    run, section = Run(tmp_path), DecisionConfig(temperature=True)
    assert read_decision(run, DecisionConfig()) == Decision()
    with pytest.raises(RunError, match="has not chosen its threshold or temperature yet"):
        read_decision(run, section)
    made = Decision(chosen_on="validation", temperature=1.5, threshold=0.25, aim="the highest F1")
    run.decision.write_text(made.model_dump_json())
    assert read_decision(run, section) == made
    for text in ('{"threshold": "x"}', "[", '{"temperature": NaN}', '{"temperature": 0}'):
        run.decision.write_text(text)
        with pytest.raises(RunError, match="damaged"):
            read_decision(run, section)


def problems_of(tmp_path: Path, decision: dict[str, Any], **data: Any) -> str:
    config: Any = small_config(write_data(tmp_path / "data.npz"))
    config["data"] = {"source": config["data"]["source"], **data}
    with pytest.raises(ConfigError) as caught:
        check({**config, "decision": decision})
    return str(caught.value)


def test_nothing_can_be_chosen_without_validation(tmp_path: Path) -> None:
    found = problems_of(tmp_path, {"threshold": {"maximize": "f1"}, "temperature": True})
    for key in ("threshold", "temperature"):
        assert f"decision: {key} is chosen on validation examples, and there are none" in found


@pytest.mark.parametrize(
    "aim", [{}, {"maximize": "f1", "minimum_recall": 0.5}, {"minimum_precision": 0.0}]
)
def test_one_aim(tmp_path: Path, aim: dict[str, Any]) -> None:
    found = problems_of(tmp_path, {"threshold": aim}, split={"validation": 0.25})
    assert "threshold" in found


def test_several_classes_have_no_positive_one(tmp_path: Path) -> None:
    x, y = np.zeros((60, 5, 2)) + np.arange(60)[:, None, None], np.arange(60) % 3
    np.savez(tmp_path / "three.npz", x_train=x, y_train=y)
    config: Any = small_config(tmp_path / "three.npz")
    config["model"]["layers"][-1] = {"dense": {}}
    config["decision"] = {"positive": 1, "threshold": {"maximize": "f1"}}
    with pytest.raises(ConfigError) as caught:
        check(config)
    for key in ("positive", "threshold"):
        assert f"decision: {key} is for two classes; the data have 3" in str(caught.value)
    assert load_config({**config, "decision": {}}).config.name == "small"
