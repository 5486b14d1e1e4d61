"""A worker -> the application that answers HTTP."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable, Collection, Mapping
from functools import partial
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from rnnkit.server.answering import CSV, JSONL, Heard
from rnnkit.server.choices import Choices
from rnnkit.server.door import Door
from rnnkit.server.limits import Limits, Refused
from rnnkit.server.metrics import TYPE, Metrics
from rnnkit.server.openapi import EVENTS, describe
from rnnkit.server.posted import JSON, parse_json, read_posted
from rnnkit.server.streamed import Stream
from rnnkit.server.worker import Job, Worker, served
from rnnkit.tasks.contract import Answer, AnyRun, AnyTask

_POLICY = (
    "default-src 'none'; connect-src 'self'; script-src 'nonce-{0}'; style-src 'nonce-{0}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class Service:
    """What is answered on each path.

    Args:
        trained: the open run.
        worker: computes.
        limits: what is borne.
    """

    def __init__(self, trained: AnyRun, worker: Worker, limits: Limits) -> None:
        self.metrics = Metrics(lambda: worker.waiting)
        worker.on_together = self.metrics.together
        self._task: AnyTask = trained.task
        self._worker = worker
        self._limits = limits
        self._predict = _asked(served(self._task.predict), trained, limits)
        self._generate = _asked(served(self._task.generate), trained, limits)
        self._name = f"{trained.run.path.parent.name}/{trained.run.path.name}"
        answer = self._task.predict or self._task.generate
        self.description = describe(
            self._name,
            "" if answer is None else answer.what.partition(";")[0].replace(" of FILE", ""),
            limits,
            predict=self._predict,
            generate=self._generate,
        )

    @property
    def paths(self) -> dict[str, tuple[Callable[[Request], Awaitable[Response]], str]]:
        """What answers each path, and to which method."""
        found: dict[str, tuple[Callable[[Request], Awaitable[Response]], str]] = {
            "/": (self._page, "GET"),
            "/health": (self._health, "GET"),
            "/metrics": (self._counted, "GET"),
            "/openapi.json": (self._described, "GET"),
        }
        if self._predict is not None:
            found["/predict"] = (self._answered, "POST")
        if self._generate is not None:
            found["/generate"] = (self._made_up, "POST")
        return found

    def first_jobs(self) -> list[Job]:
        """A request of each kind, to have all compiled before the first client comes."""
        jobs = []
        if self._predict is not None and self._predict[1] is not None:
            choices, sample = self._predict
            kind = "text/plain" if isinstance(sample, str) else JSON
            body = sample if isinstance(sample, str) else json.dumps(sample)
            posted = read_posted(kind, body.encode(), self._limits)
            jobs.append(Job(choices.read({}), posted))
        if self._generate is not None:
            choices, sample = self._generate
            jobs.append(Job(choices.read(sample or {}), listener=Heard()))
        return jobs

    async def _answered(self, request: Request) -> Response:
        assert self._predict is not None
        form = CSV if "text/csv" in request.headers.get("accept", "") else JSONL
        asked = {name: request.query_params.getlist(name) for name in request.query_params}
        once = {name: found[0] if len(found) == 1 else found for name, found in asked.items()}
        choices = self._predict[0].read(once)
        body = await _body(request, self._limits)
        posted = read_posted(request.headers.get("content-type", ""), body, self._limits)
        job = Job(choices, posted, form)
        self._worker.submit(job)
        try:
            future = asyncio.wrap_future(job.future)
            answered = await asyncio.wait_for(future, self._limits.seconds)
        except TimeoutError:
            raise _late(self._limits) from None
        assert answered is not None
        request.state.rows = len(posted)
        self.metrics.rows(len(posted))
        if form == CSV or answered.form == CSV:
            notes = json.dumps(answered.notes)
            return Response(answered.text, media_type="text/csv", headers={"Rnnkit-Notes": notes})
        return JSONResponse({"answers": answered.records, "notes": answered.notes})

    async def _made_up(self, request: Request) -> Response:
        assert self._generate is not None
        if not request.headers.get("content-type", "").lower().startswith(JSON):
            raise Refused(415, f"expected the Content-Type {JSON}")
        if request.query_params:
            raise Refused(400, 'choices stand in the body, as in {"length": 100}, not behind a ?')
        asked = parse_json(await _body(request, self._limits))
        if not isinstance(asked, dict):
            raise Refused(400, 'the body: expected an object, as in {"length": 100}')
        events = EVENTS in request.headers.get("accept", "")
        stream = Stream(asyncio.get_running_loop(), self._limits.seconds)
        job = Job(self._generate[0].read(asked), listener=stream)
        self._worker.submit(job)
        job.future.add_done_callback(stream.end)
        await stream.begun()
        pieces = stream.events() if events else stream.pieces()
        media_type = EVENTS if events else "text/plain; charset=utf-8"
        return StreamingResponse(pieces, media_type=media_type)

    async def _health(self, request: Request) -> Response:
        alive = self._worker.alive
        status = {"status": "ok" if alive else "the worker has ended", "run": self._name,
                  "task": self._task.name, "waiting": self._worker.waiting}  # fmt: skip
        return JSONResponse(status, 200 if alive else 503)

    async def _counted(self, request: Request) -> Response:
        return Response(self.metrics.text(), media_type=TYPE)

    async def _described(self, request: Request) -> Response:
        return JSONResponse(self.description)

    async def _page(self, request: Request) -> Response:
        nonce = secrets.token_urlsafe(16)
        environment = Environment(
            loader=PackageLoader("rnnkit.server", "."), autoescape=True, undefined=StrictUndefined
        )
        page = environment.get_template("page.html.jinja").render(
            name=self._name,
            task=self._task.name,
            description=self.description,
            predict=self._predict,
            generate=self._generate,
            nonce=nonce,
        )
        return HTMLResponse(page, headers={"Content-Security-Policy": _POLICY.format(nonce)})


def application(
    service: Service, *, names: Collection[str], log: Callable[[str], None]
) -> Callable[..., Awaitable[None]]:
    """What uvicorn runs.

    Args:
        service: what answers.
        names: that a request may call the server by; empty: any.
        log: hears a line a request.
    """
    routes = [
        Route(path, _explained(answer), methods=[method])
        for path, (answer, method) in service.paths.items()
    ]
    methods = {path: method for path, (_, method) in service.paths.items()}
    unanswered = partial(_unanswered, methods)
    app = Starlette(routes=routes, exception_handlers={404: unanswered, 405: unanswered})
    return Door(app, names=names, paths=service.paths, metrics=service.metrics, log=log)


def _asked(answer: Answer | None, trained: AnyRun, limits: Limits) -> tuple[Choices, Any] | None:
    """What a request may choose, and a body that is answered."""
    if answer is None or answer.served is None:
        return None
    sample = None if answer.served.sample is None else answer.served.sample(trained)
    return Choices(answer, limits), sample


async def _unanswered(
    methods: Mapping[str, str], request: Request, error: Exception
) -> JSONResponse:
    """What stands where there is nothing, or another method is asked for."""
    assert isinstance(error, HTTPException)
    path = request.url.path
    known = ", ".join(f"{method} {path}" for path, method in methods.items())
    problem = f"expected {methods[path]} {path}" if path in methods else f"there are: {known}"
    return JSONResponse({"error": problem}, error.status_code, error.headers)


def _explained(
    answer: Callable[[Request], Awaitable[Response]],
) -> Callable[[Request], Awaitable[Response]]:
    """Refusals as JSON."""

    async def explained(request: Request) -> Response:
        try:
            return await answer(request)
        except Refused as refused:
            again = refused.again
            headers = None if again is None else {"Retry-After": str(again)}
            return JSONResponse({"error": refused.message}, refused.status, headers)

    return explained


async def _body(request: Request, limits: Limits) -> bytes:
    """The whole body.

    Raises:
        Refused: it is too large, packed, or comes too slowly.
    """
    if request.headers.get("content-encoding", "identity") != "identity":
        raise Refused(415, "send the body as it is, without Content-Encoding")
    too_large = Refused(
        413, f"the body is too large: at most {limits.body:,} bytes (--max-body): send fewer rows"
    )
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared[:20]) > limits.body:
        raise too_large
    pieces, size = [], 0
    try:
        async with asyncio.timeout(limits.seconds):
            async for piece in request.stream():
                pieces.append(piece)
                size += len(piece)
                if size > limits.body:
                    raise too_large
    except TimeoutError:
        raise Refused(408, f"the body did not come within {limits.seconds:g} s") from None
    except ClientDisconnect:
        raise Refused(400, "the body ended too early") from None
    return b"".join(pieces)


def _late(limits: Limits) -> Refused:
    return Refused(504, f"no answer within {limits.seconds:g} s (--timeout)", again=1)
