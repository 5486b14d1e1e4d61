"""`rnnkit check` on the shipped configs and on a broken one."""

import json
from pathlib import Path

import pytest

from rnnkit.cli.app import run

CONFIGS = Path(__file__).parents[2] / "configs"


def test_the_articles_network(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", str(CONFIGS / "mnist.yaml")]) == 0
    shown = capsys.readouterr()
    assert "825,706" in shown.out
    assert "28 × 256" in shown.out
    assert shown.err.startswith("next: rnnkit train ")


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", str(CONFIGS / "mnist.yaml"), "--json"]) == 0
    values = json.loads(capsys.readouterr().out)
    assert values["parameters"] == 825_706
    assert values["layers"][0] == {
        "kind": "lstm", "name": "lstm_1", "output_shape": [28, 256], "parameters": 291_840,
    }  # fmt: skip


def test_every_problem_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (CONFIGS / "mnist.yaml").read_text()
    broken = tmp_path / "broken.yaml"
    broken.write_text(text.replace("units: 32", "unit: 32").replace("epochs: 4", "epochs: four"))
    assert run(["check", str(broken)]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "dense: unknown key 'unit'. Did you mean 'units'?" in shown.err
    assert "epochs (='four') must be an integer" in shown.err
    assert shown.err.count("^\n") == 2  # the misspelt key, the wrong type


def test_overrides(capsys: pytest.CaptureFixture[str]) -> None:
    path = str(CONFIGS / "mnist.yaml")
    assert run(["check", path, "--set", "model.layers.0.lstm.units=8", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["layers"][0]["output_shape"] == [28, 8]
    assert run(["check", path, "--set", "training.epoch=1"]) == 2
    expected = "--set training.epoch=1: training: unknown key 'epoch'. Did you mean 'epochs'?\n"
    assert capsys.readouterr().err == expected
