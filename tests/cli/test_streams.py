"""stdout and stderr that are full, closed, unread or of few characters: no verb minds them."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import yaml

import rnnkit
from rnnkit import console
from rnnkit.cli import app
from rnnkit.streams import Stream
from tests.conftest import small_config, write_data

CONFIGS = Path(__file__).parents[2] / "configs"
FULL = Path("/dev/full")
SPACE = "cannot be written: No space left on device\n"

Command = list[str]

needs_full = pytest.mark.skipif(not FULL.exists(), reason="no device that is always full")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(
        yaml.safe_dump(small_config(write_data(tmp_path / "data.npz"), epochs=1, jit_compile=False))
    )
    return path


@pytest.fixture
def commands(
    trained: rnnkit.Run, games: rnnkit.Run, config: Path, tmp_path: Path
) -> dict[str, Command]:
    """Verbs whose only product is what stdout gets."""
    np.savez(tmp_path / "new.npz", x=np.zeros((2, 5, 2)))
    return {
        "--help": ["--help"],
        "--version": ["--version"],
        "check": ["check", str(config)],
        "doctor": ["doctor"],
        "evaluate": ["evaluate", str(trained.path)],
        "predict": ["predict", str(trained.path), "--data", str(tmp_path / "new.npz")],
        "predict --prompt": ["predict", str(games.path), "--prompt", "a b"],
        "generate": ["generate", str(games.path), "--count", "3"],
        "inspect": ["inspect", str(trained.path), "--examples", "4", "--output", str(tmp_path)],
    }


QUICK = ["--help", "--version", "check", "predict", "generate"]
VERBS = [*QUICK, "doctor", "evaluate", "predict --prompt", "inspect"]


def unread() -> io.TextIOWrapper:
    """A pipe that nobody reads any more."""
    reader, writer = os.pipe()
    os.close(reader)
    return os.fdopen(writer, "w", encoding="utf-8")


def closed() -> io.TextIOWrapper:
    stream = unread()
    stream.close()
    return stream


def few(encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding=encoding)


def written(stream: io.TextIOWrapper) -> str:
    stream.flush()
    assert isinstance(stream.buffer, io.BytesIO)
    return stream.buffer.getvalue().decode(stream.encoding)


@needs_full
@pytest.mark.parametrize("verb", QUICK)
def test_a_full_stdout_is_one_line_and_a_failure(
    commands: dict[str, Command], verb: str,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    with FULL.open("w") as full:
        monkeypatch.setattr(sys, "stdout", full)
        assert app.run(commands[verb]) == 1
    said = capsys.readouterr().err
    assert said.endswith(f"stdout: {SPACE}")
    assert said.count("cannot") == 1
    assert "bug" not in said


@pytest.mark.parametrize("verb", QUICK)
@pytest.mark.parametrize("stream", [unread, closed])
def test_nobody_listens_on_stderr(
    commands: dict[str, Command], verb: str, stream: Callable[[], io.TextIOWrapper],
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    nobody = stream()
    monkeypatch.setattr(sys, "stderr", nobody)
    assert app.run(commands[verb]) == 0
    nobody.close()
    assert capsys.readouterr().out


@pytest.mark.parametrize("verb", QUICK)
def test_a_reader_that_has_gone_ends_quietly(
    commands: dict[str, Command], verb: str,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    with unread() as nobody:
        monkeypatch.setattr(sys, "stdout", nobody)
        assert app.run(commands[verb]) == 0
    assert "cannot" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("verb", "encoding"), [*((verb, "ascii") for verb in VERBS), ("evaluate", "cp1252")]
)
def test_few_characters(
    commands: dict[str, Command], verb: str, encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, err = few(encoding), few(encoding)
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("TERM", "dumb")
    assert app.run(commands[verb]) == 0
    assert written(out)
    assert "\\u" not in written(out) + written(err), "a sign that has no spelling"


def test_a_gate_that_nobody_reads_of_is_one_all_the_same(
    trained: rnnkit.Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with unread() as nobody:
        monkeypatch.setattr(sys, "stdout", nobody)
        assert app.run(["evaluate", str(trained.path), "--min", "accuracy=1.1"]) == 3


def test_what_is_wrong_is_told_in_ascii(monkeypatch: pytest.MonkeyPatch) -> None:
    err = few("ascii")
    monkeypatch.setattr(sys, "stderr", err)
    assert app.run(["check", "größe…😀\x1b.yaml"]) == 2
    assert written(err).startswith(r"gr\u00f6\u00dfe...\ud83d\ude00?.yaml: cannot read the config")


class Failing(io.StringIO):
    """Takes so many writes, and then none."""

    def __init__(self, writes: int, error: OSError) -> None:
        super().__init__()
        self.writes, self.error = writes, error

    def write(self, text: str) -> int:
        self.writes -= 1
        if self.writes < 0:
            raise self.error
        return super().write(text)


@pytest.mark.parametrize(
    ("writes", "error"),
    [(0, OSError(28, "No space left on device")), (4, BrokenPipeError(32, "Broken pipe"))],
)
def test_training_goes_on_without_its_progress(
    config: Path, tmp_path: Path, writes: int, error: OSError,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setattr(sys, "stderr", Failing(writes, error))
    assert app.run(["train", str(config), "--runs", str(tmp_path / "runs")]) == 0
    assert "validation: 26 examples" in capsys.readouterr().out
    assert rnnkit.Run(tmp_path / "runs" / "small" / "latest").read_metadata()["status"] == (
        "completed"
    )


@needs_full
@pytest.mark.parametrize("verb", ["train", "train --seeds"])
def test_a_finished_run_has_not_failed_where_its_scores_cannot_be_shown(
    config: Path, tmp_path: Path, verb: str,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    runs = tmp_path / "runs"
    command = ["train", str(config), "--runs", str(runs), "-q"]
    if verb == "train --seeds":
        command += ["--seeds", "2"]
    with FULL.open("w") as full:
        monkeypatch.setattr(sys, "stdout", full)
        assert app.run(command) == 0
    said = capsys.readouterr().err
    assert said.startswith("stdout: cannot be written: No space left on device; the results are in")
    assert said.count("\n") == 1


def test_data_are_escaped_where_words_are_spelled(monkeypatch: pytest.MonkeyPatch) -> None:
    out = few("ascii")
    monkeypatch.setattr(sys, "stdout", Stream(out))
    console.print_json({"prompt": "a …\udcff😀"})
    assert json.loads(written(out)) == {"prompt": "a …\udcff😀"}


@needs_full
@pytest.mark.parametrize(
    ("line", "code", "err"),
    [
        ("CHECK >/dev/full", 1, f"stdout: {SPACE}"),
        ("CHECK >/dev/full 2>&1", 1, ""),
        ("PYTHONIOENCODING=ascii CHECK 2>/dev/full", 0, ""),
    ],
)
def test_the_process_ends_as_its_streams_allow(line: str, code: int, err: str) -> None:
    program = f"{sys.executable} -m rnnkit check {CONFIGS / 'mnist.yaml'}"
    done = subprocess.run(
        ["sh", "-c", line.replace("CHECK", program)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == code
    assert done.stderr.endswith(err)
    assert "Exception" not in done.stderr
    assert done.stdout.isascii()
