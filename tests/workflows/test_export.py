"""`rnnkit export`: it answers as the run does, says what its numbers mean, or leaves nothing."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("onnxruntime")

import rnnkit
from rnnkit.cli.app import run as run_cli
from rnnkit.errors import OptionError, RunError
from rnnkit.files import TEMPORARY, of_this_process
from rnnkit.formats.result import Agreement
from rnnkit.workflows import export as workflow

RUNS = ["trained", "forecasting", "games", "prose"]


def example(folder: Path) -> str:
    """What example.py prints, without rnnkit."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", folder / "example.py"],
        capture_output=True, text=True, cwd=folder, timeout=120,
        env={**os.environ, "PYTHONPATH": ""},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def exported(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    """The result for a run of the session's, by the name of its fixture, each once."""
    found: dict[str, workflow.Export] = {}

    def of(name: str) -> workflow.Export:
        if name not in found:
            folder = tmp_path_factory.mktemp("exported") / name
            found[name] = rnnkit.export(request.getfixturevalue(name), "onnx", output=folder)
        return found[name]

    return of


@pytest.mark.parametrize("name", RUNS)
def test_it_answers_as_the_run(name: str, exported) -> None:
    found = exported(name)
    assert found.agreement.holds and found.agreement.largest_difference < 1e-5
    assert found.agreement.numbers > 0
    said = example(found.folder)
    apart = float(said.split("answers: ")[1].split()[0])
    assert apart < 1e-4, said


def test_what_it_says_of_its_numbers(trained: rnnkit.Run, exported) -> None:
    found = exported("trained")
    card = json.loads((found.folder / "model.json").read_text())
    [port] = card["inputs"]
    assert port["shape"] == ["batch", "steps", 2] and len(port["scale"]["offset"]) == 2
    assert card["answer"]["kind"] == "classes" and card["answer"]["names"] == [0, 1]
    assert card["export"]["agreement"]["largest_difference"] < 1e-5
    x = np.load(found.folder / "examples.npz")["input"]
    predicted = rnnkit.load(trained).predict({"x": x})
    expected = np.load(found.folder / "examples.npz")["output"]
    np.testing.assert_allclose(predicted.probabilities, expected, atol=1e-5)
    assert f"answers: {predicted.predicted}" in example(found.folder)


def test_forecasts_are_in_the_units_of_the_series(forecasting: rnnkit.Run, exported) -> None:
    card = json.loads((exported("forecasting").folder / "model.json").read_text())
    assert card["answer"]["names"] == ["y"]
    assert len(card["answer"]["scale"]["offset"]) == 1


def test_tokens_are_made_up(exported) -> None:
    assert "made up: ['" in example(exported("prose").folder)


def test_quantized_weights_are_scored(games: rnnkit.Run, tmp_path: Path) -> None:
    found = rnnkit.export(games, "onnx", output=tmp_path / "small", quantize="int8")
    before, after = found.scores["accuracy"]
    assert abs(before - after) < 0.1
    assert found.quantized is not None
    assert found.quantized.largest_difference > found.agreement.largest_difference


def test_what_is_there_stays(trained: rnnkit.Run, tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    with pytest.raises(OptionError, match="it is there already: remove it, or name another"):
        rnnkit.export(trained, "onnx", output=tmp_path / "kept")
    with pytest.raises(OptionError, match="make it first"):
        rnnkit.export(trained, "onnx", output=tmp_path / "none" / "new")


@pytest.mark.parametrize("what", ["apart", "interrupted"])
def test_nothing_is_left_of_what_failed_or_was_killed(
    what: str, trained: rnnkit.Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def compare(*_: object, **__: object) -> Agreement:
        if what == "interrupted":
            raise KeyboardInterrupt
        return Agreement(30, 60, 0.5, 1e-4)

    monkeypatch.setattr(workflow, "compare", compare)
    with subprocess.Popen(["true"]) as gone:
        gone.wait()
    killed = of_this_process(TEMPORARY).replace(str(os.getpid()), str(gone.pid))
    (tmp_path / f"{killed}abc" / "model").mkdir(parents=True)
    with pytest.raises((RunError, KeyboardInterrupt)):
        rnnkit.export(trained, "onnx", output=tmp_path / "new")
    assert list(tmp_path.iterdir()) == []


def test_of_two_at_once_the_quicker_stays(
    trained: rnnkit.Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def compare(*_: object, **__: object) -> Agreement:
        (tmp_path / "new" / "model").mkdir(parents=True)
        return Agreement(30, 60, 0.0, 1e-4)

    monkeypatch.setattr(workflow, "compare", compare)
    with pytest.raises(RunError, match="new: another export has made it meanwhile"):
        rnnkit.export(trained, "onnx", output=tmp_path / "new")
    assert [path.name for path in tmp_path.iterdir()] == ["new"]


def test_on_the_command_line(
    trained: rnnkit.Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "new"
    assert run_cli(["export", str(trained.path), "--to", "onnx", "--output", str(folder)]) == 0
    said = capsys.readouterr()
    assert "largest difference" in said.out and "ms of one alone" in said.out
    assert said.err.endswith(f"next: python {folder / 'example.py'}\n")
    assert run_cli(["export", str(trained.path), "--to", "saved_model", "--quantize", "int8"]) == 2
    assert "not for saved_model" in capsys.readouterr().err
