"""Every plot is a whole PNG of the expected size with something on it, or an SVG of words."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.image import imread
from matplotlib.text import Text

from rnnkit.errors import RunError
from rnnkit.reports.plots.confusion import plot_confusion
from rnnkit.reports.plots.figure import new_figure, time_across
from rnnkit.reports.plots.history import plot_history
from rnnkit.tasks.classification.calibration import reliability
from rnnkit.tasks.classification.plots.calibration import plot_calibration
from rnnkit.tasks.classification.plots.curves import CURVES, plot_precision_recall, plot_roc
from rnnkit.tasks.classification.plots.mistakes import plot_mistakes
from rnnkit.tasks.classification.ranked import Ranked, ranked_classes
from rnnkit.tasks.memory.plots import plot_sums

pytestmark = pytest.mark.usefixtures("painted")

PIXELS = 1280


def row(epoch: int, **values: float) -> dict[str, float]:
    loss = 1.0 / epoch
    return {"epoch": epoch, "loss": loss, "accuracy": 1 - loss / 2, "learning_rate": 0.1, **values}


def pixels(path: Path) -> np.ndarray:
    """(height, width) grey values, after checking that the picture is not blank."""
    image = imread(path)[:, :, :3].mean(axis=2)
    assert image.shape[1] == PIXELS
    assert image.std() > 0.01
    return image


def ink(path: Path) -> int:
    """How many pixels are not white."""
    return int((pixels(path) < 0.95).sum())


def test_history(tmp_path: Path) -> None:
    rows = [row(e, val_loss=1.2 / e, val_accuracy=1 - 0.6 / e) for e in range(1, 6)]
    plot_history(rows, tmp_path / "history.png", title="mnist")
    assert [path.name for path in tmp_path.iterdir()] == ["history.png"]  # no temporary file stays
    assert pixels(tmp_path / "history.png").shape[0] < 1.2 * PIXELS


def test_validation_and_a_changing_learning_rate_are_drawn(tmp_path: Path) -> None:
    plain = [row(e) for e in range(1, 6)]
    plot_history(plain, tmp_path / "plain.png", title="run")
    plot_history([r | {"val_loss": 0.9} for r in plain], tmp_path / "val.png", title="run")
    plot_history([r | {"learning_rate": 1 / r["epoch"]} for r in plain], tmp_path / "rate.png",
                 title="run")  # fmt: skip
    assert ink(tmp_path / "val.png") > ink(tmp_path / "plain.png")
    assert pixels(tmp_path / "rate.png").shape[0] > pixels(tmp_path / "plain.png").shape[0]


def test_history_of_one_epoch_has_markers(tmp_path: Path) -> None:
    plot_history([row(1)], tmp_path / "one.png", title="run")
    image = imread(tmp_path / "one.png")[:, :, :3]
    orange = (image[:, :, 0] > 0.6) & (image[:, :, 2] < 0.2)
    assert orange.sum() > 100


@pytest.mark.parametrize("epochs", [13, 200])
def test_history_of_many_epochs(tmp_path: Path, epochs: int) -> None:
    rows = [row(e, val_loss=math.nan if e == 9 else 5.0**-e) for e in range(1, epochs + 1)]
    plot_history(rows, tmp_path / "many.png", title="run", monitor="val_loss")
    pixels(tmp_path / "many.png")


def test_history_that_diverged(tmp_path: Path) -> None:
    rows = [row(1), row(2, loss=math.nan), row(3, loss=math.inf, accuracy=math.nan)]
    plot_history(rows, tmp_path / "diverged.png", title="run")
    pixels(tmp_path / "diverged.png")


def test_same_history_same_bytes(tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        plot_history([row(1), row(2)], tmp_path / name, title="run")
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


@pytest.mark.parametrize("classes", [2, 10, 30, 100])
def test_confusion(tmp_path: Path, classes: int) -> None:
    matrix = np.eye(classes, dtype=int) * 9_000 + 12
    matrix[0] = 0  # a class without an example
    plot_confusion(matrix, [f"a long class name {i}" for i in range(classes)], tmp_path / "c.png")
    assert pixels(tmp_path / "c.png").shape[0] < PIXELS


def test_names_are_not_read_as_mathematics(tmp_path: Path) -> None:
    plot_confusion(np.eye(2, dtype=int), ["$\\bad", "数字 $5"], tmp_path / "c.png")
    pixels(tmp_path / "c.png")


def test_mistakes_are_the_surest_wrong_ones(tmp_path: Path, texts: list[str]) -> None:
    images = np.zeros((4, 5, 5))
    images[1, 2, 2] = images[3, 2, 2] = 1
    wrong = plot_mistakes(images, [0, 1, 0, 1], [0, 0, 0, 0], [0.9, 0.7, 0.8, 1.0], "ab",
                          "wxyz", tmp_path / "m.png", limit=1)  # fmt: skip
    assert wrong == 2
    pixels(tmp_path / "m.png")
    assert any(text.startswith("z\ntrue b") for text in texts)  # its id


@pytest.mark.parametrize("shape", [(28, 28), (100, 3), (3, 100)])
def test_pictures_of_any_shape(tmp_path: Path, shape: tuple[int, int]) -> None:
    images = np.random.default_rng(0).random((30, *shape))
    said = np.ones(30, dtype=int)
    plot_mistakes(
        images, said * 0, said, said * 0.5, ["walk", "run"], ["id"] * 30, tmp_path / "m.png"
    )
    assert pixels(tmp_path / "m.png").shape[0] < 2 * PIXELS


def test_no_mistakes_is_said(tmp_path: Path) -> None:
    assert (
        plot_mistakes(np.zeros((2, 3, 3)), [0, 1], [0, 1], [1, 1], "ab", "yz", tmp_path / "m.png")
        == 0
    )
    assert pixels(tmp_path / "m.png").shape[0] < PIXELS / 4


def test_an_svg_says_what_it_shows_in_any_script_and_runs_nothing(tmp_path: Path) -> None:
    names = ["<script>alert(1)</script>", "数字 $5\x1b\ufffe"]
    for file in ("a.svg", "b.svg"):
        plot_confusion([[1, 2], [0, 3]], names, tmp_path / file)
    text = (tmp_path / "a.svg").read_text()
    assert text == (tmp_path / "b.svg").read_text()
    words = [one.text for one in ElementTree.fromstring(text).iter() if one.tag.endswith("text")]
    assert words.count("<script>alert…") == 2
    assert words.count("数字 $5��") == 2
    assert "2 mistakes in 6 examples" in words
    assert "invert(1)" in text and "<dc:date>" not in text


def test_many_points_are_pixels(tmp_path: Path) -> None:
    sizes = []
    for count in (400, 20_000):
        sums = np.linspace(0, 2, count)
        plot_sums(sums, sums, tmp_path / "sums.svg")
        sizes.append((tmp_path / "sums.svg").stat().st_size)
    assert sizes[1] < 3 * sizes[0]


@pytest.mark.parametrize(
    ("times", "words"),
    [
        (np.arange("2023-11-20", "2024-02-10", dtype="M8[D]"), "2023-11-20 to 2024-02-09"),
        (
            np.arange("2023-01-31T06", "2023-02-02T18", 6, dtype="M8[h]"),
            "06:00 to 2023-02-02 12:00",
        ),
    ],
)
def test_dates_are_whole_below_the_axis_and_short_along_it(times: Any, words: str) -> None:
    axes = new_figure("days", height=2).add_subplot()
    axes.plot(times, np.arange(len(times)))
    time_across(axes, times.astype("M8[ns]"))
    axes.figure.draw_without_rendering()  # type: ignore[union-attr]
    assert axes.get_xlabel().endswith(words)
    assert axes.xaxis.get_offset_text().get_text() == ""
    ticks = [label.get_text() for label in axes.get_xticklabels()]
    assert len(set(ticks)) == len(ticks) >= 3 or "12:00" in ticks


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="nowhere"):
        plot_confusion(np.eye(2, dtype=int), "ab", tmp_path / "nowhere" / "c.png")


def ranked(classes: int) -> dict[str, Ranked]:
    rng = np.random.default_rng(0)
    y = rng.integers(0, classes, 200)
    found = ranked_classes(y, rng.random((200, classes)) + 0.3 * np.eye(classes)[y])
    return {f"kind {number}": one for number, one in found.items()}


@pytest.mark.parametrize("plot", [plot_roc, plot_precision_recall])
def test_curves_of_one_class_and_of_many(
    plot: Callable[..., None], tmp_path: Path, texts: list[str]
) -> None:
    plot(ranked(2), tmp_path / "two.png", threshold=0.9)
    assert pixels(tmp_path / "two.png").shape[0] == PIXELS
    assert sum(text.startswith("kind 1, 0.") for text in texts) == 1
    assert "threshold 0.9" in texts
    assert any(text.startswith("by chance, 0.") for text in texts)
    texts.clear()
    plot(ranked(12), tmp_path / "many.png")
    assert sum(text.startswith("kind ") for text in texts) == CURVES
    assert any(f"the {CURVES} lowest of 12" in text for text in texts)


def test_calibration_with_bins_that_are_empty(tmp_path: Path, texts: list[str]) -> None:
    positive = np.repeat([0.05, 0.9], 20)
    p = np.stack([1 - positive, positive], axis=1)
    found = reliability((positive > 0.5).astype(int), p)
    plot_calibration(found, tmp_path / "now.png")
    assert "calibration error 0.0750" in texts
    plot_calibration(found, tmp_path / "both.png", before=reliability(np.zeros(40, int), p))
    assert "calibration error before the temperature 0.4750" in texts
    assert pixels(tmp_path / "both.png").shape[0] == pixels(tmp_path / "now.png").shape[0]


@pytest.fixture
def texts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every text of the figures that are saved."""
    found: list[str] = []
    save = FigureCanvasAgg.print_figure

    def print_figure(canvas: FigureCanvasAgg, *args: object, **options: object) -> None:
        save(canvas, *args, **options)  # type: ignore[arg-type]
        found.extend(one.get_text() for one in canvas.figure.findobj(Text))  # type: ignore[attr-defined]

    monkeypatch.setattr(FigureCanvasAgg, "print_figure", print_figure)
    return found
