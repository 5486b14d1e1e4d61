"""The tables of a classification run at narrow and wide terminals."""

import numpy as np
import pytest

from rnnkit.tasks.classification.evaluation import ClassificationEvaluation
from rnnkit.tasks.classification.metrics import ClassificationReport, classification_report
from rnnkit.tasks.classification.view import ConfusionTable, details
from tests.reports.test_tables import report_of, text


def evaluation_of(report: ClassificationReport) -> ClassificationEvaluation:
    return ClassificationEvaluation.of(report, data="test", loss=0.1234, metrics={})


def test_evaluation_table_has_the_baseline_beside_the_result() -> None:
    output = text(details(evaluation_of(report_of(["a", "b"]))))
    assert "test: 2,000 examples of 2 classes" in output
    assert "               this model   baseline\n" in output
    assert " accuracy          0.9970     0.5000\n" in output
    assert " F1                0.9970     0.0000\n" in output
    assert " loss              0.1234          –\n" in output
    assert "always answers 'a', the most frequent class" in output
    assert " a          0.9970   0.9970   0.9970      1,000\n" in output


def test_undefined_numbers_are_explained() -> None:
    report = classification_report([0, 0], np.eye(3)[[0, 0]], "abc")
    output = " ".join(text(details(evaluation_of(report))).split())
    assert "Note: precision is undefined, shown as 0, for what is never predicted" in output


def test_confusion_matrix() -> None:
    output = text(ConfusionTable(report_of(["cat", "dog", "owl"], each=2_000, wrong=5)))
    assert output.splitlines()[2:] == [
        " true    cat    dog    owl",
        " ─────────────────────────",
        " cat   1,995      5      ·",
        " dog       ·  1,995      5",
        " owl       5      ·  1,995",
    ]


def test_long_class_names_become_numbers_above_the_columns() -> None:
    output = text(ConfusionTable(report_of(["ankle boot", "sandal"])))
    assert " 0  ankle boot  997    3\n" in output


def test_matrix_drops_separators_before_it_drops_columns() -> None:
    report = report_of([str(c) for c in range(10)], each=1_200)
    assert "1,197" in text(ConfusionTable(report), 80)
    assert "1197" in text(ConfusionTable(report), 66)


@pytest.mark.parametrize(("classes", "width"), [(20, 60), (21, 200)])
def test_matrix_that_does_not_fit_becomes_its_mistakes(classes: int, width: int) -> None:
    output = text(ConfusionTable(report_of([f"class {i}" for i in range(classes)])), width)
    assert "The most frequent mistakes:" in output
    assert " class 0   class 1            3               0.3 %" in output


def test_no_mistakes() -> None:
    report = report_of([str(c) for c in range(30)], wrong=0)
    assert text(ConfusionTable(report)) == "No mistakes."


def test_names_are_not_read_as_markup() -> None:
    report = report_of(["[red]", ":smile:", "\x1b[31m"])
    output = text(details(evaluation_of(report)))
    assert "[red]" in output and ":smile:" in output
