"""`rnnkit launch`: N processes of `rnnkit train` on this machine, joined by TF_CONFIG."""

from __future__ import annotations

import contextlib
import ctypes
import functools
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import IO, TextIO

from rnnkit.training.cluster import VARIABLE

_HOST = "127.0.0.1"
_GRACE = 20.0  # seconds that the others have after the first failed
_GRACE_SAVING = 120.0  # after a signal: they finish the step and save
_POLL = 0.1
_PR_SET_PDEATHSIG = 1  # of Linux's prctl: the signal that the parent's death sends
_WATCHED = (signal.SIGINT, signal.SIGTERM)


class Workers:
    """Running processes of one training, the chief first.

    Args:
        command: what each of them runs.
        count: how many.
        ports: where each listens.
    """

    def __init__(self, command: Sequence[str], count: int, ports: Sequence[int]) -> None:
        self.processes: list[subprocess.Popen[bytes]] = []
        self._readers: list[threading.Thread] = []
        self._signals = 0
        before_exec = _ended_with_this_process()
        for rank, cores in enumerate(cores_of_workers(count)):
            process = subprocess.Popen(
                command,
                env={**os.environ, VARIABLE: tf_config(ports, rank)},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,  # a terminal's Ctrl-C comes through this process alone
                preexec_fn=before_exec,  # sound: no thread runs yet
            )
            self.processes.append(process)
            if hasattr(os, "sched_setaffinity"):  # before it starts a thread
                os.sched_setaffinity(process.pid, cores)
        for rank, process in enumerate(self.processes):
            self._read(process.stdout, sys.stdout, "" if rank == 0 else f"[{rank}] ")
            self._read(process.stderr, sys.stderr, f"[{rank}] ")

    def wait(self) -> int:
        """Wait for all of them; the exit code of the first that failed, or 0."""
        failed: int | None = None
        until = float("inf")
        while any(process.poll() is None for process in self.processes):
            time.sleep(_POLL)
            failed = self._first_failed() if failed is None else failed
            if until == float("inf") and (self._signals or failed is not None):
                until = time.monotonic() + (_GRACE_SAVING if self._signals else _GRACE)
            if time.monotonic() > until:
                self.kill()
        for reader in self._readers:
            reader.join()
        return (self._first_failed() if failed is None else failed) or 0

    def pass_on(self, number: int, frame: object = None) -> None:
        """Pass a signal on to those that still run."""
        self._signals += 1
        for process in self.processes:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(number)

    def kill(self) -> None:
        """End what is left."""
        for process in self.processes:
            process.kill()

    def _first_failed(self) -> int | None:
        codes = (process.poll() for process in self.processes)
        return next((128 - code if code < 0 else code for code in codes if code), None)

    def _read(self, stream: IO[bytes] | None, target: TextIO, prefix: str) -> None:
        reader = threading.Thread(target=_copy, args=(stream, target, prefix), daemon=True)
        reader.start()
        self._readers.append(reader)


def launch(arguments: Sequence[str], *, workers: int) -> int:
    """Run `rnnkit train` with `arguments` in N processes that train together.

    Each has its share of this process's cores. Their stderr goes to stderr, line by line behind
    `[number]`, and the chief's stdout, which holds the results, to stdout. Ctrl-C and SIGTERM are
    passed on. When one fails, the others are given time to end, then killed.

    Args:
        arguments: CONFIG and the options of `rnnkit train`.
        workers: how many processes.

    Returns:
        The exit code of the first that failed, or 0.
    """
    command = [sys.executable, "-m", "rnnkit", "train", *arguments]
    with reserved_ports(workers) as ports:
        running = Workers(command, workers, ports)
        try:
            with _passing_on(running):
                return running.wait()
        finally:
            running.kill()


def tf_config(ports: Sequence[int], rank: int) -> str:
    """TF_CONFIG for worker number `rank` of those that listen at `ports` of this machine."""
    cluster = {"worker": [f"{_HOST}:{port}" for port in ports]}
    return json.dumps({"cluster": cluster, "task": {"type": "worker", "index": rank}})


def cores_of_workers(workers: int) -> list[set[int]]:
    """The cores of each worker: an equal share, or one that several have to share."""
    if not hasattr(os, "sched_getaffinity"):
        return [set()] * workers
    cores = sorted(os.sched_getaffinity(0))
    each = len(cores) // workers
    if not each:
        return [{cores[rank % len(cores)]} for rank in range(workers)]
    return [set(cores[rank * each : (rank + 1) * each]) for rank in range(workers)]


def _ended_with_this_process() -> Callable[[], object] | None:
    """What a new worker calls first: on Linux, a kill -9 of this process then kills it too."""
    if sys.platform != "linux":
        return None
    return functools.partial(ctypes.CDLL(None).prctl, _PR_SET_PDEATHSIG, int(signal.SIGKILL))


@contextlib.contextmanager
def reserved_ports(count: int) -> Iterator[list[int]]:
    """Free ports that no other program is given while the body runs.

    They stay bound here. On Linux a worker can listen there all the same, for neither of the two
    sockets insists on being the only one and this one never listens; elsewhere they are let go.
    """
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            one.bind((_HOST, 0))
        ports = [one.getsockname()[1] for one in sockets]
        if sys.platform != "linux":
            stack.close()
        yield ports


@contextlib.contextmanager
def _passing_on(running: Workers) -> Iterator[None]:
    before = {number: signal.signal(number, running.pass_on) for number in _WATCHED}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _copy(stream: IO[bytes], target: TextIO, prefix: str) -> None:
    """Whole lines, so that those of several workers do not mix."""
    with stream:
        for line in stream:
            text = line.decode(target.encoding, "replace").rstrip("\n")
            target.write(f"{prefix}{text}\n" if text or not prefix else "")
            target.flush()
