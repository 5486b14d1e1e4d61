"""A row -> its RowResult: every contender prepared, then one repetition after the other.

    repetition 1:  roofs  A B C     repetition 2:  roofs  A B C     ...

so that a slow minute of the machine meets all of them alike.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence

from benchmarks.contenders import ROOFS, Entry
from benchmarks.results import ContenderResult, RowResult
from benchmarks.rows import ROWS, Row
from benchmarks.worker import Prepared, Turn, Worker, WorkerError

ROOF_STEPS = 15  # products a repetition, of which the best counts
SETTLE_SECONDS = 0.3  # for the last contender's threads to stop spinning

Say = Callable[[str], None]


class Roofs:
    """The workers that measure the machine itself; they live as long as the benchmark."""

    def __init__(self, workers: dict[str, Worker]) -> None:
        self.workers = workers
        self.versions: dict[str, str] = {}
        for worker in workers.values():
            with contextlib.suppress(WorkerError):  # its next answer will say so again
                self.versions |= worker.prepare().versions

    def measure(self) -> dict[str, float]:
        """Library -> FLOP/s, of those that work."""
        found = {}
        for name, worker in self.workers.items():
            with contextlib.suppress(WorkerError):
                time.sleep(SETTLE_SECONDS)
                found[name] = worker.run(ROOF_STEPS).measures["flops_per_second"]
        return found


@contextlib.contextmanager
def roofs(device: str, entries: Sequence[Entry] = ROOFS) -> Iterator[Roofs]:
    """Start the roofs' workers; they end with the body."""
    with contextlib.ExitStack() as stack:
        workers = {
            entry.name: stack.enter_context(Worker(entry, ROWS[0], device=device))
            for entry in entries
            if device in entry.devices
        }
        yield Roofs(workers)


def race(
    row: Row,
    entries: Sequence[Entry],
    *,
    repetitions: int,
    device: str,
    roof: Roofs,
    versions: dict[str, str],
    say: Say,
) -> RowResult:
    """Measure one row.

    Args:
        row: what to do, and how many steps of it a repetition times.
        entries: who does it, in the order of their turns.
        versions: is given the versions of the packages that took part.
        say: takes one line on what is happening.
    """
    missing: dict[str, str] = {}
    ready: dict[str, Prepared] = {}
    turns: dict[str, list[Turn]] = {}
    roof_values: list[dict[str, float]] = []
    with contextlib.ExitStack() as stack:
        workers = {}
        for entry in entries:
            worker = stack.enter_context(Worker(entry, row, device=device))
            try:
                ready[entry.name] = worker.prepare()
            except WorkerError as error:
                missing[entry.name] = str(error)
                say(f"  {entry.name}: cannot run: {error}")
                continue
            workers[entry.name], turns[entry.name] = worker, []
            versions |= ready[entry.name].versions
            say(f"  {entry.name}: first step {ready[entry.name].first_step_seconds:.1f} s")
        for repetition in range(repetitions if workers else 0):
            roof_values.append(roof.measure())
            for name, worker in list(workers.items()):
                time.sleep(SETTLE_SECONDS)
                try:
                    turns[name].append(worker.run(row.steps))
                except WorkerError as error:
                    missing[name] = f"failed in repetition {repetition + 1}: {error}"
                    say(f"  {name}: {missing[name]}")
                    del workers[name]
            seconds = (f"{name} {turns[name][-1].measures['seconds']:.2f} s" for name in workers)
            say(f"  repetition {repetition + 1} of {repetitions}: {', '.join(seconds)}")
        results = [
            _result(entry, row, ready[entry.name], turns[entry.name], workers[entry.name])
            for entry in entries
            if entry.name in workers
        ]
    return RowResult(row, row.steps, results, roof_values, missing)


def _result(
    entry: Entry, row: Row, prepared: Prepared, turns: list[Turn], worker: Worker
) -> ContenderResult:
    memory = worker.memory()
    seconds = [turn.measures["seconds"] for turn in turns]
    idle = sum(turn.idle_seconds for turn in turns)
    return ContenderResult(
        name=entry.name,
        family=entry.family,
        settings=prepared.settings,
        first_step_seconds=prepared.first_step_seconds,
        measures={key: [turn.measures[key] for turn in turns] for key in turns[0].measures},
        samples_per_second=[row.batch * row.steps / each for each in seconds],
        idle_cpu=sum(turn.idle_cpu_seconds for turn in turns) / idle,
        peak_memory_mb=memory.host_bytes / 2**20,
        peak_device_memory_mb=None if memory.device_bytes is None else memory.device_bytes / 2**20,
    )
