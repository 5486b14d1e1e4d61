"""A contender in a process of its own, and the handle by which the benchmark asks it to run.

TensorFlow and PyTorch in one process disturb each other's thread pools, so every contender has
its own. It lives as long as its row is measured, and waits on a pipe while others run.
"""

from __future__ import annotations

import dataclasses
import importlib.metadata
import multiprocessing
import os
import re
import time
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from benchmarks.contenders import Entry
from benchmarks.contenders.contender import Contender
from benchmarks.rows import Row
from rnnkit.errors import RnnkitError

ENVIRONMENT = {
    "TF_FORCE_GPU_ALLOW_GROWTH": "true",  # several processes share the GPU's memory
    "TF_CPP_MIN_LOG_LEVEL": "3",
}
NO_GPU = {"CUDA_VISIBLE_DEVICES": "-1"}
STOP_SECONDS = 20  # for a worker to end by itself


class WorkerError(Exception):
    """A contender cannot run; the message is one line."""


@dataclasses.dataclass(frozen=True)
class Prepared:
    """What a contender says when it is ready."""

    first_step_seconds: float  # compilation included
    settings: dict[str, str]
    versions: dict[str, str]


@dataclasses.dataclass(frozen=True)
class Turn:
    """One timed repetition."""

    measures: dict[str, float]
    idle_seconds: float  # between the last turn and this one
    idle_cpu_seconds: float  # what the process burned meanwhile, over all its threads


@dataclasses.dataclass(frozen=True)
class Memory:
    """The most that a contender ever used."""

    host_bytes: float
    device_bytes: float | None


class Worker:
    """The handle. A context manager: leaving it ends the process.

    Raises:
        WorkerError: from every method, when the contender failed or its process died.
    """

    def __init__(self, entry: Entry, row: Row, *, device: str) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(
            target=serve, args=(theirs, entry, row, device), name=entry.name, daemon=True
        )
        self._process.start()
        theirs.close()

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *error: object) -> None:
        self._connection.close()  # the worker reads the end of the pipe and leaves
        self._process.join(STOP_SECONDS)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()

    def prepare(self) -> Prepared:
        """Build, compile, warm up and choose settings."""
        prepared: Prepared = self._ask("prepare")
        return prepared

    def run(self, steps: int) -> Turn:
        """One repetition of so many timed steps."""
        turn: Turn = self._ask("run", steps)
        return turn

    def memory(self) -> Memory:
        """Peak memory so far."""
        memory: Memory = self._ask("memory")
        return memory

    def _ask(self, *message: Any) -> Any:
        try:
            self._connection.send(message)
            answer = self._connection.recv()
        except (EOFError, OSError):
            self._process.join(1)
            raise WorkerError(f"the process died, exit code {self._process.exitcode}") from None
        if isinstance(answer, WorkerError):
            raise answer
        return answer


def serve(connection: Connection, entry: Entry, row: Row, device: str) -> None:
    """The worker's process: answer messages until the pipe closes."""
    os.environ.update(ENVIRONMENT | (NO_GPU if device == "cpu" else {}) | dict(entry.environment))
    server: _Server | None = None
    while True:
        try:
            name, *arguments = connection.recv()
        except (EOFError, KeyboardInterrupt):
            return
        try:
            server = server or _Server(entry, row, device)
            answer: Callable[..., Any] = getattr(server, name)
            connection.send(answer(*arguments))
        except Exception as error:
            if not isinstance(error, (ModuleNotFoundError, RnnkitError)):  # their message is enough
                traceback.print_exc()
            connection.send(WorkerError(f"{type(error).__name__}: {error}".splitlines()[0]))


class _Server:
    """The answers, each named as its message."""

    def __init__(self, entry: Entry, row: Row, device: str) -> None:
        self._contender: Contender = entry.create(row, device=device)
        self._idle_since = time.perf_counter(), time.process_time()

    def prepare(self) -> Prepared:
        began = time.perf_counter()
        self._contender.first_step()
        first = time.perf_counter() - began
        self._contender.tune()
        self._idle_since = time.perf_counter(), time.process_time()
        versions = {name: _version(name) for name in self._contender.packages}
        return Prepared(first, self._contender.settings, versions)

    def run(self, steps: int) -> Turn:
        wall, cpu = self._idle_since
        idle = time.perf_counter() - wall, time.process_time() - cpu
        measures = self._contender.run(steps)
        self._idle_since = time.perf_counter(), time.process_time()
        return Turn(measures, *idle)

    def memory(self) -> Memory:
        return Memory(peak_bytes(), self._contender.device_memory())


def peak_bytes() -> float:
    """The most resident memory this process ever had, in bytes."""
    status = Path("/proc/self/status")
    if status.exists():  # unlike getrusage's, this peak does not start at the parent's
        found = re.search(r"VmHWM:\s*(\d+) kB", status.read_text(encoding="utf-8"))
        if found:
            return 1024.0 * int(found[1])
    import resource
    import sys

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return float(peak) * (1 if sys.platform == "darwin" else 1024)


def _version(package: str) -> str:
    """The installed version; rnnkit says its own where it runs from a checkout."""
    if package == "rnnkit":
        import rnnkit

        return rnnkit.__version__
    return importlib.metadata.version(package)
