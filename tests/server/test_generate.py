"""POST /generate writes what `rnnkit generate` writes, as it is drawn."""

import asyncio
import json

import pytest

import rnnkit
from rnnkit.cli.app import run
from rnnkit.server.limits import Limits
from rnnkit.server.streamed import Stream
from tests.server.asking import Client, served


def test_the_same_text(
    letters: Client, prose: rnnkit.Run, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = {"prompt": "so", "length": 40, "temperature": 0.5, "count": 2, "seed": 3}
    options = [word for name, value in asked.items() for word in (f"--{name}", str(value))]
    capsys.readouterr()
    assert run(["generate", str(prose.path), *options]) == 0
    reply = letters.post("/generate", json=asked)
    assert reply.text == capsys.readouterr().out
    assert reply.headers["content-type"] == "text/plain; charset=utf-8"


def test_events(letters: Client) -> None:
    asked = {"length": 5, "top_k": 3}
    text = letters.post("/generate", json=asked).text
    reply = letters.post("/generate", json=asked, headers={"Accept": "text/event-stream"})
    events = [event.split("\n") for event in reply.text.strip().split("\n\n")]
    assert [kind for kind, _ in events] == ["event: text"] * (len(events) - 1) + ["event: end"]
    pieces = [json.loads(data.removeprefix("data: ")) for _, data in events[:-1]]
    assert "".join(piece["text"] for piece in pieces) == text


@pytest.mark.parametrize(
    ("asked", "status", "says"),
    [
        ({"prompt": "§"}, 422, "unknown character"),
        ({"until": "so"}, 400, "until"),
        ({"temperature": "hot"}, 400, "temperature"),
        ({"prompt": ["a"]}, 400, "prompt: expected one value"),
        ({"output": "x"}, 400, "there is no choice 'output'"),
        ([], 400, "expected an object"),
    ],
)
def test_refusals(letters: Client, asked: object, status: int, says: str) -> None:
    reply = letters.post("/generate", json=asked)
    assert reply.status_code == status
    assert says in reply.json()["error"]


def test_choices_stand_in_the_body(letters: Client) -> None:
    reply = letters.post("/generate?length=7", json={})
    assert (reply.status_code, "in the body" in reply.json()["error"]) == (400, True)


def test_what_nobody_reads_is_not_written() -> None:
    async def read_one() -> tuple[bool, bool]:
        stream = Stream(asyncio.get_running_loop(), 10)
        goes_on = stream.printed("a")
        await stream.begun()
        pieces = stream.pieces()
        assert await anext(pieces) == "a"
        await pieces.aclose()  # as when a client goes away
        return goes_on, stream.printed("b")

    assert asyncio.run(read_one()) == (True, False)


def test_the_time_is_over(prose: rnnkit.Run) -> None:
    with served(prose, Limits(seconds=0.001)) as client:
        assert client.post("/generate", json={"length": 9_000}).status_code == 504
