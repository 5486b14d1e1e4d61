"""`inspect`: runs and configs, one and several; what it says and where its pictures go."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import rnnkit
from rnnkit import console
from rnnkit.cli.app import run
from rnnkit.config.document import dump_document
from rnnkit.data import ram as memory
from rnnkit.reports.inspection import inspection_tables
from rnnkit.workflows.inspect import Comparison, Inspected, compare, inspect
from tests.conftest import painting, small_config, write_data

COPY: dict[str, Any] = {
    "version": 1,
    "name": "waiting",
    "task": "memory",
    "data": {"source": "copy", "length": 3, "examples": {"train": 40, "validation": 8, "test": 8}},
    "model": {
        "layers": [{"embedding": {"output_dim": 3}}, {"gru": {"units": 3}}, "dense"],
    },
    "training": {"epochs": 1, "batch_size": 8, "jit_compile": False},
}


@pytest.fixture(scope="module")
@painting()
def of_run(trained: rnnkit.Run) -> Inspected:
    return inspect(trained, examples=20)


@pytest.fixture(scope="module")
@painting()
def compared(trained: rnnkit.Run, tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    folder = tmp_path_factory.mktemp("compared")
    config = folder / "copy.yaml"
    config.write_text(dump_document(COPY), encoding="utf-8")
    return compare([trained, config], examples=10, output=folder / "pictures")


def test_a_run_is_looked_at_as_it_was_trained(of_run: Inspected, trained: rnnkit.Run) -> None:
    assert (of_run.name, of_run.trained, of_run.inspection.examples) == ("small", True, 20)
    assert {path.parent for path in of_run.plots} == {trained.plots}
    assert {path.name for path in of_run.plots} == {
        "gradient_flow.svg", "states.svg", "state_example.svg", "gates.svg",
    }  # fmt: skip
    assert all(path.stat().st_size > 5000 for path in of_run.plots)


def test_a_run_on_data_that_were_converted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "SHARE", 1 << 60)
    x, y = np.arange(200.0).reshape(20, 5, 2), np.arange(20) % 2
    np.savez_compressed(tmp_path / "a.npz", x_train=x, y_train=y)
    config = small_config(tmp_path / "a.npz", epochs=1)
    done = rnnkit.train(config, runs=tmp_path / "runs")
    assert inspect(done, examples=5).inspection.examples == 5


def test_its_weights_are_the_runs(of_run: Inspected, trained: rnnkit.Run) -> None:
    """The norms of model.keras."""
    model = rnnkit.load(trained).model
    expected = [float(np.linalg.norm(w)) for w in model.get_weights()]
    assert [w.norm for w in of_run.inspection.weights] == pytest.approx(expected, rel=1e-5)


def test_several(compared: Comparison) -> None:
    assert compared.labels == ("small", "waiting, before training")
    assert compared.plot.name == "comparison.svg" and compared.plot.stat().st_size > 5000
    flows = [one.inspection.layers[0].flow.norms for one in compared.inspected]
    assert [len(norms) for norms in flows] == [5, 23]
    values = json.loads(json.dumps(compared.as_dict(), allow_nan=False))
    assert [one["label"] for one in values["compared"]] == list(compared.labels)


def test_table(
    trained: rnnkit.Run,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    assert run(["inspect", str(trained.path), "--examples", "8", "--output", str(tmp_path)]) == 0
    said = capsys.readouterr()
    assert "small: 8 training examples" in said.out
    assert "lstm_1   h " in said.out and "lstm_1   input" in said.out
    assert max(map(len, said.out.splitlines())) <= 60
    assert f"plot: {tmp_path / 'gates.svg'}" in said.err


def test_recorded_gradients_are_shown(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = small_config(data)
    run_ = rnnkit.train({**config, "diagnostics": {"gradients": True}}, runs=tmp_path / "runs")
    found = inspect(run_, examples=8, output=tmp_path)
    values = json.loads(json.dumps(found.as_dict(), allow_nan=False))
    assert [row["epoch"] for row in values["recorded"]] == [1, 2]
    assert {*values["recorded"][0]} == {"epoch", *(w["name"] for w in values["weights"])}
    assert (tmp_path / "gradients.svg").is_file()
    console.print_result(inspection_tables(found))
    said = capsys.readouterr().out
    assert "gradient norm of" in said and "epoch 1   epoch 2" in said


def test_a_config_before_training(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("copy.yaml").write_text(dump_document(COPY), encoding="utf-8")
    options = ["--json", "--examples", "4", "--set", "model.layers.1.gru.units=2"]
    assert run(["inspect", "copy.yaml", *options]) == 0
    values = json.loads(capsys.readouterr().out)
    assert (values["name"], values["trained"], values["examples"]) == ("waiting", False, 4)
    assert values["layers"][0]["units"] == 2
    assert (tmp_path / "inspect" / "waiting" / "gradient_flow.svg").is_file()


def test_mistakes(trained: rnnkit.Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["inspect", "a.yaml", "b.yaml"]) == 2
    assert "add --compare" in capsys.readouterr().err
    assert run(["inspect", str(trained.path), "--set", "seed=1"]) == 2
    assert "--set is for configs" in capsys.readouterr().err
    assert run(["inspect", "no-such-run"]) == 1
    assert "no run 'no-such-run'" in capsys.readouterr().err


def test_a_run_that_diverged_is_seen_at_its_last_good_checkpoint(tmp_path: Path) -> None:
    config = small_config(write_data(tmp_path / "data.npz"))
    config["training"]["optimizer"] = {"name": "sgd", "learning_rate": 1e38}
    with pytest.raises(rnnkit.DivergedError):
        rnnkit.train(config, runs=tmp_path / "runs")
    [run] = (tmp_path / "runs").glob("*/2*")
    assert not (run / "model.keras").exists()
    found = inspect(rnnkit.Run(run), examples=10, output=tmp_path / "pictures")
    assert all(np.isfinite(layer.flow.norms).all() for layer in found.inspection.layers)
