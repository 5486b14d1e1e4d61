"""`rnnkit check` on the shipped configs and on a broken one."""

import json
from pathlib import Path

import pytest

from rnnkit.cli.app import run

ROOT = Path(__file__).parents[2]
CONFIGS = ROOT / "configs"


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
        "trained": 291_840,
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


@pytest.mark.parametrize(
    ("task", "data", "places"),
    [
        (
            "classification",
            "label: kind\nid: game\nfeatures: [x, move, z]",
            {"label": "kind", "id": None, "features.0": "x", "features.2": "z"},
        ),
        (
            "forecasting",
            "lookback: 1\ntarget: [x, move]\ntime: day\nseries: of",
            {"target.0": "x", "time": "day", "series": "of"},
        ),
        (
            "next_token",
            "level: item\ntoken: mov\nsequence: gam\ntime: day",
            {"token": "mov", "sequence": "gam", "time": "day"},
        ),
    ],
)
def test_every_column_that_is_not_there(
    task: str,
    data: str,
    places: dict[str, str | None],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "a.csv").write_text("game,move\n1,2\n")
    config = tmp_path / "a.yaml"
    section = "".join(f"  {line}\n" for line in f"source: a.csv\n{data}".split("\n"))
    config.write_text(
        f"version: 1\nname: a\ntask: {task}\ndata:\n{section}"
        "model: {layers: [{lstm: {units: 2}}, {dense: {}}]}\n"
        "training: {epochs: 1, batch_size: 1, optimizer: {name: adam}}\n"
    )
    assert run(["check", str(config)]) == 2
    shown = capsys.readouterr().err.splitlines()
    wrong = {key: name for key, name in places.items() if name is not None}
    assert len(shown) == 3 * len(wrong) + 1
    for key, name in wrong.items():
        key = key.partition(".")[0]
        [at] = [n for n, line in enumerate(shown) if f"has no column '{name}' (data.{key})" in line]
        line, column = map(int, shown[at].removeprefix(f"{config}:").split(":")[:2])
        assert config.read_text().splitlines()[line - 1][column - 1 :].startswith(name)
        assert shown[at + 2].index("^") - shown[at + 1].index("|") == column + 1
    assert shown[-1] == f"{tmp_path / 'a.csv'}: its columns are game, move"


def test_overrides(capsys: pytest.CaptureFixture[str]) -> None:
    path = str(CONFIGS / "mnist.yaml")
    assert run(["check", path, "--set", "model.layers.0.lstm.units=8", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["layers"][0]["output_shape"] == [28, 8]
    assert run(["check", path, "--set", "name=a", "--set", "data={source: mnist}"]) == 0
    assert f"next: rnnkit train {path} --set name=a --set 'data={{source: mnist}}'   " in (
        capsys.readouterr().err
    )
    assert run(["check", path, "--set", "training.epoch=1"]) == 2
    expected = "--set training.epoch=1: training: unknown key 'epoch'. Did you mean 'epochs'?\n"
    assert capsys.readouterr().err == expected
