"""POST /predict answers as `rnnkit predict` does, to the digit, alone and together with others."""

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest

import rnnkit
from rnnkit.cli.app import run
from rnnkit.server.limits import Limits
from rnnkit.server.posted import read_posted
from rnnkit.server.worker import Job
from tests.server.asking import Client, sample_answered, served
from tests.server.conftest import table

ROWS = table(9).drop(columns="y")
CSV = {"Content-Type": "text/csv"}


def of_verb(
    capsys: pytest.CaptureFixture[str], path: Path, trained: rnnkit.Run, *options: str
) -> str:
    capsys.readouterr()
    assert run(["predict", str(trained.path), "--data", str(path), *options]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("query", ["", "?top=2", "?all-classes=true"])
def test_csv_to_the_byte(
    client: Client, wide: rnnkit.Run, tmp_path: Path, capsys: pytest.CaptureFixture[str], query: str
) -> None:
    ROWS.to_csv(tmp_path / "new.csv", index=False)
    name, _, value = query[1:].partition("=")
    options = [f"--{name}"] + ([] if value == "true" else [value]) if query else []
    body = (tmp_path / "new.csv").read_bytes()
    reply = client.post(f"/predict{query}", content=body, headers={**CSV, "Accept": "text/csv"})
    assert reply.text == of_verb(capsys, tmp_path / "new.csv", wide, *options)
    assert reply.headers["content-type"] == "text/csv; charset=utf-8"
    assert client.log[-1].startswith("POST /predict 200, 9 rows, ")


def test_json_to_the_digit(
    client: Client, wide: rnnkit.Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = ROWS.to_dict(orient="records")
    (tmp_path / "new.json").write_text(json.dumps(rows))
    reply = client.post("/predict", json=rows).json()
    lines = of_verb(capsys, tmp_path / "new.json", wide, "--format", "jsonl").splitlines()
    assert reply == {"answers": [json.loads(line) for line in lines], "notes": []}


def test_arrays(trained: rnnkit.Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    x = np.random.default_rng(0).normal(size=(3, 5, 2))
    np.savez(tmp_path / "new.npz", x=x)
    with served(trained) as client:
        reply = client.post("/predict", json={"x": x.tolist()}).json()
    lines = of_verb(capsys, tmp_path / "new.npz", trained, "--format", "jsonl").splitlines()
    assert reply["answers"] == [json.loads(line) for line in lines]


def at_once(client: Client, jobs: list[Job]) -> list[Job]:
    """Have all of them wait before the first is begun."""
    with client.worker._changed:
        for job in jobs:
            client.worker.submit(job)
    return jobs


def job(body: bytes, form: str = "jsonl") -> Job:
    choices = {"data": None, "output": None, "form": None, "top": None, "all_classes": False}
    return Job(choices, read_posted("application/json", body, Limits()), form)


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_what_comes_together_is_computed_together(client: Client, form: str) -> None:
    def body(first: int, last: int) -> bytes:
        return ROWS[first:last].to_json(orient="records").encode()

    alone = [at_once(client, [job(body(n, n + 3), form)])[0] for n in (0, 3, 6)]
    texts = [one.future.result().text for one in alone]
    jobs = at_once(client, [job(body(n, n + 3), form) for n in (0, 3, 6)])
    assert [one.future.result().together for one in jobs] == [3, 3, 3]
    assert [one.future.result().text for one in jobs] == texts
    assert texts[0] != texts[1]


ROW = {"p": 1, "q": 2.5, "r": 0, "s": 1}


def jobs_of(*rows: dict[str, object]) -> list[Job]:
    return [job(json.dumps([row]).encode()) for row in rows]


def test_one_that_is_wrong_spoils_no_other(client: Client) -> None:
    jobs = at_once(client, jobs_of(ROW, {**ROW, "p": 1e300}, ROW))
    first, last = (jobs[n].future.result() for n in (0, 2))
    assert first.text == last.text and first.together == 1
    assert "body.jsonl" in str(jobs[1].future.exception())


def test_numbers_written_otherwise_are_of_one_kind(client: Client) -> None:
    jobs = at_once(client, jobs_of(ROW, {"p": 1.0, "q": 2, "r": 0.5, "s": 1.0}))
    assert [one.future.result().together for one in jobs] == [2, 2]
    jobs = at_once(client, jobs_of(ROW, {**ROW, "p": "1"}))
    assert [one.future.result().together for one in jobs] == [1, 1]


def test_whoever_has_gone_is_left_out(client: Client) -> None:
    gone, stays = jobs_of(ROW, ROW)
    with client.worker._changed:
        client.worker.submit(gone)
        client.worker.submit(stays)
        assert gone.future.cancel()
    assert stays.future.result().together == 1


def test_a_forecast_from_a_history(
    ahead: Client, forecasting: rnnkit.Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    history = "".join(f'{{"y": {n / 4}}}\n' for n in range(8))
    (tmp_path / "history.jsonl").write_text(history)
    lines = of_verb(
        capsys, tmp_path / "history.jsonl", forecasting, "--steps", "2", "--format", "jsonl"
    ).splitlines()
    kind = {"Content-Type": "application/x-ndjson"}
    for _ in range(2):  # the second with intervals that are kept
        reply = ahead.post("/predict?steps=2", content=history, headers=kind).json()
        assert reply["answers"] == [json.loads(line) for line in lines]
    assert len(lines) == 2


def test_prompts(letters: Client) -> None:
    reply = letters.post("/predict?k=2", content="so\n", headers={"Content-Type": "text/plain"})
    [answer] = reply.json()["answers"]
    assert answer["prompt"] == "so" and len(answer["next"]) == 2


@pytest.mark.parametrize("name", ["wide", "trained", "forecasting", "games"])
def test_a_request_that_is_made_up_is_answered(name: str, request: pytest.FixtureRequest) -> None:
    assert sample_answered(request.getfixturevalue(name))


def test_csv_has_the_notes_beside(client: Client) -> None:
    body = ROWS[:1].to_csv(index=False)
    reply = client.post("/predict", content=body, headers={**CSV, "Accept": "text/csv"})
    assert json.loads(reply.headers["rnnkit-notes"]) == []
    assert len(list(csv.DictReader(io.StringIO(reply.text)))) == 1
