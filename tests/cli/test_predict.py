"""`rnnkit predict`: CSV and JSONL, to stdout and to files."""

import csv
import io
import json
import subprocess
import sys
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


def test_next_tokens_as_a_table(games: rnnkit.Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["predict", str(games.path), "--prompt", "a b", "--k", "2"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "probability" in lines[1]
    assert len([line for line in lines[3:] if line.strip()]) == 2
    assert max(map(len, lines)) <= 60


def test_next_tokens_as_json(games: rnnkit.Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["predict", str(games.path), "--prompt", "a b", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["prompt"] == "a b"
    assert len(found["next"]) == 5
    assert sum(entry["probability"] for entry in found["next"]) == pytest.approx(1, abs=1e-5)


def test_a_file_of_prompts(
    games: rnnkit.Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    prompts = tmp_path / "prompts.txt"
    prompts.write_text("a b\nb\n")
    arguments = ["predict", str(games.path), "--data", str(prompts), "--k", "2"]
    assert run(arguments) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [(row["prompt"], row["rank"]) for row in rows] == [
        ("a b", "1"), ("a b", "2"), ("b", "1"), ("b", "2")
    ]  # fmt: skip
    output = tmp_path / "next.jsonl"
    assert run([*arguments, "--output", str(output)]) == 0
    assert capsys.readouterr().err == f"2 prompts answered in {output}\n"
    answers = [json.loads(line) for line in output.read_text().splitlines()]
    assert [answer["prompt"] for answer in answers] == ["a b", "b"]
    assert answers[0]["next"][0]["token"] == rows[0]["token"]


def test_lines_are_answered_as_they_arrive(games: rnnkit.Run) -> None:
    """Each answer is read before the next line is sent."""
    command = [sys.executable, "-m", "rnnkit", "predict", str(games.path), "--stdin", "--json"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        for line in ("a", "b", "", "b a"):
            process.stdin.write(line + "\n")
            process.stdin.flush()
            answer = json.loads(process.stdout.readline())
            assert answer["prompt"] == line
            assert len(answer["next"]) == 5
        process.stdin.close()
        assert process.wait(timeout=60) == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([], "give one of --prompt, --data or --stdin"),
        (["--prompt", "a", "--stdin"], "not --prompt and --stdin"),
        (["--prompt", "a", "--output", "x.csv"], "--output and --format are for --data"),
        (["--prompt", "a", "--steps", "3"], "--steps does not apply: the run's task is next_token"),
        (["--prompt", "q"], "the prompt has 1 unknown token: 'q'"),
    ],
)
def test_what_next_tokens_refuses(
    games: rnnkit.Run, options: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["predict", str(games.path), *options]) == 2
    assert message in capsys.readouterr().err


def test_what_classification_refuses(
    trained: rnnkit.Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["predict", str(trained.path)]) == 2
    assert "Missing option '--data'" in capsys.readouterr().err
    assert run(["predict", str(trained.path), "--prompt", "a"]) == 2
    assert "--prompt does not apply: the run's task is classification" in capsys.readouterr().err
    assert run(["predict", str(trained.path), "--data", "x.npz", "--output", "no/x.csv"]) == 2
    assert "--output no/x.csv: there is no folder no: make it first" in capsys.readouterr().err
