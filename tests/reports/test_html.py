"""The report stands alone, hides nothing and lets nothing in."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from rnnkit.reports.html import Result, write_report
from rnnkit.reports.plots.confusion import plot_confusion
from rnnkit.tasks.classification import view
from rnnkit.tasks.classification.evaluation import ClassificationEvaluation
from rnnkit.tasks.classification.metrics import classification_report

VOID = {"meta", "img", "br"}


class Balanced(HTMLParser):
    """Fails on a tag that is closed in the wrong place."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def read(path: Path) -> tuple[str, list[str]]:
    page = path.read_text(encoding="utf-8")
    parser = Balanced()
    parser.feed(page)
    assert parser.open == []
    assert not re.search(r"(?:src|href)=\"(?!data:)|url\(|@import", page)  # nothing from outside
    return page, parser.tags


def result(classes: list[str]) -> Result:
    report = classification_report([0, 0, 1, 1], np.eye(2)[[0, 0, 1, 0]], classes)
    evaluation = ClassificationEvaluation.of(report, data="test", loss=0.25, metrics={})
    return Result("rnnkit.tasks.classification", evaluation, view.page(evaluation))


HISTORY = [
    {"epoch": 1, "loss": 0.9, "val_loss": 0.5, "learning_rate": 1e-4, "seconds": 2.0},
    {"epoch": 2, "loss": 0.4, "val_loss": float("nan"), "learning_rate": 5e-5, "seconds": 2.0},
]


def test_full_report(tmp_path: Path) -> None:
    plot = tmp_path / "confusion.svg"
    plot_confusion(np.eye(2, dtype=int), "ab", plot)
    write_report(
        tmp_path / "report.html",
        title="mnist",
        facts={"data": "mnist, 60,000 digits"},
        history=HISTORY,
        result=result(["cat", "dog"]),
        plots={"confusion": plot, "Gate values": plot, "mistakes": tmp_path / "missing.svg"},
        command="rnnkit train configs/mnist.yaml",
        reproduce={"seed": 0},
        config_text="name: mnist\n  indented: true\n",
    )
    page, tags = read(tmp_path / "report.html")
    assert page.index("0.7500") < page.index("mnist, 60,000 digits") < page.index("<h2>Training")
    assert "always ‘cat’" in page
    assert tags.count("img") == 2
    assert "<h2>Gate values</h2>" in page
    assert "Mistakes that the model was sure of" not in page
    assert "name: mnist\n  indented: true\n" in page
    assert '<span class="tag">best</span> 1</td>' in page
    assert "5e-05" in page


def test_names_and_texts_are_escaped(tmp_path: Path) -> None:
    evil = "<script>alert('1')</script>"
    write_report(
        tmp_path / "report.html",
        title=evil,
        facts={evil: evil},
        history=[{**HISTORY[0], evil: 1.0}],
        result=result([evil, "b"]),
        command=evil,
        reproduce={evil: evil},
        config_text=evil,
    )
    page, tags = read(tmp_path / "report.html")
    assert "script" not in tags
    assert page.count("&lt;script&gt;") >= 8


@pytest.mark.parametrize(
    ("history", "said"), [([], "No epoch was finished."), (HISTORY, "No examples were kept back")]
)
def test_missing_parts(tmp_path: Path, history: list[dict[str, float]], said: str) -> None:
    write_report(tmp_path / "report.html", title="run", facts={}, history=history)
    page, tags = read(tmp_path / "report.html")
    assert said in page
    assert "img" not in tags
    assert "To get the same again" not in page
