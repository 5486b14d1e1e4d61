"""`rnnkit init` on the command line: what it says, in which stream, and its exit codes."""

import json
from pathlib import Path

import pytest

from rnnkit.cli.app import run

ROWS = "".join(f"2020-01-{n + 1:02d},{n % 7},{n % 5}\n" for n in range(30))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    (tmp_path / "sales.csv").write_text("day,shop,online\n" + ROWS)
    return tmp_path


def test_what_was_guessed_and_what_comes_next(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["init", "sales.csv"]) == 0
    shown = capsys.readouterr()
    first, second, third, *_ = shown.out.splitlines()
    assert first == "sales.yaml: forecasting, because its rows follow each other in time"
    assert second == "look first at"
    assert third == "  target: the first of 2 columns of numbers; there are also online"
    assert shown.err.startswith("next: rnnkit train sales.yaml ")
    text = (folder / "sales.yaml").read_text()
    assert text.startswith("# yaml-language-server: $schema=rnnkit.schema.json\n")
    assert "  target: shop  # the first of 2 columns of numbers\n" in text
    assert run(["check", "sales.yaml"]) == 0


def test_json_and_options(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["init", "sales.csv", "--target", "online", "--output", "b.yaml", "--json"]
    assert run(words) == 0
    made = json.loads(capsys.readouterr().out)
    assert (made["path"], made["task"]) == ("b.yaml", "forecasting")
    assert "  target: online  # as asked for\n" in Path("b.yaml").read_text()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nix.csv"], "there is no file nix.csv."),
        (["sales.csv", "--task", "forecast"], "there is no task 'forecast'. Did you mean"),
        (["sales.csv", "--output", "a.txt"], "--output a.txt: its name must end in .yaml or .yml"),
        (["sales.csv", "--time", "dya"], "sales.csv has no column 'dya'. Did you mean 'day'?"),
        (["macrodata"], "rnnkit makes 'macrodata'; copy a config about it: rnnkit init macro"),
    ],
)
def test_refusals(
    words: list[str], message: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["init", *words]) == 2
    assert message in capsys.readouterr().err
    assert [file.name for file in folder.iterdir()] == ["sales.csv"]


def test_nothing_is_overwritten(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "sales.yaml").write_text("mine")
    assert run(["init", "sales.csv"]) == 2
    assert "sales.yaml is there already and stays as it is" in capsys.readouterr().err
