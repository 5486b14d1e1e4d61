"""The table of next tokens, and tunes as piano rolls."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from rnnkit.music import read_tune
from rnnkit.tasks.next_token.plots.piano_roll import MOST_TUNES, plot_piano_roll
from rnnkit.tasks.next_token.token_table import next_token_table, shown_token

pytestmark = pytest.mark.usefixtures("painted")


def test_table_holds_at_60_columns() -> None:
    screen = io.StringIO()
    table = next_token_table(["e5", "\n", "x" * 99], [0.75, 0.2, 0.0001])
    Console(width=60, file=screen).print(table)
    lines = screen.getvalue().splitlines()
    assert max(map(len, lines)) <= 60
    e5, line_break, long = [line for line in lines if "0." in line]
    assert "e5" in e5 and "0.7500" in e5 and e5.count("█") == 12
    assert "'\\n'" in line_break and line_break.count("█") == 3
    assert "x…" in long and "█" not in long


def test_tokens_that_cannot_be_seen_are_quoted() -> None:
    assert [shown_token(t) for t in ("a", " ", " a", "\n", "é", "\x00", "")] == [
        "a", "' '", "' a'", "'\\n'", "é", "'\\x00'", "''",
    ]  # fmt: skip


def test_tokens_of_every_script_are_shown_as_written() -> None:
    assert [shown_token(t) for t in ("हाथ", "क्‍ष", "می‌خواهم", "\u093f", "\u200f")] == [
        "हाथ", "क्‍ष", "می‌خواهم", "◌\u093f", r"'\u200f'",
    ]  # fmt: skip


def test_piano_rolls_of_any_tune(tmp_path: Path) -> None:
    tunes = [
        read_tune("X:1\nT:$Dollars$\nM:6/8\nL:1/8\nK:D\nC,DEF2A|c''6|]"),
        read_tune("nothing"),
    ]
    plot_piano_roll(tunes, tmp_path / "two.png")
    plot_piano_roll(tunes * MOST_TUNES, tmp_path / "many.png")
    heights = [
        int.from_bytes((tmp_path / name).read_bytes()[20:24], "big")
        for name in ("two.png", "many.png")
    ]
    assert 2 < heights[1] / heights[0] < 4  # no more than MOST_TUNES are drawn
