"""Real processes killed and resumed: the short form of `make test-crash`; a disk that fills."""

import contextlib
import errno
import json
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.crash.fingerprint import fingerprint
from tests.crash.harness import ROOT, Bench, Server

TOGETHER = 10  # runs that start in the same moment


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("crash")
    with contextlib.closing(Server(folder)) as server:
        yield Bench(folder, server)


@pytest.mark.parametrize("share", [0.6, 0.9])
def test_killed_at_an_instant(share: float, bench: Bench) -> None:
    bench.disturb(kill_after=share * bench.whole.seconds)


@pytest.mark.parametrize("call", ["rename", "replace"])
def test_killed_inside_a_checkpoints_write(call: str, bench: Bench) -> None:
    numbers = [n for n in bench.calls_of_one_checkpoint() if bench.calls[n].startswith(call)]
    assert "after step" in bench.disturb(fault={"at": numbers[0]})


def test_a_full_disk_is_one_message_and_nothing_is_lost(bench: Bench) -> None:
    runs = bench.folder / "full"
    at = bench.calls_of_one_checkpoint()[0]
    fault = {"at": at, "error": errno.ENOSPC}
    ended = bench.server.run("train", bench.config, "--runs", runs, "-q", fault=fault)
    run = bench.run_in(runs)
    assert run is not None
    assert ended.code == 1
    [line] = ended.output.splitlines()
    assert line.startswith(f"{run}/checkpoints/step-")
    assert line.endswith(": cannot be written: No space left on device")
    ended = bench.server.run("resume", run, "-q")
    assert ended.code == 0, ended.output
    assert fingerprint(run) == bench.expected


def _small_files() -> None:
    """No file may grow beyond 4 kB, as on a disk that is nearly full: the config does, the
    weights with their optimizer do not."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (4_000, 4_000))


def test_a_real_limit_of_the_files_size(bench: Bench) -> None:
    command = [sys.executable, "-m", "rnnkit", "train", str(bench.config), "-q"]
    done = subprocess.run(
        [*command, "--runs", str(bench.folder / "limited")],
        capture_output=True, text=True, cwd=ROOT, timeout=300, check=False,
        preexec_fn=_small_files,
    )  # fmt: skip
    run = bench.run_in(bench.folder / "limited")
    assert run is not None
    assert (done.returncode, done.stdout) == (1, "")
    [line] = done.stderr.splitlines()
    assert line == f"{run}/checkpoints/step-000000000: cannot be written: File too large"
    assert json.loads((run / "run.json").read_text())["status"] == "failed"
    assert list((run / "checkpoints").iterdir()) == []
    ended = bench.server.run("resume", run, "-q")
    assert ended.code == 0, ended.output
    assert fingerprint(run) == bench.expected


@pytest.mark.slow
def test_ten_runs_of_the_same_moment_all_finish(bench: Bench) -> None:
    runs = bench.folder / "together"
    options = ["--runs", str(runs), "-q"]
    command = [sys.executable, "-m", "rnnkit", "train", str(bench.config), *options]
    processes = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) for _ in range(TOGETHER)
    ]
    assert [process.wait(timeout=600) for process in processes] == [0] * TOGETHER
    folders = [path for path in (runs / "crash").iterdir() if not path.is_symlink()]
    assert len(folders) == TOGETHER
    assert all(fingerprint(folder) == bench.expected for folder in folders)


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only to root")
def test_a_read_only_run_folder(bench: Bench) -> None:
    runs = bench.folder / "locked"
    bench.server.run("train", bench.config, "--runs", runs, kill_after=0.8 * bench.whole.seconds)
    run = bench.run_in(runs)
    assert run is not None
    run.chmod(0o555)
    try:
        ended = bench.server.run("resume", run)
    finally:
        run.chmod(0o755)
    assert ended.code == 1
    assert "cannot be written" in ended.output


def test_a_vanished_folder_is_one_message(bench: Bench) -> None:
    """The folder goes while the run trains, as when a network drive does."""
    runs = bench.folder / "vanished"
    shutil.rmtree(runs, ignore_errors=True)
    fault = {"at": bench.calls_of_one_checkpoint()[0], "remove": str(runs)}
    ended = bench.server.run("train", bench.config, "--runs", runs, "-q", fault=fault)
    assert ended.code == 1
    [line] = ended.output.splitlines()
    assert line.startswith(str(runs))
    assert line.endswith("cannot be written: No such file or directory")
    assert not list(runs.glob("crash/2*"))
