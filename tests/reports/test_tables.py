"""The tables' text at narrow and wide terminals."""

from __future__ import annotations

import io
import subprocess
import sys
from dataclasses import dataclass

import numpy as np
import pytest
from rich.console import Console, RenderableType

from rnnkit.reports.metrics import ClassificationReport, classification_report
from rnnkit.reports.tables import (
    confusion_table,
    evaluation_table,
    layer_table,
    training_summary,
)


@dataclass(frozen=True)
class Row:
    kind: str
    name: str
    output_shape: tuple[int | None, ...]
    parameters: int
    note: str = ""


LAYERS = [
    Row("lstm", "lstm_1", (28, 256), 291_840, "256 relu"),
    Row("dropout", "dropout_2", (28, 256), 0, "0.2"),
    Row("bidirectional", "bidirectional_3", (None, 512), 1_051_648, "lstm 256 tanh"),
    Row("layer_normalization", "my norm", (512,), 1_024),
    Row("dense", "dense_5", (10,), 5_130, "10 softmax"),
]
HISTORY = [
    {"epoch": 1, "loss": 0.9, "val_loss": 0.5, "val_accuracy": 0.7, "seconds": 93.4},
    {"epoch": 2, "loss": 0.4, "val_loss": 0.3, "val_accuracy": 0.8, "seconds": 93.4},
    {"epoch": 3, "loss": 0.2, "val_loss": 0.4, "val_accuracy": 0.9, "seconds": 93.4},
]


def text(renderable: RenderableType, width: int = 60) -> str:
    console = Console(width=width, file=io.StringIO(), highlight=False)
    console.print(renderable)
    output = console.file.getvalue()
    assert all(len(line) <= width for line in output.splitlines())
    assert "\x1b" not in output
    return "\n".join(line.rstrip() for line in output.splitlines())


def report_of(classes: list[str], *, each: int = 1_000, wrong: int = 3) -> ClassificationReport:
    """Every class with `each` examples, `wrong` of them taken for the next class."""
    count = len(classes)
    truth = np.repeat(np.arange(count), each)
    said = np.where(np.tile(np.arange(each), count) < wrong, (truth + 1) % count, truth)
    return classification_report(truth, np.eye(count)[said], classes)


def test_layer_table_at_60_columns() -> None:
    assert text(layer_table(LAYERS, input_shape=(28, 28))).strip("\n") == (
        "     layer                              output   parameters\n"
        " ──────────────────────────────────────────────────────────\n"
        "     input                             28 × 28\n"
        " 1   lstm                  256 relu   28 × 256      291,840\n"
        " 2   dropout               0.2        28 × 256            –\n"
        " 3   bidirectional         lstm 256    T × 512    1,051,648\n"
        "                           tanh\n"
        " 4   layer_normalization   'my             512        1,024\n"
        "                           norm'\n"
        " 5   dense                 10               10        5,130\n"
        "                           softmax\n"
        " ──────────────────────────────────────────────────────────\n"
        "     total                                        1,349,642"
    )


@pytest.mark.parametrize("width", [80, 120])
def test_layer_table_has_a_line_a_layer_where_there_is_room(width: int) -> None:
    lines = text(layer_table(LAYERS), width).strip("\n").splitlines()
    assert len(lines) == 3 + len(LAYERS) + 1
    assert " 4   layer_normalization   'my norm' " in lines[5]


def test_evaluation_table_has_the_baseline_beside_the_result() -> None:
    output = text(evaluation_table(report_of(["a", "b"]), loss=0.1234, data="test"))
    assert "test: 2,000 examples of 2 classes" in output
    assert "               this model   baseline\n" in output
    assert " accuracy          0.9970     0.5000\n" in output
    assert " macro F1          0.9970     0.3333\n" in output
    assert " loss              0.1234          –\n" in output
    assert "always answers 'a', the most frequent class" in output
    assert " a          0.9970   0.9970   0.9970      1,000\n" in output


def test_undefined_numbers_are_explained() -> None:
    report = classification_report([0, 0], np.eye(3)[[0, 0]], "abc")
    output = " ".join(text(evaluation_table(report)).split())
    assert "Note: precision is undefined, shown as 0, for what is never predicted" in output


def test_confusion_matrix() -> None:
    output = text(confusion_table(report_of(["cat", "dog", "owl"], each=2_000, wrong=5)))
    assert output.splitlines()[2:] == [
        " true    cat    dog    owl",
        " ─────────────────────────",
        " cat   1,995      5      ·",
        " dog       ·  1,995      5",
        " owl       5      ·  1,995",
    ]


def test_long_class_names_become_numbers_above_the_columns() -> None:
    output = text(confusion_table(report_of(["ankle boot", "sandal"])))
    assert " 0  ankle boot  997    3\n" in output


def test_matrix_drops_separators_before_it_drops_columns() -> None:
    report = report_of([str(c) for c in range(10)], each=1_200)
    assert "1,197" in text(confusion_table(report), 80)
    assert "1197" in text(confusion_table(report), 66)


@pytest.mark.parametrize(("classes", "width"), [(20, 60), (21, 200)])
def test_matrix_that_does_not_fit_becomes_its_mistakes(classes: int, width: int) -> None:
    output = text(confusion_table(report_of([f"class {i}" for i in range(classes)])), width)
    assert "The most frequent mistakes:" in output
    assert " class 0   class 1            3               0.3 %" in output


def test_no_mistakes() -> None:
    report = report_of([str(c) for c in range(30)], wrong=0)
    assert text(confusion_table(report)) == "No mistakes."


def test_training_summary() -> None:
    report = report_of(["a", "b"])
    output = text(training_summary(HISTORY, {"data": "test", "loss": 0.5, **report.as_dict()}))
    assert "3 epochs in 4 min 40 s, the best by val_loss is epoch 2" in output
    assert "                epoch 1   epoch 2, best   epoch 3\n" in output
    assert " val_accuracy    0.7000          0.8000    0.9000\n" in output
    assert " accuracy          0.9970     0.5000\n" in output
    assert "seconds" not in output


def test_training_summary_without_evaluation() -> None:
    output = text(training_summary(HISTORY[:1]))
    assert output.startswith("1 epoch in 1 min 33 s\n")
    assert "best" not in output
    assert "nothing says how good this model" in output


def test_names_are_not_read_as_markup() -> None:
    report = report_of(["[red]", ":smile:", "\x1b[31m"])
    output = text(evaluation_table(report)) + text(confusion_table(report))
    assert "[red]" in output and ":smile:" in output


def test_tables_import_neither_matplotlib_nor_pydantic() -> None:
    code = "import sys, rnnkit.reports.tables; print({'matplotlib', 'pydantic'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
