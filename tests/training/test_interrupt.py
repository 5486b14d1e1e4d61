"""Signals: the first is a request, the second ends the process even inside a long C call."""

import os
import signal
import subprocess
import sys
import time

import pytest

from rnnkit.errors import Interrupted, RunError
from rnnkit.training.interrupt import stop_on_signals


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_the_first_signal_is_a_request(number: signal.Signals, code: int) -> None:
    before = signal.getsignal(number)
    with stop_on_signals() as stop:
        assert not stop
        os.kill(os.getpid(), number)
        deadline = time.monotonic() + 10
        while not stop and time.monotonic() < deadline:
            time.sleep(0.01)
        assert stop
        assert stop.exit_code == code
    assert signal.getsignal(number) is before


@pytest.mark.parametrize("made_of_it", [KeyError, RunError, None])
def test_what_a_library_makes_of_the_signal_is_undone(made_of_it: type[Exception] | None) -> None:
    with stop_on_signals() as stop:
        with pytest.raises(Interrupted, match="go on with") as stopped, stop.raising("go on with"):
            try:
                os.kill(os.getpid(), signal.SIGTERM)
                time.sleep(10)
            except Interrupted:
                if made_of_it is None:
                    raise
                raise made_of_it("cannot be saved") from None
        assert stopped.value.exit_code == 143


def test_a_signal_before_counts_and_one_after_raises_nothing() -> None:
    with stop_on_signals() as stop:
        with stop.raising(""):
            pass
        os.kill(os.getpid(), signal.SIGINT)
        deadline = time.monotonic() + 10
        while not stop and time.monotonic() < deadline:
            time.sleep(0.01)
        with pytest.raises(Interrupted), stop.raising(""):
            raise AssertionError("not reached")


def test_the_second_leaves_at_once() -> None:
    code = (
        "import hashlib\n"
        "from rnnkit.training.interrupt import stop_on_signals\n"
        "with stop_on_signals():\n"
        "    print('ready', flush=True)\n"
        # like a compilation: one long C call without the interpreter's lock
        "    hashlib.pbkdf2_hmac('sha256', b'', b'', 2**31 - 1)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGINT)
    assert process.stderr is not None
    assert process.stderr.readline() == "\n"
    assert process.stderr.readline() == "stopping after this step; once more leaves at once\n"
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert process.returncode == 130


def test_what_is_waited_for_is_said(capfd: pytest.CaptureFixture[str]) -> None:
    with stop_on_signals() as stop:
        with stop.waiting_for("the first step, which is being compiled"):
            stop.receive(signal.SIGINT)
        expected = "stopping after the first step, which is being compiled; once more leaves"
        assert expected in capfd.readouterr().err
