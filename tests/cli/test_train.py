"""`rnnkit train` as a user sees it: the two streams, the next command, every shipped config."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import yaml

from rnnkit import stages
from rnnkit.cli.app import run
from rnnkit.tasks.classification import dataset
from tests.conftest import small_config, write_data

CONFIGS = Path(__file__).parents[2] / "configs"
START = {"curriculum_200": "curriculum_50"}  # what begins with the weights of another's run
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
        "data", "labels", "note", "model", "device", "run", "epoch", "epoch", "next:",
    ], "TensorFlow's own messages, or something else, reached the terminal"  # fmt: skip
    assert lines[6].startswith("epoch 1/2  loss ")
    assert "samples/s" in lines[6]
    assert "validation: 26 examples of 2 classes" in done.stdout
    assert "baseline" in done.stdout
    assert "\x1b" not in done.stdout + done.stderr


def test_quiet_prints_results_only(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told: list[str] = []
    with stages.told_to(told.append):
        assert run(["train", str(config), "--runs", str(tmp_path / "runs"), "-q"]) == 0
    assert told == [
        "reading the config", "reading the data", "loading TensorFlow", "building the model",
        "compiling", "training", "saving the model", "judging", "drawing", "writing the report",
    ]  # fmt: skip
    shown = capsys.readouterr()
    assert shown.err == ""
    assert "accuracy" in shown.out


@pytest.mark.parametrize("option", [[], ["--dry-run"]])
def test_data_are_loaded_once(
    option: list[str], config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[object] = []
    load = dataset.load_dataset
    monkeypatch.setattr(dataset, "load_dataset", lambda *a: seen.append(a) or load(*a))
    monkeypatch.setattr(dataset, "outline", None)
    assert run(["train", str(config), "--runs", str(tmp_path / "runs"), "-q", *option]) == 0
    assert len(seen) == 1


TEXT = "abcab" * 60
TASKS = {  # a task: its data, its layers, and what its run is asked next
    "classification": ({"source": "data.npz", "split": {"validation": 0.25}}, [], "evaluate"),
    "forecasting": (
        {"source": "ar1", "simulation": {"length": 80}, "lookback": 3}, [], "predict",
    ),
    "memory": (
        {"source": "adding", "length": 6, "examples": {"train": 32, "validation": 16, "test": 16}},
        [], "evaluate",
    ),
    "next_frame": ({"source": "frames.npz", "split": {"validation": 0.25}}, [], "generate"),
    "next_token": (
        {"source": "text.txt", "level": "character"}, [{"embedding": {"output_dim": 2}}],
        "generate",
    ),
}  # fmt: skip


@pytest.mark.parametrize("task", [*TASKS, "classification without held-back data"])
def test_what_to_type_next_can_be_typed(
    task: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    write_data(tmp_path / "data.npz", examples=32)
    frames = np.random.default_rng(0).integers(0, 2, (32, 4, 3)).astype(np.float32)
    np.savez(tmp_path / "frames.npz", x_train=frames)
    (tmp_path / "text.txt").write_text(TEXT)
    task, _, bare = task.partition(" ")
    data, first, verb = TASKS[task]
    values = {
        **small_config(Path("data.npz"), jit_compile=False, epochs=1),
        "task": task,
        "data": {"source": "data.npz"} if bare else data,
        "model": {"layers": [*first, {"lstm": {"units": 2}}, {"dense": {}}]},
    }
    if task == "next_token":
        values["training"] = {**values["training"], "window": 8, "sample": None}  # type: ignore[dict-item]
    (tmp_path / "my config.yaml").write_text(yaml.safe_dump(values))
    given = ["--set", "training.shuffle=false", "--device", "cpu", "--runs", "my runs"]
    assert run(["train", "my config.yaml", *given]) == 0
    [line] = re.findall(r"^next: rnnkit (.*)$", capsys.readouterr().err, re.MULTILINE)
    words = shlex.split(line.partition("   or open ")[0])
    assert words[0] == ("inspect" if bare else verb)
    assert Path(words[1]).parent == Path("my runs/small")
    assert words[-2:] == ["--device", "cpu"]
    assert run(words) == 0


def test_dry_run_estimates(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = ["--set", "training.optimizer={name: sgd}", "--device", "cpu", "--runs", "my runs"]
    assert run(["train", str(config), *given, "--dry-run"]) == 0
    captured = capsys.readouterr()
    assert captured.err == f"next: {shlex.join(['rnnkit', 'train', str(config), *given])}\n"
    lines = " ".join(captured.out.split())
    number = r"[\d,.]+"
    for line in (
        r"data \S*: 94 train, 26 validation; 5 steps of 2 features; 2 classes",
        rf"RAM data {number} MB, weights {number} MB, optimizer {number} MB, process at its ",
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
    if path.stem in IN_FULL:
        request.getfixturevalue("painted")
    else:
        options += ["--set", "training.jit_compile=false"]
    if (before := START.get(path.stem)) is not None:
        assert run(["train", before, *options]) == 0
        options += ["--set", f"start_from={before}-smoke"]
    assert run(["train", str(path), *options]) == 0
    [folder] = {link.resolve() for link in tmp_path.glob(f"{path.stem}-smoke/latest")}
    assert (folder / "report.html").stat().st_size > 5_000
