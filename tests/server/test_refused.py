"""What a server does not answer: each with a status that says whose fault it is, and what helps."""

import json
import threading
import time
from typing import Any

import pytest

import rnnkit
from rnnkit.server.answering import Answered
from rnnkit.server.limits import Limits
from rnnkit.server.posted import read_posted
from rnnkit.server.worker import Job
from tests.server.asking import Client, served

ROW = {"p": 1, "q": 1, "r": 1, "s": 1}
JSON = "application/json"
CHOSEN = {"output": None, "top": None, "all_classes": False}


def refused(
    client: Client, body: str | bytes, kind: str = JSON, query: str = ""
) -> tuple[int, str]:
    headers = {"Content-Type": kind} if kind else {}
    reply = client.post(f"/predict{query}", content=body, headers=headers)
    assert set(reply.json()) == {"error"}, reply.text
    return reply.status_code, reply.json()["error"]


@pytest.mark.parametrize(
    ("body", "kind", "query", "status", "says"),
    [
        ("[]", JSON, "", 422, "no rows"),
        ("", JSON, "", 400, "not JSON"),
        ("{", JSON, "", 400, "not JSON"),
        ("[1]", JSON, "", 400, "a list of objects"),
        ('"a.csv"', JSON, "", 400, "a list of objects"),
        ('[{"p": NaN}]', JSON, "", 400, "NaN is no JSON"),
        ('[{"p": 1, "p": 2}]', JSON, "", 400, "the key 'p' stands in one object twice"),
        ("[" * 100_000, JSON, "", 400, "nested too deep"),
        ('{"x": [[1], [1, 2]]}', JSON, "", 422, "unequal lengths"),
        ('{"x": ["a"]}', JSON, "", 422, "expected numbers"),
        ('{"x": [[1, 2]]}', JSON, "", 422, "body.npz"),
        ('[{"p": 1}]', JSON, "", 422, "'q'"),
        ('[{"p": "?", "q": 1, "r": 1, "s": 1}]', JSON, "", 422, "body.jsonl, line 1, column 'p'"),
        (b"\xff\xfe\x00\n\xff", "text/csv", "", 422, "body.csv"),
        ("p,q,r,s\n", "text/csv", "", 422, "no rows"),
        ("p,q,r,s\n1,2,3,4\n1,2,3\n", "text/csv", "", 422, "body.csv, line 3"),
        ("rows", "application/octet-stream", "", 415, "application/json"),
        ("rows", "", "", 415, "none"),
        (json.dumps([ROW]), JSON, "?tops=1", 400, "Did you mean 'top'?"),
        (json.dumps([ROW]), JSON, "?output=/tmp/x", 400, "there is no choice 'output'"),
        (json.dumps([ROW]), JSON, "?top=2&top=1", 400, "top: expected one value"),
        (json.dumps([ROW]), JSON, "?top=0", 400, "0 is not in the range"),
        (json.dumps([ROW]), JSON, "?all-classes=7", 400, "expected true or false"),
        (json.dumps([ROW]), JSON, "?top=1&all-classes=1", 400, "not both"),
    ],
)  # fmt: skip
def test_requests(
    client: Client, body: str | bytes, kind: str, query: str, status: int, says: str
) -> None:
    found = refused(client, body, kind, query)
    assert found[0] == status
    assert says in found[1]


def test_no_folder_of_this_machine_is_named(ahead: Client, forecasting: rnnkit.Run) -> None:
    status, message = refused(ahead, '[{"other": 1}]')
    assert status == 422
    assert "body.jsonl" in message and "/" not in message


@pytest.fixture(scope="module")
def narrow(wide: rnnkit.Run):
    with served(wide, Limits(body=200, rows=2, queue=1, seconds=0.2)) as client:
        yield client


def test_sizes(narrow: Client) -> None:
    assert refused(narrow, json.dumps([{"p": 1}] * 3)) == (
        413, "3 rows: at most 2 a request (--max-rows): send fewer"
    )  # fmt: skip
    status, message = refused(narrow, " " * 201)
    assert (status, message[:22]) == (413, "the body is too large:")
    chunks = (b" " * 100 for _ in range(3))  # whose sum nobody declares
    reply = narrow.post("/predict", content=chunks, headers={"Content-Type": JSON})
    assert reply.status_code == 413
    packed = {"Content-Type": JSON, "Content-Encoding": "gzip"}
    assert narrow.post("/predict", content=b"", headers=packed).status_code == 415


def test_a_queue_that_is_full(narrow: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, goes_on = threading.Event(), threading.Event()
    answers = narrow.worker._predict
    assert answers is not None
    give = answers.of_rows

    def held(*asked: Any) -> Answered:
        begun.set()
        goes_on.wait(10)
        return give(*asked)

    monkeypatch.setattr(answers, "of_rows", held)
    body = json.dumps([ROW])
    jobs = [Job({**CHOSEN}, read_posted(JSON, body.encode(), Limits())) for _ in range(2)]
    narrow.worker.submit(jobs[0])
    assert begun.wait(10)
    narrow.worker.submit(jobs[1])
    reply = narrow.post("/predict", content=body, headers={"Content-Type": JSON})
    goes_on.set()
    assert reply.status_code == 503 and reply.headers["retry-after"] == "1"
    assert "--queue" in reply.json()["error"]
    assert all(job.future.result(10) for job in jobs)


def test_a_page_of_another_site_and_another_name(wide: rnnkit.Run) -> None:
    with served(wide, names=("localhost",)) as client:
        own = {"Host": "localhost:8000"}
        assert client.get("/health", headers=own).status_code == 200
        assert client.get("/health", headers={"Host": "evil.example"}).status_code == 403
        assert client.get("/health", headers={"Host": "[::"}).status_code == 403
        for origin in ("http://evil.example", "null"):
            assert client.get("/health", headers={**own, "Origin": origin}).status_code == 403
        same = {**own, "Origin": "http://localhost:8000"}
        assert client.get("/health", headers=same).status_code == 200


def test_what_there_is_not(client: Client) -> None:
    for path, status, problem in (
        ("/nothing", 404, "there are: GET /, GET /health,"),
        ("/predict", 405, "expected POST /predict"),
    ):
        reply = client.get(path)
        assert reply.status_code == status and problem in reply.json()["error"]
    assert client.post("/generate", json={}).status_code == 404


def test_once_it_ends(wide: rnnkit.Run) -> None:
    with served(wide) as client:
        client.worker.stop()
        client.worker.join(10)
        status, message = refused(client, json.dumps([ROW]))
        assert (status, message) == (503, "the server is ending")
        assert client.get("/health").status_code == 503


def test_too_much_is_asked_for(ahead: Client, letters: Client) -> None:
    status, message = refused(ahead, '[{"y": 1}]', query="?steps=10001")
    assert (status, message[:23]) == (422, "10,001 steps or tokens:")
    reply = letters.post("/generate", json={"length": 5001, "count": 2})
    assert reply.status_code == 422


def test_a_late_answer(narrow: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(narrow.worker._predict, "of_rows", lambda *asked: time.sleep(0.4))
    status, message = refused(narrow, json.dumps([ROW]))
    assert (status, message) == (504, "no answer within 0.2 s (--timeout)")
