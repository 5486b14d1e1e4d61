"""The one thread that opens the run and computes: jobs wait for it, and those alike go together."""

from __future__ import annotations

import dataclasses
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Hashable, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from rnnkit.files import clear_up, of_this_process
from rnnkit.server.answering import Answered, Answers, divided
from rnnkit.server.limits import Limits, Refused
from rnnkit.server.posted import Posted
from rnnkit.streams import Listener
from rnnkit.tasks.contract import Answer, AnyRun, AnyTask

GATHER = 0.002  # seconds that are waited for others, once requests have come together
_POSTED = "rnnkit-serve-"  # how the name of the folder begins where rows are files


@dataclasses.dataclass(eq=False)
class Job:
    """What waits to be answered.

    Args:
        choices: the verb's options.
        posted: rows to answer; None: something is made up.
        form: of the answer to rows.
        listener: who hears what is made up, as it is.
    """

    choices: Mapping[str, Any]
    posted: Posted | None = None
    form: str = "jsonl"
    listener: Listener | None = None
    future: Future[Answered | None] = dataclasses.field(default_factory=Future)
    kind: Hashable | None = None  # of jobs that may be answered at once

    def fail(self, error: BaseException) -> None:
        self.future.set_exception(error)


class Worker:
    """Opens a run in a thread of its own, and answers there.

    Args:
        task: of the run.
        load: opens it.
        limits: what is borne.
    """

    def __init__(self, task: AnyTask, load: Callable[[], AnyRun], limits: Limits) -> None:
        self.ready: Future[AnyRun] = Future()
        self.on_together: Callable[[int], object] = lambda requests: None
        self._task = task
        self._load = load
        self._limits = limits
        self._jobs: deque[Job] = deque()
        self._changed = threading.Condition()
        self._stopped = False
        self._crowded = False  # whether the last ones came together
        self._usual: tuple[str, ...] = ()  # notes that say nothing of the rows
        self._numbers: Collection[str] | None = None
        self._predict: Answers | None = None
        self._generate: Answers | None = None
        # a daemon: the process may end while something is computed that nobody waits for
        self._thread = threading.Thread(target=self._work, name="rnnkit-worker", daemon=True)

    def start(self) -> None:
        self._thread.start()

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    @property
    def waiting(self) -> int:
        return len(self._jobs)

    def submit(self, job: Job) -> None:
        """Have a job done when its turn comes.

        Raises:
            Refused: too many wait, or none is taken any more.
        """
        if job.posted is not None:
            job.kind = self._kind(job)
        with self._changed:
            if self._stopped or not self.alive:
                raise Refused(503, "the server is ending")
            if len(self._jobs) >= self._limits.queue:
                what = f"{self._limits.queue:,} requests wait already (--queue): try again"
                raise Refused(503, what, again=1)
            self._jobs.append(job)
            self._changed.notify()

    def stop(self) -> None:
        """Take no more, and end once what waits is done."""
        with self._changed:
            self._stopped = True
            self._changed.notify()

    def join(self, seconds: float) -> None:
        self._thread.join(seconds)

    def _kind(self, job: Job) -> Hashable | None:
        assert job.posted is not None
        if self._numbers is None:
            return None
        kind = job.posted.kind(self._numbers)
        return None if kind is None else (kind, job.form, tuple(sorted(job.choices.items())))

    def _work(self) -> None:
        clear_up(Path(tempfile.gettempdir()), _POSTED)
        with tempfile.TemporaryDirectory(prefix=of_this_process(_POSTED)) as name:
            try:
                trained = self._load()
                folder = Path(name).resolve()
                self._predict, self._generate = (
                    None if answer is None else Answers(trained, answer, folder)
                    for answer in (served(self._task.predict), served(self._task.generate))
                )
                found = None if self._task.predict is None else self._task.predict.served
                self._numbers = None if found is None else found.numbers(trained)
            except BaseException as error:
                self.ready.set_exception(error)
                return
            self.ready.set_result(trained)
            while jobs := self._next():
                self._answer(jobs)

    def _next(self) -> list[Job]:
        """The job that has waited longest, and those that may be answered with it; none: the end.

        Nothing is waited for that need not be: a lone request is answered at once.
        """
        with self._changed:
            while not self._jobs and not self._stopped:
                self._changed.wait()
        if self._crowded:
            time.sleep(GATHER)
        with self._changed:
            if not self._jobs:
                return []
            first = self._jobs.popleft()
            chosen, rows = [first], len(first.posted or ())
            for job in list(self._jobs) if first.kind is not None else ():
                if job.kind == first.kind and rows + len(job.posted or ()) <= self._limits.rows:
                    self._jobs.remove(job)
                    chosen.append(job)
                    rows += len(job.posted or ())
        self._crowded = len(chosen) > 1
        return chosen

    def _answer(self, jobs: list[Job]) -> None:
        # those whose clients have gone, or waited too long, are left out
        jobs = [job for job in jobs if job.future.set_running_or_notify_cancel()]
        if len(jobs) > 1 and self._answered_together(jobs):
            return
        for job in jobs:
            try:
                job.future.set_result(self._alone(job))
            except BaseException as error:
                job.fail(error)

    def _alone(self, job: Job) -> Answered | None:
        if job.posted is not None:
            assert self._predict is not None
            answered = self._predict.of_rows([job.posted], job.choices, job.form)
            self.on_together(1)
            return answered
        assert self._generate is not None and job.listener is not None
        self._generate.give(job.choices, job.listener)
        return None

    def _answered_together(self, jobs: list[Job]) -> bool:
        """Answer all at once; False where one of them must be told something of its own."""
        assert self._predict is not None
        posted = [job.posted for job in jobs if job.posted is not None]
        try:
            answered = self._predict.of_rows(posted, jobs[0].choices, jobs[0].form)
        except Refused:
            return False
        each = divided(answered, list(map(len, posted)))
        if each is None or answered.notes != self._usual:
            return False
        for job, one in zip(jobs, each, strict=True):
            job.future.set_result(one)
        self.on_together(len(jobs))
        return True

    def warm(self, notes: tuple[str, ...]) -> None:
        """Know which notes stand beside every answer."""
        self._usual = notes


def served(answer: Answer | None) -> Answer | None:
    """An answer, if a server gives it."""
    return None if answer is None or answer.served is None else answer
