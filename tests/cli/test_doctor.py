"""`rnnkit doctor`: everything is looked at, and what is broken is a line, not a traceback."""

import json

import pytest

from rnnkit.cli.app import run
from rnnkit.workflows import doctor


def test_all_is_well_here(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["doctor", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {"rnnkit", "python", "tensorflow", "keras", "data mnist", "XLA", "cuDNN"} <= set(found)
    assert found["XLA"] == {"ok": True, "detail": "compiles and computes"}


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
