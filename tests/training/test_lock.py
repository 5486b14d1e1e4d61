"""The lock of a run: one holder at a time, and a dead holder is none."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from rnnkit.errors import RunError
from rnnkit.training.lock import held, is_held

HOLD = """
import sys, time
from pathlib import Path
from rnnkit.training.lock import held
with held(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_process_is_refused_and_a_dead_one_is_not_in_the_way(tmp_path: Path) -> None:
    lock = tmp_path / ".lock"
    assert not is_held(lock)
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(lock)], stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    with holder.stdout:
        assert holder.stdout.readline() == "held\n"
        assert is_held(lock)
        with pytest.raises(RunError) as refused, held(lock):
            pass
        assert str(refused.value).startswith(f"{tmp_path}: in use by process {holder.pid} on ")
        holder.send_signal(signal.SIGKILL)
        holder.wait(timeout=60)
    assert not is_held(lock)
    assert json.loads(lock.read_text())["pid"] == holder.pid
    with held(lock):
        assert json.loads(lock.read_text())["pid"] == os.getpid()
    with held(lock):
        pass


def test_a_read_only_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*arguments: object, **options: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(Path, "open", refused)
    with pytest.raises(RunError, match="cannot be written: Read-only"), held(tmp_path / ".lock"):
        pass


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk(tmp_path: Path) -> None:
    lock = tmp_path / ".lock"
    lock.symlink_to("/dev/full")
    with pytest.raises(RunError, match=r"\.lock: cannot be written: "), held(lock):
        pass


def test_a_folder_that_is_gone(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="cannot be written: No such file"), held(tmp_path / "a/b"):
        pass
