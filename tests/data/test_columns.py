"""What is said of a column that names sequences where each has one row: a wide table has none."""

from collections.abc import Callable
from pathlib import Path

import pytest

from rnnkit.cli.app import run

Check = Callable[..., tuple[int, str]]
REST = """model: {{layers: [{layers}, {{dense: {{}}}}]}}
training: {{epochs: 1, batch_size: 2, optimizer: {{name: adam}}}}
"""


@pytest.fixture
def check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Check:
    """`rnnkit check` of a table whose ids have so many rows each: the exit code and stderr."""

    def run_check(rows: list[int], task: str, *options: str) -> tuple[int, str]:
        ids = [number for number, count in enumerate(rows) for _ in range(count)]
        lines = [
            f"{number},{row * 7 % 11},{row % 3},{number % 2}" for row, number in enumerate(ids)
        ]
        (tmp_path / "a.csv").write_text("\n".join(["name,a,b,y", *lines]) + "\n")
        layers = "{lstm: {units: 2}}"
        if task == "next_token":
            layers = "{embedding: {output_dim: 2}}, {lstm: {units: 2}}"
        section = "".join(f"  {line}\n" for line in ("source: a.csv", *options))
        text = f"version: 1\nname: a\ntask: {task}\ndata:\n{section}"
        (tmp_path / "a.yaml").write_text(text + REST.format(layers=layers))
        return run(["check", str(tmp_path / "a.yaml")]), capsys.readouterr().err

    return run_check


def test_a_wide_table_has_no_id(check: Check, tmp_path: Path) -> None:
    code, error = check([1] * 20, "classification", "label: y", "id: name")
    assert code == 2
    assert error == (
        f"{tmp_path}/a.yaml:7:7: {tmp_path}/a.csv: `id` (='name') has one row for each of its 20 "
        "values, so every sequence has one step: leave `id` out to read each row as a whole "
        "sequence; where one step is meant, set features_per_step: 2 instead\n"
        "  7 |   id: name\n"
        "    |       ^^^^\n"
    )
    instead = ["label: y", "features: [a, b]", "features_per_step: 2"]
    assert check([1] * 20, "classification", *instead)[0] == 0


def test_an_event_log_has_more_than_one_row_a_sequence(check: Check) -> None:
    options = ["level: item", "sequence: name", "token: b"]
    code, error = check([1] * 20, "next_token", *options)
    assert code == 2
    assert "a.yaml:7:13: " in error
    assert "`sequence` (='name') has one row for each of its 20 values" in error
    assert _notes(check([1] * 5 + [2] * 5, "next_token", *options)[1]) == []


@pytest.mark.parametrize(
    ("rows", "features", "note"),
    [
        (
            [1] * 19 + [3],
            "[a, b]",
            "`id` (='name') has one row for 19 of its 20 values, so these sequences have one step: "
            "leave `id` out to read each row as a whole sequence; where one step is meant, set "
            "features_per_step: 2 instead",
        ),
        (  # a table with one column has no other reading
            [1] * 20,
            "[a]",
            "`id` (='name') has one row for each of its 20 values, so every sequence has one step",
        ),
        ([1] * 10 + [2] * 10, "[a, b]", None),
    ],
)
def test_where_it_may_be_meant_it_is_said(
    rows: list[int], features: str, note: str | None, check: Check
) -> None:
    code, error = check(rows, "classification", "label: y", "id: name", f"features: {features}")
    assert code == 0
    assert _notes(error) == ([f"note   {note}"] if note else [])


def _notes(told: str) -> list[str]:
    notes = [line for line in told.splitlines() if line.startswith("note")]
    return [line for line in notes if "leak audit" not in line]
