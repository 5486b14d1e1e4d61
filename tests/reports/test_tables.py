"""The tables' text at narrow and wide terminals."""

from __future__ import annotations

import io
import subprocess
import sys
from dataclasses import dataclass

import numpy as np
import pytest
from rich.console import Console, RenderableType

from rnnkit.reports.tables import (
    layer_table,
    training_summary,
)
from rnnkit.tasks.classification import view
from rnnkit.tasks.classification.evaluation import ClassificationEvaluation
from rnnkit.tasks.classification.metrics import ClassificationReport, classification_report


@dataclass(frozen=True)
class Row:
    number: str
    kind: str
    name: str
    output_shape: tuple[int | None, ...]
    parameters: int
    note: str = ""

    @property
    def trained(self) -> int:
        return 0 if self.note.endswith("frozen") else self.parameters


LAYERS = [
    Row("1", "lstm", "lstm_1", (28, 256), 291_840, "256 relu"),
    Row("2", "dropout", "dropout_2", (28, 256), 0, "0.2"),
    Row("3", "bidirectional", "bidirectional_3", (None, 512), 1_051_648, "lstm 256 tanh"),
    Row("4", "layer_normalization", "my norm", (512,), 1_024),
    Row("5", "dense", "dense_5", (10,), 5_130, "10 softmax"),
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


def test_what_trains_stands_below_where_it_is_not_all() -> None:
    frozen = Row("1", "lstm", "lstm_1", (28, 256), 291_840, "256 relu frozen")
    assert (
        text(layer_table([frozen, *LAYERS[1:]]))
        .strip("\n")
        .endswith(
            "     total                                        1,349,642\n"
            "     of these train                               1,057,802"
        )
    )


@pytest.mark.parametrize("width", [80, 120])
def test_layer_table_has_a_line_a_layer_where_there_is_room(width: int) -> None:
    lines = text(layer_table(LAYERS), width).strip("\n").splitlines()
    assert len(lines) == 3 + len(LAYERS) + 1
    assert " 4   layer_normalization   'my norm' " in lines[5]


def test_training_summary() -> None:
    report = report_of(["a", "b"])
    evaluation = ClassificationEvaluation.of(report, data="test", loss=0.5, metrics={})
    output = text(training_summary(HISTORY, view.summary(evaluation)))
    assert "3 epochs in 4 min 40 s, the best by val_loss is epoch 2;\nkept is the last\n" in output
    assert "                epoch 1   epoch 2, best   epoch 3\n" in output
    assert " val_accuracy    0.7000          0.8000    0.9000\n" in output
    assert " accuracy          0.9970     0.5000\n" in output
    assert "seconds" not in output


def test_the_best_epoch_is_kept_where_one_stopped_by_it() -> None:
    output = text(training_summary(HISTORY, monitor="val_loss"))
    assert "the best by val_loss is epoch 2\n" in output


def test_training_summary_without_evaluation() -> None:
    output = text(training_summary(HISTORY[:1]))
    assert output.startswith("1 epoch in 1 min 33 s\n")
    assert "best" not in output
    assert "nothing says how good this model" in output


def test_tables_import_neither_matplotlib_nor_pydantic() -> None:
    code = "import sys, rnnkit.reports.tables; print({'matplotlib', 'pydantic'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
