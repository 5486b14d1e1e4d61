"""Runs a command as a user would, and holds it to what no input may break."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rnnkit.cli.app import run

Refused = Callable[..., str]


@pytest.fixture
def refused(capsys: pytest.CaptureFixture[str]) -> Refused:
    """Run a command that must fail with a message; gives the message."""

    def call(*arguments: object) -> str:
        code = run(list(map(str, arguments)))
        out, err = capsys.readouterr()
        assert code in (1, 2), err
        assert "Traceback" not in err
        assert "this is a bug" not in err
        assert out == ""
        return err

    return call


def write_config(folder: Path, source: object, **data: object) -> Path:
    """A config for the data at `source`; JSON is YAML."""
    config: dict[str, Any] = {
        "version": 1,
        "name": "hostile",
        "task": "classification",
        "data": {"source": str(source), **data},
        "model": {"layers": [{"lstm": {"units": 2}}, {"dense": {"units": 2}}]},
        "training": {"epochs": 1, "batch_size": 4, "optimizer": "adam"},
    }
    path = folder / "config.yaml"
    path.write_text(json.dumps(config), encoding="utf-8")
    return path
