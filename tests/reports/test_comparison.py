"""What is said of two runs, word for word, and the tables at 60 columns."""

import dataclasses

import pytest
from rich.console import Console

from rnnkit.baselines.paired import Outcome
from rnnkit.reports.comparison import Compared, Comparison, Difference, Pair, comparison_tables

DIGITS = Outcome(
    measure="accuracy", noun="example", test="McNemar", examples=10_000, units=10_000,
    scores=(0.961, 0.9692), p_value=1e-7, only=(61, 143),
)  # fmt: skip
TEXT = Outcome(
    measure="loss", noun="sequence", test="bootstrap", examples=40, units=40, scores=(1.5, 1.25),
    p_value=0.004, interval=(-0.4, -0.1),
)  # fmt: skip
WINDOWS = Outcome(
    measure="rmse", noun="window", test="Diebold-Mariano", examples=600, units=300,
    scores=(2.0, 2.5), p_value=0.2,
)  # fmt: skip


@pytest.mark.parametrize(
    ("outcome", "sentence"),
    [
        (
            DIGITS,
            "B is better than A: accuracy 0.9692 against 0.9610 on the same 10,000 examples; 143 "
            "only B got right, 61 only A (McNemar, p < 0.001).",
        ),
        (
            dataclasses.replace(DIGITS, scores=(0.9692, 0.961), only=(143, 61)),
            "A is better than B: accuracy 0.9692 against 0.9610 on the same 10,000 examples; 143 "
            "only A got right, 61 only B (McNemar, p < 0.001).",
        ),
        (
            dataclasses.replace(DIGITS, scores=(0.5, 0.5), only=(7, 7), p_value=1.0),
            "A and B are equally good: accuracy 0.5000 on the same 10,000 examples; 7 only A got "
            "right, 7 only B (McNemar, p = 1).",
        ),
        (
            TEXT,
            "B is better than A: loss 1.2500 against 1.5000 on the same 40 sequences; the "
            "difference lies between 0.1000 and 0.4000 (95 %) (bootstrap, p = 0.004).",
        ),
        (
            dataclasses.replace(TEXT, p_value=None, interval=None, examples=1),
            "B is better than A: loss 1.2500 against 1.5000 on the same 1 sequence, too few to "
            "tell that from chance.",
        ),
        (
            WINDOWS,
            "Between A and B there is no difference beyond chance: A is ahead, rmse 2.0000 against "
            "2.5000 on the same 600 windows (Diebold-Mariano over 300 groups, p = 0.2).",
        ),
    ],
)
def test_sentences(outcome: Outcome, sentence: str) -> None:
    assert Pair("A", "B", outcome, outcome.p_value).sentence == sentence


def test_tables_hold_at_60_columns() -> None:
    runs = tuple(
        Compared(
            letter, f"mnist_{letter}/20261123-204502", "x", 1_234_567, 372.0, [], {"loss": 0.1}
        )
        for letter in "ABCD"
    )
    found = Comparison(
        task="classification",
        part="test",
        runs=runs,
        differences=(Difference("model.layers.0.lstm.recurrent_dropout", ("0.25", "–", "–", "1")),),
        pairs=tuple(Pair("A", other, DIGITS, 0.01) for other in "BCD"),
        scores=(0.961, 0.97, 0.97, 0.97),
        notes=(),
    )
    console = Console(width=60, record=True, color_system=None)
    console.print(comparison_tables(found))
    lines = console.export_text().split("\n")
    assert max(map(len, lines)) <= 60
    text = "\n".join(lines)
    assert "parameters" in text and "1,234,567" in text
    assert [line.split()[-1] for line in lines if line.startswith(" accuracy")] == ["0.9700"]
    assert "6 min 12 s" in text
