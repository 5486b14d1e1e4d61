"""What an evaluation of tokens says on the terminal and on the page, and its pictures."""

from pathlib import Path
from typing import Any

import pytest
from rich.console import Console, RenderableType

from rnnkit.reports.html import Result, write_report
from rnnkit.tasks.next_token import view as next_token
from rnnkit.tasks.next_token.evaluation import NextTokenEvaluation
from rnnkit.tasks.next_token.plots.tokens import plot_hardest, plot_positions

pytestmark = pytest.mark.usefixtures("painted")


def quality(loss: float, accuracy: float) -> dict[str, float]:
    return {"loss": loss, "bits": loss / 0.6931, "perplexity": 4.0, "accuracy": accuracy}


def values(**changes: Any) -> NextTokenEvaluation:
    return NextTokenEvaluation.model_validate(
        {
            "task": "next_token",
            "data": "validation",
            "kind": "sequences",
            "level": "item",
            "tokens": 8770,
            "sequences": 400,
            "vocabulary": 825,
            **quality(2.0, 0.5),
            "top_5_accuracy": 0.8,
            "baselines": {
                "uniform": quality(6.7154, 0.0012),
                "unigram": quality(4.7, 0.05),
                "ngram": {"order": 4, **quality(2.3628, 0.51)},
            },
            "best_baseline": "ngram",
            "gain": 0.3628,
            "gain_interval": [0.3, 0.4256],
            "verdict": "better",
            "positions": [
                {"position": n, "tokens": 400, "loss": 1 + n / 10, "ngram_loss": 1 + n / 8}
                for n in range(1, 12)
            ],
            "hardest": [
                {"token": token, "count": 12, "loss": 7.1, "ngram_loss": 5.5, "share": 0.004}
                for token in ("Qa3", "\n", " ", "$x_1$", "a very long action with many words")
            ],
            "sample": {
                "tokens": 400,
                "run": 4,
                "copied": 0.3,
                "copied_held_back": 0.64,
                "longest": 12,
                "longest_held_back": 24,
                "longest_text": "e4 e5 / d4",
                "text": "e4 e5 <b>\nd4",
            },
            **changes,
        }
    )


def printed(what: RenderableType) -> str:
    console = Console(width=60, color_system=None, highlight=False, markup=False)
    with console.capture() as capture:
        console.print(what)
    return capture.get()


def test_details_hold_at_60_columns() -> None:
    text = printed(next_token.details(values()))
    assert max(map(len, text.splitlines())) <= 60
    assert "…" not in text.replace("'a very long ac…", "").replace("a very long act…", "")
    assert "n-gram, order 4   2.3628" in text
    assert "'\\n'" in text
    said = " ".join(text.split())
    assert (
        "The model beats the best baseline, the n-gram of order 4, by 0.3628 nats a token (95 % "
        "interval +0.3000 to +0.4256). Among its five likeliest: 80.0 %." in said
    )
    assert "30.0 % stand in the training text; of as much held-back text, 64.0 % do" in said
    assert "Note: 1 row left out." in printed(next_token.details(values(notes=["1 row left out"])))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"verdict": "worse", "gain": -0.5}, "The model LOSES to the n-gram of order 4 by 0.5000"),
        ({"verdict": "unclear", "gain": 0.01}, "No clear difference from the best baseline"),
        ({"best_baseline": "uniform"}, "beats the best baseline, the uniform baseline"),
        ({"gain_interval": None}, "by 0.3628 nats a token. Among"),
    ],
)
def test_the_verdict(changes: dict[str, Any], expected: str) -> None:
    assert expected in next_token.verdict(values(**changes))


def test_what_is_only_a_piece_of_a_long_text_is_said() -> None:
    judged, counted = {"tokens": 8770, "of": 90_000}, {"tokens": 10_000, "of": 2_000_000}
    long = values(judged=judged, counted=counted)
    assert next_token.head(long).startswith("validation: the first 8,770 of 90,000 tokens")
    only = "the last 10,000 of 2,000,000 training tokens"
    assert f"The baselines count only {only}" in next_token.verdict(long)
    assert f"stand in {only}; of as much held-back text" in next_token.memorisation(
        long, long.sample
    )


def test_positions_double() -> None:
    text = printed(next_token.details(values()))
    table = text[text.index("position") : text.index("hardest")]
    rows = [line.split()[0] for line in table.splitlines() if line.strip()[:1].isdigit()]
    assert rows == ["1", "2", "4", "8", "11"]


def test_running_text_has_the_loss_with_all_its_past() -> None:
    positions = [{"position": n, "tokens": 9, "loss": 1.0} for n in (1, 2)]
    text = printed(next_token.details(values(kind="text", positions=positions)))
    assert "when a window begins without a past" in " ".join(text.split())
    assert "all       2.0000" in text


def test_too_little_text_for_positions() -> None:
    assert "position" not in printed(next_token.details(values(positions=[])))


def test_the_page(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    result = Result("rnnkit.tasks.next_token.objective", values(), next_token.page(values()))
    write_report(path, title="chess", facts={}, history=[], result=result)
    page = path.read_text()
    assert "2.000 nats a token" in page
    assert "e4 e5 &lt;b&gt;" in page
    assert "n-gram, order 4" in page


@pytest.mark.parametrize("kind", ["text", "sequences"])
def test_pictures(tmp_path: Path, kind: str) -> None:
    for draw in (plot_positions, plot_hardest):
        path = tmp_path / f"{draw.__name__}.png"
        draw(values(kind=kind), path)
        assert path.read_bytes().startswith(b"\x89PNG")
        first = path.read_bytes()
        draw(values(kind=kind), path)
        assert path.read_bytes() == first


def test_pictures_of_little(tmp_path: Path) -> None:
    whole = values().model_dump()
    one = values(positions=whole["positions"][:1], hardest=whole["hardest"][:1])
    plot_positions(one, tmp_path / "a.png")
    plot_hardest(one, tmp_path / "b.png")
    assert (tmp_path / "a.png").exists()
    assert (tmp_path / "b.png").exists()
