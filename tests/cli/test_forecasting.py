"""Forecasting at the command line: predict --steps, evaluate --walk-forward, train --seeds."""

import csv
import io
import json
from pathlib import Path

import pytest
import yaml

import rnnkit
from rnnkit.cli.app import run
from tests.conftest import small_config


@pytest.mark.usefixtures("painted")
def test_predict_to_stdout_with_notes_on_stderr(
    forecasting: rnnkit.Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plot = tmp_path / "ahead.png"
    arguments = ["predict", str(forecasting.path), "--steps", "5", "--plot", str(plot)]
    assert run(arguments) == 0
    shown = capsys.readouterr()
    rows = list(csv.DictReader(io.StringIO(shown.out)))
    assert list(rows[0]) == [
        "time", "step", "forecast", "lower_80", "upper_80", "lower_95", "upper_95", "fed_back",
    ]  # fmt: skip
    assert [row["step"] for row in rows] == list("12345")
    assert float(rows[4]["lower_95"]) < float(rows[4]["forecast"])
    assert plot.read_bytes().startswith(b"\x89PNG")
    assert "note: from step 4 on the model reads its own forecasts" in shown.err


def test_predict_to_a_json_file(
    forecasting: rnnkit.Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "ahead.json"
    assert run(["predict", str(forecasting.path), "--steps", "2", "--output", str(output)]) == 0
    rows = [json.loads(line) for line in output.read_text().splitlines()]
    assert [row["fed_back"] for row in rows] == [False, False]
    assert "2 forecasts in" in capsys.readouterr().err


@pytest.mark.parametrize("verb", ["predict", "evaluate"])
def test_how_a_new_file_is_written_no_config_can_say_any_more(
    verb: str, forecasting: rnnkit.Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "other.csv"
    data.write_text("time;y\n" + "".join(f"{n};{n},25\n" for n in range(40)))
    assert run([verb, str(forecasting.path), "--data", str(data)]) == 2
    *_, format_, last = capsys.readouterr().err.splitlines()
    assert 'separator: ";"' in format_
    assert last.startswith("The run's config stays as it is: write the file as the training data")


def test_options_of_other_tasks_are_refused(
    forecasting: rnnkit.Run, trained: rnnkit.Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["predict", str(forecasting.path), "--prompt", "e4"]) == 2
    assert run(["predict", str(trained.path), "--steps", "2"]) == 2
    assert "--steps does not apply: the run's task is classification" in capsys.readouterr().err
    assert run(["predict", str(forecasting.path), "--steps", "0"]) == 2


def test_evaluate_walk_forward(forecasting: rnnkit.Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evaluate", str(forecasting.path), "--walk-forward", "--refit"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "test: 22 forecasts, 3 steps ahead; every origin, baselines fitted anew" in shown
    assert run(["evaluate", str(forecasting.path), "--refit"]) == 2
    assert run(["evaluate", str(forecasting.path), "--retrain", "every=3"]) == 2
    for wrong in ("3", "every=0", "each=3"):
        assert run(["evaluate", str(forecasting.path), "--walk-forward", "--retrain", wrong]) == 2
        assert "expected every=ROWS" in capsys.readouterr().err
    assert run(["evaluate", str(forecasting.path), "--walk-forward", "--data", "x.csv"]) == 2


def test_seeds(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "small.yaml"
    config.write_text(yaml.safe_dump(small_config(data, epochs=1)))
    assert run(["train", str(config), "--runs", str(tmp_path / "runs"), "--seeds", "2"]) == 0
    shown = capsys.readouterr()
    assert "2 runs, seeds 3 to 4" in shown.out
    assert "accuracy" in shown.out
    assert [line.split()[:2] for line in shown.err.splitlines()[:2]] == [
        ["seed", "3"],
        ["seed", "4"],
    ]
    assert len(list((tmp_path / "runs" / "small").glob("*/model.keras"))) == 3  # and latest
    assert run(["train", str(config), "--seeds", "1"]) == 2
    assert run(["train", str(config), "--seeds", "2", "--dry-run"]) == 2
