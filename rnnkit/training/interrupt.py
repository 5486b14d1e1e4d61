"""Ctrl-C and SIGTERM -> a request that the loop reads after each step; a second one leaves at once.

After the loop everything is on the disk: there the first one raises.

Python runs its own signal handlers between bytecodes, which can be a minute away while XLA
compiles. So a thread watches the wake-up pipe, which is filled at once.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator

from rnnkit.errors import Interrupted

WATCHED = (signal.SIGINT, signal.SIGTERM)
SHOW_CURSOR = "\x1b[?25h"  # a progress bar hides it


class StopRequest:
    """False until a signal asks to stop; `signal` is its number then."""

    def __init__(self) -> None:
        self.signal: int | None = None
        self._raises = False
        self._awaited = "this step"
        self._heard = threading.Event()

    def __bool__(self) -> bool:
        return self.signal is not None

    @property
    def exit_code(self) -> int:
        """128 + the signal's number, as shells report it: 130 for Ctrl-C, 143 for SIGTERM."""
        return 128 + (self.signal or 0)

    def receive(self, number: int) -> None:
        """Note the first signal; end the process at the second."""
        if self:
            print(SHOW_CURSOR if sys.stderr.isatty() else "", end="", file=sys.stderr, flush=True)
            os._exit(128 + number)
        self.signal = number
        when = "" if self._raises else f" after {self._awaited}"
        print(f"\nstopping{when}; once more leaves at once", file=sys.stderr, flush=True)
        self._heard.set()

    def interrupt(self, number: int, frame: object) -> None:
        """Python's handler, called between two bytecodes of the main thread."""
        if self._raises:
            self._heard.wait(1)  # for `receive`, which another thread is about to call
            raise Interrupted("stopped on request", exit_code=128 + number)

    @contextlib.contextmanager
    def waiting_for(self, what: str) -> Iterator[None]:
        """Name what a signal in the body has to wait for."""
        before, self._awaited = self._awaited, what
        try:
            yield
        finally:
            self._awaited = before

    @contextlib.contextmanager
    def raising(self, message: str) -> Iterator[None]:
        """A signal ends the body wherever it is, and so does one that came before.

        Raises:
            Interrupted: with `message`, whatever a library in which a signal was raised made of it.
        """
        try:
            self._raises = True
            if self:
                raise Interrupted(message, exit_code=self.exit_code)
            yield
        except Exception as error:
            if not self:
                raise
            raise Interrupted(message, exit_code=self.exit_code) from error
        finally:
            self._raises = False


@contextlib.contextmanager
def stop_on_signals() -> Iterator[StopRequest]:
    """Turn the first SIGINT or SIGTERM of the body into a StopRequest."""
    request = StopRequest()
    if threading.current_thread() is not threading.main_thread():  # only it may set handlers
        yield request
        return
    reader, writer = socket.socketpair()
    writer.setblocking(False)
    before = {number: signal.signal(number, request.interrupt) for number in WATCHED}
    wakeup_before = signal.set_wakeup_fd(writer.fileno())
    watcher = threading.Thread(target=_watch, args=(reader, request), daemon=True)
    watcher.start()
    try:
        yield request
    finally:
        signal.set_wakeup_fd(wakeup_before)
        for number, handler in before.items():
            signal.signal(number, handler)
        writer.close()  # ends the watcher
        watcher.join()
        reader.close()


def _watch(reader: socket.socket, request: StopRequest) -> None:
    while received := reader.recv(1):
        if received[0] in WATCHED:
            request.receive(received[0])
