"""What a verb prints in the worker's thread -> pieces of a response, as they come."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncGenerator
from concurrent.futures import Future
from typing import Any, NamedTuple

from rnnkit.server.limits import Refused

TEXT, NOTE, END, ERROR = "text", "note", "end", "error"
_LATE = "not finished in time (--timeout): ask for less"


class Piece(NamedTuple):
    """One thing that came."""

    kind: str
    text: str
    error: BaseException | None = None


class Stream:
    """A Listener that hands on what it hears to the event loop.

    The worker never waits for whoever reads slowly: what it may say is bounded by what was asked
    for. Once nobody reads on, or the time is over, the verb hears it at its next piece and ends.

    Args:
        loop: of the server.
        seconds: that it may take.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, seconds: float) -> None:
        self._loop = loop
        self._until = time.monotonic() + seconds
        self._pieces: asyncio.Queue[Piece] = asyncio.Queue()
        self._first: Piece | None = None
        self._gone = False

    def printed(self, text: str) -> bool:
        self._put(Piece(TEXT, text))
        return not self._gone and time.monotonic() < self._until

    def told(self, text: str) -> None:
        self._put(Piece(NOTE, text))

    def end(self, future: Future[Any]) -> None:
        """Say how it ended."""
        error = None if future.cancelled() else future.exception()
        if error is None and time.monotonic() >= self._until:
            error = Refused(504, _LATE, again=1)
        self._put(Piece(END, "") if error is None else Piece(ERROR, str(error), error))

    async def begun(self) -> None:
        """Wait for the first piece.

        Raises:
            Refused: there is none.
        """
        try:
            async with asyncio.timeout_at(self._loop.time() + self._until - time.monotonic()):
                self._first = await self._pieces.get()
        except TimeoutError:
            self._gone = True
            raise Refused(504, _LATE, again=1) from None
        if self._first.error is not None:
            raise self._first.error

    async def pieces(self) -> AsyncGenerator[str, None]:
        """The text alone; what was not finished in time ends with a broken connection."""
        async with contextlib.aclosing(self._each()) as each:
            async for piece in each:
                if piece.error is not None:
                    raise piece.error
                if piece.kind == TEXT:
                    yield piece.text

    async def events(self) -> AsyncGenerator[str, None]:
        """Everything, as server-sent events with JSON."""
        async with contextlib.aclosing(self._each()) as each:
            async for piece in each:
                yield f"event: {piece.kind}\ndata: {json.dumps({piece.kind: piece.text})}\n\n"

    async def _each(self) -> AsyncGenerator[Piece, None]:
        try:
            piece = self._first
            while piece is not None:
                yield piece
                piece = None if piece.kind in (END, ERROR) else await self._pieces.get()
        finally:
            self._gone = True  # the client too, where it is cancelled

    def _put(self, piece: Piece) -> None:
        try:
            self._loop.call_soon_threadsafe(self._pieces.put_nowait, piece)
        except RuntimeError:  # the loop was closed: the server has ended
            self._gone = True
