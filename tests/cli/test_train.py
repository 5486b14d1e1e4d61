"""`rnnkit train` as a user sees it: the two streams, the next command, every shipped config."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from rnnkit.cli.app import run
from rnnkit.data.load import input_facts as facts
from rnnkit.workflows import check
from tests.conftest import small_config, write_data

CONFIGS = Path(__file__).parents[2] / "configs"
IN_FULL = {"adding_gru", "ar1", "digits", "jazz", "mnist"}  # with XLA and painted plots: one a task


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(yaml.safe_dump(small_config(write_data(tmp_path / "data.npz"))))
    return path


def test_results_on_stdout_progress_on_stderr(config: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "rnnkit", "train", str(config), "--runs", str(tmp_path / "runs"),
         "--set", "training.jit_compile=true"],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    lines = done.stderr.splitlines()
    assert [line.split()[0] for line in lines] == [
        "data", "model", "device", "run", "epoch", "epoch", "next:",
    ], "TensorFlow's own messages, or something else, reached the terminal"  # fmt: skip
    assert lines[4].startswith("epoch 1/2  loss ")
    assert "samples/s" in lines[4]
    assert "validation: 30 examples of 2 classes" in done.stdout
    assert "baseline" in done.stdout
    assert "\x1b" not in done.stdout + done.stderr


def test_quiet_prints_results_only(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["train", str(config), "--runs", str(tmp_path / "runs"), "-q"]) == 0
    shown = capsys.readouterr()
    assert shown.err == ""
    assert "accuracy" in shown.out


@pytest.mark.parametrize("option", [[], ["--dry-run"]])
def test_data_are_looked_at_once_before_they_are_loaded(
    option: list[str], config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[object] = []
    monkeypatch.setattr(check, "input_facts", lambda found: seen.append(found) or facts(found))
    assert run(["train", str(config), "--runs", str(tmp_path / "runs"), "-q", *option]) == 0
    assert len(seen) == 1


def test_dry_run_estimates(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["train", str(config), "--dry-run"]) == 0
    lines = " ".join(capsys.readouterr().out.split())
    number = r"[\d,.]+"
    for line in (
        r"data \S*: 90 train, 30 validation; 5 steps of 2 features; 2 classes",
        rf"memory data {number} MB, weights {number} MB, optimizer {number} MB, process at its ",
        rf"step {number} ms for 16 examples \({number} samples/s\); the first, with compilation, ",
        r"epoch .* for 6 steps and validation",
        r"run .* for 2 epochs, from 5 timed steps",
    ):
        assert re.search(line, lines), lines


def test_a_device_that_is_not_there(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["train", str(config), "--device", "gpu:7"]) == 2
    assert "device gpu:7: TensorFlow" in capsys.readouterr().err
    assert run(["train", str(config), "--device", "tpu"]) == 2
    assert "device (='tpu') must be auto, cpu, gpu, gpu:N or gpus" in capsys.readouterr().err


@pytest.mark.parametrize("path", sorted(CONFIGS.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_shipped_config_smoke_trains(
    path: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    options = ["--smoke", "--runs", str(tmp_path)]
    if path.stem not in IN_FULL:
        request.getfixturevalue("unpainted")
        options += ["--set", "training.jit_compile=false"]
    assert run(["train", str(path), *options]) == 0
    [folder] = {link.resolve() for link in tmp_path.glob("*/latest")}
    assert (folder / "report.html").stat().st_size > 5_000
