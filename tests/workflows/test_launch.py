"""Real processes that train together: the curve of one, and what happens when one is stopped."""

from __future__ import annotations

import csv
import functools
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from rnnkit import Run, train
from rnnkit.config.document import dump_document
from tests.conftest import small_config, write_data
from tests.crash.fingerprint import MEASURED, fingerprint

STATED = 35.0  # seconds, in docs/distributed.md: until launch has ended, whatever happened
PATIENCE = 3 * STATED  # of these tests, for a busy machine
slow = functools.partial(pytest.param, marks=pytest.mark.slow)


@pytest.fixture(scope="module", params=[False, slow(True)], ids=["plain", "xla"])
def config(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """rnnkit's dropout and Keras's own, four shards, a checkpoint after each of 120 steps."""
    folder = tmp_path_factory.mktemp("launch")
    data = write_data(folder / "data.npz")
    values = small_config(data, shards=4, epochs=20, jit_compile=request.param)
    unrolled = {"simple_rnn": {"units": 3, "dropout": 0.1, "unroll": True}}  # runs Keras's own code
    values["model"]["layers"].insert(0, unrolled)  # type: ignore[index]
    path = folder / "small.yaml"
    path.write_text(dump_document({**values, "checkpoint": {"every": "0s"}}))
    return path


@pytest.fixture(scope="module")
def alone(config: Path) -> Run:
    """The run of one process that nothing disturbs."""
    return train(config, overrides=["device=cpu"], runs=config.parent / "alone")


def rnnkit(folder: Path, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "rnnkit", *map(str, arguments)],
        cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


def finished(process: subprocess.Popen[str]) -> str:
    output, _ = process.communicate(timeout=240)
    return output


def newest(runs: Path) -> Run:
    return Run(max((runs / "small").glob("2*"), default=runs))


def learned(run: Run) -> list[list[float]]:
    """The history but for the times."""
    with run.history.open() as file:
        return [[float(v) for k, v in row.items() if k not in MEASURED]
                for row in csv.DictReader(file)]  # fmt: skip


def arrays(run: Run) -> dict[str, np.ndarray]:
    """The last weights and the optimizer's variables."""
    with np.load(run.path / "checkpoints" / "last" / "state.npz") as state:
        return {name: state[name] for name in state.files}


@pytest.mark.parametrize("workers", [2, slow(4)])
def test_workers_learn_what_one_does(
    workers: int, config: Path, alone: Run, tmp_path: Path
) -> None:
    options = [config, "--runs", tmp_path, "--device", "cpu"]
    process = rnnkit(tmp_path, "launch", "--workers", workers, *options)
    output = finished(process)
    assert process.returncode == 0, output
    assert "[0] epoch 20/20" in output
    assert f"\n[{workers - 1}] " in output
    together = newest(tmp_path)
    assert together.read_metadata()["workers"] == workers
    if workers == 2:  # shards are added in pairs, so that these two sums are the same
        assert fingerprint(together.path) == fingerprint(alone.path)
        return
    np.testing.assert_allclose(learned(together)[:10], learned(alone)[:10], rtol=1e-4)
    found = arrays(together)
    for name, value in arrays(alone).items():  # 120 steps of Adam enlarge rounding to 4e-4
        np.testing.assert_allclose(found[name], value, rtol=5e-3, atol=5e-3, err_msg=name)


@pytest.mark.parametrize(
    ("who", "number", "codes", "message"),
    [
        (1, signal.SIGKILL, {1, 137}, r"worker 1 at \S+ is gone; this is worker 0"),
        slow(0, signal.SIGKILL, {1, 137}, r"worker 0 at \S+ is gone; this is worker 1"),
        slow(1, signal.SIGSTOP, {1}, r"another worker is gone or out of reach"),
        slow(0, signal.SIGSTOP, {1}, r"another worker is gone or out of reach"),
        slow(
            1, signal.SIGTERM, {143}, "everything is saved. Start all workers again with --resume"
        ),
        slow(
            None,
            signal.SIGTERM,
            {143},
            "everything is saved. Start all workers again with --resume",
        ),
        slow(
            None, signal.SIGINT, {130}, "everything is saved. Start all workers again with --resume"
        ),
    ],
)
def test_all_end_with_one_and_resume_to_the_end_of_one_process(
    who: int | None,
    number: signal.Signals,
    codes: set[int],
    message: str,
    config: Path,
    alone: Run,
    tmp_path: Path,
) -> None:
    options = ["--workers", 2, config, "--runs", tmp_path]
    process = rnnkit(tmp_path, "launch", *options)
    wait_for_epoch(3, tmp_path)
    workers = children(process)
    os.kill(process.pid if who is None else workers[who], number)
    began = time.monotonic()
    output = finished(process)
    assert time.monotonic() - began < PATIENCE
    assert process.returncode in codes, output
    assert re.search(message, output), output
    assert not any(map(is_alive, workers))
    assert newest(tmp_path).read_metadata()["status"] != "completed"
    resumed = rnnkit(tmp_path, "launch", *options, "--resume")
    output = finished(resumed)
    assert resumed.returncode == 0, output
    assert "[0] epoch 20/20" in output
    assert "\n[1] " in output
    assert newest(tmp_path).read_metadata()["workers"] == 2
    assert fingerprint(newest(tmp_path).path) == fingerprint(alone.path)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux")
def test_the_workers_of_a_launch_that_is_killed_are_too(config: Path, tmp_path: Path) -> None:
    process = rnnkit(tmp_path, "launch", "--workers", 2, config, "--runs", tmp_path, "-q")
    wait_for_epoch(3, tmp_path)
    workers = children(process)
    process.kill()
    finished(process)
    deadline = time.monotonic() + PATIENCE
    while any(map(is_alive, workers)):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert newest(tmp_path).read_metadata()["status"] != "completed"


@pytest.mark.slow
def test_a_loss_of_nan_is_traced_by_one_process(config: Path, tmp_path: Path) -> None:
    sgd = "training.optimizer={name: sgd, learning_rate: 1e38}"
    process = rnnkit(tmp_path, "launch", "--workers", 2, config, "--runs", tmp_path, "--set", sgd)
    output = finished(process)
    assert process.returncode == 1, output
    assert "`rnnkit resume` in one process, on one device, says in which layer" in output
    run = newest(tmp_path)
    assert run.read_metadata()["status"] == "diverged"
    process = rnnkit(tmp_path, "resume", run.path)
    assert re.search("the first (layer|gradient)|its loss", finished(process))
    assert process.returncode == 1


def wait_for_epoch(number: int, runs: Path) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        history = newest(runs).history
        if history.is_file() and len(history.read_text().splitlines()) > number:
            return
        time.sleep(0.02)
    raise AssertionError(f"{runs}: no epoch {number}")


def children(process: subprocess.Popen[str]) -> list[int]:
    """The workers of a launch, in the order in which it started them: the chief first."""
    listed = subprocess.run(
        ["pgrep", "-P", str(process.pid)], capture_output=True, text=True, check=True
    )
    return sorted(map(int, listed.stdout.split()))


def is_alive(pid: int) -> bool:
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout
    return bool(state.strip()) and not state.startswith("Z")  # a zombie only waits to be reaped
