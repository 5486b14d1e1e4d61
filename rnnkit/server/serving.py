"""A run -> a server that listens until Ctrl-C, and then finishes what it has begun."""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import logging
import socket
import time
from collections.abc import Callable, Iterator
from types import FrameType

import uvicorn

from rnnkit.errors import OptionError
from rnnkit.run import Run
from rnnkit.server.app import Service, application
from rnnkit.server.limits import Limits, Refused
from rnnkit.server.worker import Worker, served
from rnnkit.streams import tell
from rnnkit.tasks.contract import AnyRun, AnyTask
from rnnkit.words import counted

_OWN_NAMES = ("localhost", "127.0.0.1", "::1")


def serve(
    run: Run,
    task: AnyTask,
    load: Callable[[], AnyRun],
    *,
    host: str,
    port: int,
    limits: Limits,
    quiet: bool = False,
) -> None:
    """Answer requests until a signal ends it.

    Args:
        run: what is asked.
        task: of the run.
        load: opens it.
        host: the address to listen on.
        port: 0 takes a free one.
        limits: what one request may cost.
        quiet: no line a request.

    Raises:
        OptionError: the task has nothing to serve, or nothing can listen there.
        RnnkitError: the run cannot be opened.
        KeyboardInterrupt: a second Ctrl-C.
    """
    if served(task.predict) is None and served(task.generate) is None:
        raise OptionError(f"{run.path}: its task, {task.name}, answers nothing that can be served")
    with _listening(host, port) as listening:
        worker = Worker(task, load, limits)
        worker.start()
        service = Service(worker.ready.result(), worker, limits)
        warm_up(service, worker)
        own = _is_own(host)
        if not own:
            tell(
                f"warning: {host} can be reached from other machines, and anyone who reaches it "
                "can ask: there is no TLS, and nobody is asked who they are (SECURITY.md)"
            )
        app = application(
            service,
            names=_OWN_NAMES if own else (),
            log=(lambda line: None) if quiet else _log,
        )
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # a stream that was ended
        server = _Server(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                server_header=False,
                limit_concurrency=2 * limits.queue + 16,  # whose bodies are in the RAM
                timeout_graceful_shutdown=max(1, round(limits.seconds)),
            ),
            greeting=f"{run.path} ({task.name}) on {_url(host, listening)}   Ctrl-C ends it",
            waiting=lambda: worker.waiting,
        )
        server.run(sockets=[listening])
        worker.stop()
        worker.join(1)
        if server.force_exit:
            raise KeyboardInterrupt
        left = worker.waiting
        tell(f"ended; {counted(left, 'request')} unanswered" if left else "ended")


class _Server(uvicorn.Server):
    """Says where it listens and what a signal does, and leaves the exit code to the verb."""

    def __init__(
        self, config: uvicorn.Config, *, greeting: str, waiting: Callable[[], int]
    ) -> None:
        super().__init__(config)
        self._greeting = greeting
        self._waiting = waiting

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        tell(self._greeting)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if not self.should_exit:
            begun = max(len(self.server_state.tasks), self._waiting())
            tell(f"ending: {counted(begun, 'request')} begun; Ctrl-C again ends at once")
        super().handle_exit(sig, frame)
        self._captured_signals.clear()  # else they are raised again at the end


@contextlib.contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    """A socket that is bound, before the run is opened, which takes seconds."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        listening = socket.socket(found[0][0])
    except OSError as error:
        raise OptionError(f"--host {host}: {error.strerror}") from None
    with listening:
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(found[0][4])
        except OSError as error:
            hint = (
                ""
                if error.errno != errno.EADDRINUSE
                else (
                    ": something listens there; take another one with --port, or a free one with "
                    "--port 0"
                )
            )
            what = f"--host {host} --port {port}: {error.strerror}{hint}"
            raise OptionError(what) from None
        yield listening


def warm_up(service: Service, worker: Worker) -> None:
    """Answer a request of each kind, so that the first client waits for no compiling."""
    for job in service.first_jobs():
        worker.submit(job)
        try:
            answered = job.future.result()
        except Refused as refused:
            tell(f"note: the first request will take longer, a made-up one did not work: {refused}")
        else:
            worker.warm(() if answered is None else answered.notes)


def _is_own(host: str) -> bool:
    """Whether only this machine reaches an address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _url(host: str, listening: socket.socket) -> str:
    name = f"[{host}]" if ":" in host else host
    return f"http://{name}:{listening.getsockname()[1]}/"


def _log(line: str) -> None:
    tell(f"{time.strftime('%H:%M:%S')}  {line}")
