"""`rnnkit doctor`: everything is looked at, and what is broken is a line, not a traceback."""

import json

import pytest

from rnnkit.cli.app import run
from rnnkit.workflows import doctor


def test_all_is_well_here(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TF_CONFIG", raising=False)
    assert run(["doctor", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {"rnnkit", "python", "tensorflow", "keras", "data mnist", "XLA", "cuDNN"} <= set(found)
    assert found["XLA"] == {"ok": True, "detail": "compiles and computes"}
    assert found["TF_CONFIG"] == {"ok": None, "detail": "not set: one worker"}


def test_what_is_broken_fails(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> str:
        raise doctor.importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(doctor.importlib.metadata, "version", missing)
    assert run(["doctor"]) == 1
    shown = capsys.readouterr().out
    assert "FAILED" in shown
    assert "not installed: pip install 'click>=8.1'" in shown


@pytest.mark.parametrize(
    ("workers", "index", "ok", "detail"),
    [
        (["a:1", "b:2"], 1, True, "worker 1 of 2, from 0; the chief is at a:1"),
        (["a:1"], 0, True, "names this worker alone"),
        (["a:1", "b:2"], 2, False, "task.index (=2) is none of cluster.worker, which has 2"),
        ([], 0, False, "task.index (=0) is none of cluster.worker, which has 0"),
    ],
)
def test_the_workers_that_tf_config_names(
    workers: list[str], index: int, ok: bool, detail: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = {"type": "worker", "index": index}
    monkeypatch.setenv("TF_CONFIG", json.dumps({"cluster": {"worker": workers}, "task": task}))
    [finding] = [f for f in doctor.examine() if f.name == "TF_CONFIG"]
    assert finding.ok is ok
    assert finding.detail.startswith(detail)
