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

pytestmark = pytest.mark.usefixtures("painted")

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
    assert not re.search(
        r"(?:src|href)=\"(?!data:|\./)|url\(|@import", page
    )  # nothing from outside
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
        config=[("name: mnist", ""), ("  epochs: 1", "--set training.epochs=1")],
        files=["history.csv", 'a"b.csv'],
        said="sample <1>",
    )
    page, tags = read(tmp_path / "report.html")
    assert page.index("0.7500") < page.index("mnist, 60,000 digits") < page.index("<h2>Training")
    assert "always ‘cat’" in page
    assert tags.count("img") == 2
    assert 'alt="Gate values"' in page
    assert "wrong predictions as pictures" not in page
    marked = '<mark title="--set training.epochs=1">  epochs: 1</mark>'
    assert f"<pre>name: mnist\n{marked}\n</pre>" in page
    assert 'href="./history.csv"' in page and 'href="./a%22b.csv"' in page
    assert "sample &lt;1&gt;" in page
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
        config=[(evil, evil)],
        files=[evil],
        said=evil,
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


@pytest.mark.parametrize(("monitor", "said"), [(None, True), ("val_loss", False)])
def test_which_weights_are_kept(tmp_path: Path, monitor: str | None, said: bool) -> None:
    rows = [{"epoch": n, "loss": 1.0, "val_loss": v} for n, v in enumerate((2.0, 1.0, 3.0), 1)]
    path = tmp_path / "report.html"
    write_report(path, title="run", facts={}, history=rows, monitor=monitor)
    assert ("1.0000; kept is the last.</p>" in path.read_text()) == said


def test_a_long_history_shows_its_ends_and_its_best(tmp_path: Path) -> None:
    rows = [{"epoch": e, "val_loss": abs(e - 60.0)} for e in range(1, 101)]
    write_report(tmp_path / "report.html", title="run", facts={}, history=rows)
    page, _ = read(tmp_path / "report.html")
    short, whole = page.split("<details>")
    shown = re.findall(r"<tr[^>]*>(?:<td[^>]*>)(?:<span.*?</span> )?([\d…]+)</td>", short)
    assert shown == [*"12345", "…", "59", "60", "61", "…", "96", "97", "98", "99", "100"]
    assert whole.count('<tr class="best">') == 1
    assert whole.count("<tr") == 101  # with its heads
