"""A page of a comparison: what it shows, by itself and whatever runs are called."""

from pathlib import Path

from rnnkit.baselines.paired import Outcome
from rnnkit.reports.comparison import Compared, Comparison, Difference, Pair
from rnnkit.reports.comparison_page import write_comparison

EPOCHS = [{"epoch": 1, "loss": 0.5, "val_loss": 0.6}, {"epoch": 2, "loss": 0.4, "val_loss": 0.5}]
OUTCOME = Outcome(
    measure="accuracy", noun="example", test="McNemar", examples=100, units=100,
    scores=(0.9, 0.8), p_value=0.01, only=(15, 5),
)  # fmt: skip


def comparison(**more: object) -> Comparison:
    runs = tuple(
        Compared(letter, f"{name}/20261123-204502", "x", 10, 1.0, EPOCHS, {})
        for letter, name in (("A", "<b>lstm"), ("B", "gru"))
    )
    known = {
        "task": "x",
        "part": "test",
        "runs": runs,
        "differences": (Difference("training.epochs", ("2", "3")),),
        "pairs": (Pair("A", "B", OUTCOME, 0.01),),
        "scores": (0.9, 0.8),
        "notes": ("A note.",),
    }
    return Comparison(**{**known, **more})  # type: ignore[arg-type]


def test_everything_stands_on_it(tmp_path: Path) -> None:
    write_comparison(tmp_path / "page.html", comparison())
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    for words in ("15 only A got right", "training.epochs", "A note.", "0.9000", "data:image/"):
        assert words in text
    assert "&lt;b&gt;lstm" in text and "<b>lstm" not in text
    assert "http" not in text.replace("http-equiv", "")


def test_without_epochs_and_differences(tmp_path: Path) -> None:
    runs = tuple(Compared(letter, letter, "x", None, 0.0, [], {}) for letter in "AB")
    write_comparison(tmp_path / "page.html", comparison(runs=runs, differences=()))
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "data:image/" not in text
    assert "They say the same." in text
