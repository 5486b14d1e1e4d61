"""`rnnkit serve`: it listens, answers, ends on a signal; and what keeps it from beginning."""

import importlib.util
import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator

import pytest

import rnnkit
from rnnkit.cli.app import run


@pytest.fixture
def server(games: rnnkit.Run) -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = [sys.executable, "-m", "rnnkit", "serve", str(games.path), "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        line = process.stderr.readline()
        [url] = re.findall(r"http://127\.0\.0\.1:\d+/", line)
        yield process, url
        process.kill()


def test_it_answers_and_ends(server: tuple[subprocess.Popen[str], str]) -> None:
    process, url = server
    request = urllib.request.Request(
        f"{url}predict?k=1", b'[{"prompt": "a b"}]', {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=30) as reply:
        [answer] = json.load(reply)["answers"]
    assert answer["prompt"] == "a b" and len(answer["next"]) == 1
    assert process.stderr is not None
    line = process.stderr.readline()  # written after the reply is sent
    assert re.fullmatch(r"\d\d:\d\d:\d\d  POST /predict 200, 1 row, \d+ ms\n", line)
    os.kill(process.pid, signal.SIGINT)
    assert process.wait(30) == 0
    [ending, ended] = process.stderr.read().splitlines()
    assert re.fullmatch(r"ending: (0 requests|1 request) begun; Ctrl-C again ends at once", ending)
    assert ended == "ended"


def test_a_port_that_is_taken(games: rnnkit.Run, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert run(["serve", str(games.path), "--port", port]) == 2
    assert "with --port, or a free one with --port 0" in capsys.readouterr().err


def test_a_host_that_is_not_there(games: rnnkit.Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["serve", str(games.path), "--host", "192.0.2.1"]) == 2
    assert capsys.readouterr().err.startswith("--host 192.0.2.1 --port 8000: ")


def test_without_the_extra(
    games: rnnkit.Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert run(["serve", str(games.path)]) == 2
    assert "pip install 'rnnkit[serve]'" in capsys.readouterr().err
