"""`python -m benchmarks.serving`: how long answers take over HTTP, beside `keras.Model.predict`.

A server holds one run; 1, 8 and 64 clients of another process, each with a connection of its own,
post one example after the other. The other contender is a server of the same kind (starlette on
uvicorn) that answers each request with `keras.Model.predict`, on one thread. `--soak 600` asks for
ten minutes instead, and says what the server's resident set was.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import numpy as np

from benchmarks.machine import ROOT, describe_machine, git_commit

WARM_UP = 1.0  # seconds that are not counted
SETTLED = 20.0  # seconds of a soak before the first look at the resident set
TRAINED = ["training.epochs=1", "data.limit=256"]  # speed does not depend on the weights' values


@click.command()
@click.option("--run", help="A run that is trained; default: the article's network, anew.")
@click.option("--clients", default="1,8,64", show_default=True, help="At once.")
@click.option("--seconds", type=float, default=10.0, show_default=True, help="Of each.")
@click.option("--soak", type=float, help="Seconds with 8 clients, and the RAM that they take.")
@click.option("--plain", is_flag=True, hidden=True, help="Be the other contender.")
def main(run: str | None, clients: str, seconds: float, soak: float | None, plain: bool) -> None:
    """Measure the time from a request to its answer."""
    if plain:
        _serve_plainly(Path(run or ""))
        return
    with tempfile.TemporaryDirectory(prefix="serving-") as name:
        path = run or _trained(Path(name))
        if soak is not None:
            found: dict[str, Any] = _soaked(path, soak)
        else:
            counts = [int(count) for count in clients.split(",")]
            found = {who: _measured(who, path, counts, seconds) for who in ("rnnkit", "keras")}
    click.echo(json.dumps({
        "machine": describe_machine("cpu"),
        "git_commit": git_commit(),
        "date": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        **found,
    }, indent=2))  # fmt: skip


def _trained(folder: Path) -> str:
    import rnnkit

    return str(rnnkit.train("mnist", overrides=TRAINED, runs=folder).path)


def _measured(who: str, run: str, counts: list[int], seconds: float) -> list[dict[str, Any]]:
    """Milliseconds from a request to its answer, for each number of clients."""
    with _serving(who, run) as (url, _):
        body = _body(url)
        return [_percentiles(asyncio.run(_ask(url, body, n, seconds)), n, seconds) for n in counts]


def _soaked(run: str, seconds: float) -> dict[str, Any]:
    with _serving("rnnkit", run) as (url, process):
        body = _body(url)
        asyncio.run(_ask(url, body, 8, SETTLED))
        before = _resident(process.pid)
        times = asyncio.run(_ask(url, body, 8, seconds))
        return {"seconds": seconds, "resident_mb": [before, _resident(process.pid)],
                **_percentiles(times, 8, seconds)}  # fmt: skip


@contextlib.contextmanager
def _serving(who: str, run: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The address of a server in a process of its own."""
    own = ["-m", "rnnkit", "serve", run, "--port", "0", "--quiet", "--queue", "256"]
    other = ["-m", "benchmarks.serving", "--plain", "--run", run]
    command = [sys.executable, *(own if who == "rnnkit" else other)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        said = ""
        while not (found := re.search(r"http://\S+", said)):
            line = process.stderr.readline()
            if not line:
                raise click.ClickException(f"{who} did not begin: {said}")
            said += line
        try:
            yield found[0].rstrip("/"), process
        finally:
            process.terminate()
            process.communicate()


def _body(url: str) -> bytes:
    """One example, as the server describes it; of a plain one a digit."""
    try:
        with urllib.request.urlopen(f"{url}/openapi.json") as reply:
            described = json.load(reply)
    except urllib.error.HTTPError:
        return json.dumps({"x": np.zeros((1, 28, 28), int).tolist()}).encode()
    content = described["paths"]["/predict"]["post"]["requestBody"]["content"]
    return json.dumps(content["application/json"]["example"]).encode()


async def _ask(url: str, body: bytes, clients: int, seconds: float) -> list[float]:
    """The seconds that each answer took."""
    host, _, port = url.removeprefix("http://").partition(":")
    head = (
        f"POST /predict HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode()
    begin = time.perf_counter() + WARM_UP
    times: list[float] = []

    async def client() -> None:
        reader, writer = await asyncio.open_connection(host, int(port))
        while (asked := time.perf_counter()) < begin + seconds:
            writer.write(head + body)
            answer = await reader.readuntil(b"\r\n\r\n")
            status, length = answer[9:12], re.search(rb"(?i)content-length: (\d+)", answer)
            content = await reader.readexactly(int(length[1]) if length else 0)
            if status != b"200":
                raise click.ClickException(f"{status.decode()}: {content.decode()}")
            if asked >= begin:
                times.append(time.perf_counter() - asked)
        writer.close()

    await asyncio.gather(*(client() for _ in range(clients)))
    return times


def _percentiles(times: list[float], clients: int, seconds: float) -> dict[str, Any]:
    p50, p99 = np.percentile(times, [50, 99]) * 1000
    return {"clients": clients, "p50_ms": round(p50, 1), "p99_ms": round(p99, 1),
            "answers_per_second": round(len(times) / seconds, 1)}  # fmt: skip


def _resident(pid: int) -> float:
    """Megabytes of a process that are in the RAM."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    [kilobytes] = re.findall(r"VmRSS:\s+(\d+) kB", status)
    return round(int(kilobytes) / 1024, 1)


def _serve_plainly(run: Path) -> None:
    """Answer each request with `keras.Model.predict`."""
    from concurrent.futures import ThreadPoolExecutor

    import uvicorn
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    from rnnkit.runtime import keras

    model = keras.models.load_model(run / "model.keras")
    thread = ThreadPoolExecutor(max_workers=1)

    def answered(x: list[Any]) -> list[dict[str, Any]]:
        outputs = model.predict(np.asarray(x, np.float32) / 255, verbose=0)
        return [
            {"example": str(number), "class": int(row.argmax()), "probability": float(row.max())}
            for number, row in enumerate(outputs)
        ]

    async def predict(request: Request) -> JSONResponse:
        x = (await request.json())["x"]
        loop = asyncio.get_running_loop()
        return JSONResponse({"answers": await loop.run_in_executor(thread, answered, x)})

    answered(np.zeros((1, *model.input_shape[1:])).tolist())
    app = Starlette(routes=[Route("/predict", predict, methods=["POST"])])
    with contextlib.closing(uvicorn.Config(app, port=0).bind_socket()) as listening:
        listening.listen()
        print(f"http://127.0.0.1:{listening.getsockname()[1]}", file=sys.stderr, flush=True)
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical"))
        server.run(sockets=[listening])


if __name__ == "__main__":
    main()
