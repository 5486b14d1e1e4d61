"""The outermost layer: who may come in, what is counted and logged, which headers go out."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rnnkit.server.metrics import Metrics
from rnnkit.words import counted

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class Door:
    """Lets requests in, or refuses them by where they come from.

    A page of another site can make a browser post to this machine, and by a name that its owner
    points here (DNS rebinding) read what comes back: so the names that this server has are checked,
    and that a page that posts came from it.

    Args:
        app: what is behind it.
        names: that a request may call this server by; empty: any.
        paths: that are counted by their own name.
        metrics: what is counted.
        log: hears a line a request.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        names: Collection[str],
        paths: Collection[str],
        metrics: Metrics,
        log: Callable[[str], None],
    ) -> None:
        self._app = app
        self._names = names
        self._paths = paths
        self._metrics = metrics
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, seen = time.perf_counter(), {"status": 499}  # a client that went away gets none

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen["status"] = message["status"]
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        scope.setdefault("state", {})
        problem = self._problem(Headers(scope=scope))
        app = self._app if problem is None else JSONResponse({"error": problem}, 403)
        try:
            await app(scope, receive, sent)
        finally:
            self._count(scope, seen["status"], time.perf_counter() - begun)

    def _problem(self, headers: Headers) -> str | None:
        """Why a request is not let in."""
        host = headers.get("host", "")
        if self._names and _name(host) not in self._names:
            return f"this server is not called '{host}': ask for it by {min(self._names)}"
        origin = headers.get("origin")
        if origin is not None and origin.partition("://")[2] != host:
            return f"a page of {origin} cannot ask this server"
        return None

    def _count(self, scope: Scope, status: int, seconds: float) -> None:
        path = scope["path"] if scope["path"] in self._paths else "other"
        self._metrics.answered(path, status, seconds)
        state: dict[str, Any] = scope["state"]
        rows = f", {counted(state['rows'], 'row')}" if "rows" in state else ""
        self._log(f"{scope['method']} {path} {status}{rows}, {1000 * seconds:.0f} ms")


def _name(host: str) -> str | None:
    """Of `Host:`, without the port."""
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None
