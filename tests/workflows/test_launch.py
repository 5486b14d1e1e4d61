"""Real processes that train together: the curve of one, and what happens when one of them dies."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from rnnkit.config.document import dump_document
from rnnkit.runs import Run
from rnnkit.training.cluster import cluster_from_environment
from tests.conftest import small_config, write_data


def config_in(folder: Path, **training: object) -> Path:
    """A config file with dropout, in two shards."""
    config = small_config(write_data(folder / "data.npz"), shards=2, **training)
    path = folder / "small.yaml"
    path.write_text(dump_document(config))
    return path


def rnnkit(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "rnnkit", *arguments],
        cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


def finished(process: subprocess.Popen[str]) -> str:
    output, _ = process.communicate(timeout=240)
    return output


def newest(folder: Path) -> Run:
    return Run((folder / "runs" / "small" / "latest").resolve())


def learned(run: Run) -> list[list[float]]:
    """The history but for the times."""
    with run.history.open() as file:
        return [
            [float(v) for k, v in row.items() if k not in {"seconds", "samples_per_second"}]
            for row in csv.DictReader(file)
        ]


def test_two_processes_learn_what_one_does(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    alone = rnnkit(tmp_path, "train", str(config), "--device", "cpu", "--runs", "alone")
    output = finished(alone)
    assert alone.returncode == 0, output
    together = rnnkit(tmp_path, "launch", "--workers", "2", str(config))
    output = finished(together)
    assert together.returncode == 0, output
    assert "[0] epoch 2/2" in output
    run = newest(tmp_path)
    one = Run((tmp_path / "alone" / "small" / "latest").resolve())
    np.testing.assert_allclose(learned(run), learned(one), rtol=1e-4)
    assert run.read_metadata()["workers"] == 2


@pytest.mark.slow
def test_a_dead_worker_ends_the_others_and_all_can_resume(tmp_path: Path) -> None:
    config = config_in(tmp_path, epochs=600)
    process = rnnkit(tmp_path, "launch", "--workers", "2", str(config))
    history = tmp_path / "runs" / "small"
    deadline = time.monotonic() + 120
    while not list(history.glob("*/history.csv")) and time.monotonic() < deadline:
        time.sleep(0.2)
    children = subprocess.run(
        ["pgrep", "-P", str(process.pid)], capture_output=True, text=True, check=True
    ).stdout.split()
    os.kill(int(children[-1]), signal.SIGKILL)
    output = finished(process)
    assert process.returncode != 0, output
    assert newest(tmp_path).read_metadata()["status"] != "completed"
    epochs = len(learned(newest(tmp_path))) + 2
    resumed = rnnkit(
        tmp_path, "launch", "--workers", "2", str(config), "--resume",
        "--set", "training.epochs=600",
    )  # fmt: skip
    time.sleep(20)
    resumed.send_signal(signal.SIGTERM)
    text = finished(resumed)
    assert len(learned(newest(tmp_path))) > epochs, text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "TF_CONFIG"),
        (json.dumps({"cluster": {"worker": []}, "task": {"type": "worker", "index": 0}}), "TF_"),
        (json.dumps({"cluster": {"worker": ["a:1"]}, "task": {"type": "worker", "index": 7}}), "T"),
    ],
)
def test_a_malformed_tf_config_is_named(
    text: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TF_CONFIG", text)
    from rnnkit.errors import ConfigError

    with pytest.raises(ConfigError, match=message):
        cluster_from_environment()
