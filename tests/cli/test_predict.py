"""`rnnkit predict`: CSV and JSONL, to stdout and to files."""

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest

import rnnkit
from rnnkit.cli.app import run


@pytest.fixture
def examples(tmp_path: Path) -> Path:
    path = tmp_path / "new.npz"
    np.savez(path, x=np.stack([np.zeros((5, 2)), np.full((5, 2), 2.5)]))
    return path


def test_csv_to_stdout(
    trained: rnnkit.Run, examples: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["predict", str(trained.path), "--data", str(examples)]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [(row["example"], row["class"]) for row in rows] == [("0", "0"), ("1", "1")]
    assert all(0.5 <= float(row["probability"]) <= 1 for row in rows)


def test_jsonl_to_a_file(
    trained: rnnkit.Run, examples: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "answers.jsonl"
    arguments = ["predict", str(trained.path), "--data", str(examples), "--output", str(output)]
    assert run(arguments) == 0
    rows = [json.loads(line) for line in output.read_text().splitlines()]
    assert [(row["example"], row["class"]) for row in rows] == [("0", 0), ("1", 1)]
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err == f"2 predictions in {output}\n"


def test_data_that_do_not_fit(
    trained: rnnkit.Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "wide.npz"
    np.savez(path, x=np.zeros((2, 5, 3)))
    assert run(["predict", str(trained.path), "--data", str(path)]) == 2
    assert "3 features a time step, but the run was trained on 2" in capsys.readouterr().err
