"""What is said of a long-memory result."""

import pytest
from rich.console import Console

from rnnkit.tasks.memory.evaluation import MemoryEvaluation
from rnnkit.tasks.memory.view import page, summary, verdict

ADDING = MemoryEvaluation(
    problem="adding", length=200, data="test", examples=1000, loss=0.0022, baseline_loss=0.1686,
    expected_baseline_loss=1 / 6, mean_absolute_error=0.03, close=0.66,
)  # fmt: skip
COPY = MemoryEvaluation(
    problem="copy", length=5, data="test", examples=50, loss=0.5, baseline_loss=0.8318,
    expected_baseline_loss=0.8318, recall=0.4, all_recalled=0.0,
)  # fmt: skip


def shown(evaluation: MemoryEvaluation) -> str:
    console = Console(width=60, color_system=None)
    with console.capture() as capture:
        console.print(summary(evaluation))
    return capture.get()


def test_adding() -> None:
    text = shown(ADDING)
    assert "test: 1,000 examples of adding, length 200" in text
    assert "mean squared error" in text and "0.0022      0.1686" in text
    assert "1/6 = 0.1667 on endless data" in text.replace("\n", " ")


def test_copy() -> None:
    text = shown(COPY).replace("\n", " ")
    assert "digits recalled" in text and "0.1250" in text
    assert "10 ln 8 / 25 = 0.8318" in text


@pytest.mark.parametrize(
    ("loss", "words"),
    [(0.2, "worse"), (0.17, "no more"), (0.08, "47 %"), (0.0022, "1.3 %")],
)
def test_verdict(loss: float, words: str) -> None:
    assert words in verdict(ADDING.model_copy(update={"loss": loss}))


def test_page() -> None:
    assert page(ADDING)["share"] == pytest.approx(0.0022 / 0.1686)
