"""`rnnkit evaluate`: the table, JSON, and gates."""

import json

import pytest

import rnnkit
from rnnkit.cli.app import run


def test_table_with_the_baseline(trained: rnnkit.Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evaluate", str(trained.path)]) == 0
    shown = capsys.readouterr().out
    assert "this model   baseline" in shown
    assert "The baseline always answers '1'" in shown
    assert "Rows are the true classes" in shown


def test_json_is_what_evaluation_json_holds(
    trained: rnnkit.Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["evaluate", str(trained.path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == trained.read_evaluation()


def test_gates(trained: rnnkit.Run, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(trained.path)
    assert run(["evaluate", path, "--min", "accuracy=0.5", "--min", "macro_f1=0.5"]) == 0
    capsys.readouterr()
    assert run(["evaluate", path, "--min", "accuracy=1.01"]) == 3
    assert "gate not met: accuracy is " in capsys.readouterr().err
    assert run(["evaluate", path, "--max", "loss=0", "--min", "accuracy=0.5"]) == 3
    shown = capsys.readouterr().err
    assert "gate not met: loss is " in shown
    assert "at most 0.0 was asked" in shown
    assert run(["evaluate", path, "--max", "loss=100"]) == 0
    assert run(["evaluate", path, "--max", "loss=nan"]) == 3
    capsys.readouterr()
    assert run(["evaluate", path, "--min", "acuracy=0.5"]) == 2
    assert "there is no 'acuracy'; there are loss, accuracy" in capsys.readouterr().err
    assert run(["evaluate", path, "--min", "accuracy"]) == 2
    assert "expected NAME=VALUE" in capsys.readouterr().err


def test_no_such_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evaluate", "no-such-run"]) == 1
    assert capsys.readouterr().err.startswith("no run 'no-such-run'.")
