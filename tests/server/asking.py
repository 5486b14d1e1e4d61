"""A server of a run, asked in this process."""

import contextlib
from collections.abc import Iterator

from starlette.testclient import TestClient

import rnnkit
from rnnkit.server.app import Service, application
from rnnkit.server.limits import Limits
from rnnkit.server.serving import warm_up
from rnnkit.server.worker import Worker
from rnnkit.tasks import task_of
from rnnkit.workflows.check import config_of

LIMITS = Limits()


class Client(TestClient):
    worker: Worker
    log: list[str]


@contextlib.contextmanager
def served(
    run: rnnkit.Run, limits: Limits = LIMITS, names: tuple[str, ...] = ()
) -> Iterator[Client]:
    worker = Worker(task_of(config_of(run).config), lambda: rnnkit.load(run), limits)
    worker.start()
    service = Service(worker.ready.result(), worker, limits)
    warm_up(service, worker)
    log: list[str] = []
    client = Client(
        application(service, names=names, log=log.append), raise_server_exceptions=False
    )
    client.worker, client.log = worker, log
    try:
        yield client
    finally:
        worker.stop()
        worker.join(30)
        assert not worker.alive


def sample_answered(run: rnnkit.Run) -> list[dict[str, object]]:
    """What a server says of the request that it makes up itself."""
    with served(run) as client:
        description = client.get("/openapi.json").json()
        content = description["paths"]["/predict"]["post"]["requestBody"]["content"]
        [(kind, body)] = [(k, one["example"]) for k, one in content.items() if "example" in one]
        how = {"content": body} if isinstance(body, str) else {"json": body}
        reply = client.post("/predict", headers={"Content-Type": kind}, **how)
        assert reply.status_code == 200, reply.text
        return reply.json()["answers"]
