"""`rnnkit generate` for frames: files where the user said, a line on stderr, nothing on stdout."""

from pathlib import Path

import numpy as np
import pytest

import rnnkit
from rnnkit.cli.app import run
from tests.tasks.next_frame.small import frames_config, stripes

pytestmark = pytest.mark.usefixtures("painted")


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("cli")
    np.savez(folder / "stripes.npz", x_train=stripes())
    config = frames_config(folder / "stripes.npz", order="rows", scale="pixels")
    config["training"]["epochs"] = 1
    return str(rnnkit.train(config, runs=folder / "runs").path)


def test_frames_go_into_files(
    path: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [str(tmp_path / name) for name in ("grid.png", "x.npz")]
    assert run(["generate", path, "--count", "4", "--image", files[0], "--output", files[1]]) == 0
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err == f"4 sequences in {files[0]} and {files[1]}\n"
    assert np.load(files[1])["x"].shape == (4, 6, 5)
    assert run(["generate", path, "--complete", "--count", "2", "--image", files[0]]) == 0
    assert "2 sequences, completed from 3 frames each, in" in capsys.readouterr().err


def test_usage(path: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["generate", path]) == 2
    assert "say where to: --image grid.png" in capsys.readouterr().err
    assert run(["generate", path, "--prompt", "a", "--image", "a.png"]) == 2
    assert "--prompt does not apply: the run's task is next_frame" in capsys.readouterr().err
    assert run(["generate", path, "--length", "5", "--image", "a.png"]) == 2
    assert "--length 5: the run learned images of 6 frames" in capsys.readouterr().err
