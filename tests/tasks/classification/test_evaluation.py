"""evaluation.json of classification is written and read by one class."""

import json

import numpy as np
import pytest

from rnnkit.tasks.classification.evaluation import ClassificationEvaluation
from rnnkit.tasks.classification.metrics import classification_report


def test_json_reads_back() -> None:
    # a: 3 examples, 2 right; b: 2 examples, 1 right; c: 1 example, 1 right
    said = np.eye(3)[[0, 0, 1, 1, 2, 2]]
    report = classification_report([0, 0, 0, 1, 1, 2], said, "abc", train_counts=[1, 5, 2])
    metrics = {"accuracy": 4 / 6, "top_3_accuracy": 1.0}
    made = ClassificationEvaluation.of(report, data="test", loss=0.5, metrics=metrics)
    text = json.dumps(made.model_dump(by_alias=True))
    values = json.loads(text)
    assert values["task"] == "classification"
    assert values["accuracy"] == pytest.approx(4 / 6)
    assert values["top_3_accuracy"] == 1.0
    assert values["baseline"] == {"class": "b", "accuracy": pytest.approx(1 / 3)}
    assert values["classes"][0]["name"] == "a"
    read = ClassificationEvaluation.model_validate(values)
    assert read.model_dump() == made.model_dump()
    assert read.report.confusion.tolist() == report.confusion.tolist()
    assert read.numbers["macro_f1"] == pytest.approx(report.macro_f1)
    assert read.baseline_numbers == {"accuracy": pytest.approx(1 / 3)}
