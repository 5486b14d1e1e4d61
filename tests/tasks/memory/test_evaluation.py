"""Losses and scores of the long-memory problems, by hand-computed numbers, and a trained run."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import rnnkit
from rnnkit.cli.app import run as command_line
from rnnkit.config.infer import infer_stack
from rnnkit.config.stack import InputFacts
from rnnkit.errors import DataError
from rnnkit.tasks import load_config
from rnnkit.tasks.memory.config import MemoryConfig
from rnnkit.tasks.memory.objective import objective
from rnnkit.training.objective import Objective
from rnnkit.workflows.evaluate import read_evaluation
from tests.conftest import painting


def config_of(source: str, **training: Any) -> dict[str, Any]:
    return {
        "version": 1,
        "name": source,
        "task": "memory",
        "data": {
            "source": source,
            "length": 4,
            "examples": {"train": 64, "validation": 16, "test": 16},
        },
        "model": {"layers": [{"lstm": {"units": 3}}, "dense"]},
        "training": {"epochs": 2, "batch_size": 16, "jit_compile": False, **training},
        "diagnostics": {"gradients": True},
    }


def objective_of(source: str, metric: str) -> Objective:
    loaded = load_config(config_of(source, metrics=[metric]))
    facts = InputFacts((4, 2), outputs=1) if source == "adding" else InputFacts((24, 10))
    stack = infer_stack(loaded, facts, sequence_output=source == "copy")
    assert isinstance(loaded.config, MemoryConfig)
    return objective(loaded.config, stack)


def test_adding() -> None:
    adding = objective_of("adding", "mean_absolute_error")
    y, said = np.array([1.0, 0.5], np.float32), np.array([[1.5], [0.5]], np.float32)
    assert np.allclose(adding.loss(y, said), [0.25, 0])
    assert np.allclose(adding.metrics["mean_absolute_error"](y, said), [0.5, 0])


def test_copy_counts_all_steps_and_recall_the_last_ten() -> None:
    copy = objective_of("copy", "recall")
    y = np.zeros((1, 24), np.int32)
    y[0, -10:] = 3
    logits = np.zeros((1, 24, 10), np.float32)
    logits[0, -4:, 3] = 99
    loss = np.asarray(copy.loss(y, logits))
    assert np.allclose(loss[0, :20], math.log(10)) and np.allclose(loss[0, 20:], 0)
    recall = np.asarray(copy.metrics["recall"](y, logits))
    assert recall.shape == (1, 10) and recall.sum() == 4


@pytest.fixture(scope="module")
@painting()
def trained(tmp_path_factory: pytest.TempPathFactory) -> rnnkit.Run:
    runs = tmp_path_factory.mktemp("memory")
    return rnnkit.train(config_of("adding"), runs=runs, command=["rnnkit", "train", "x.yaml"])


def test_evaluation_stands_beside_always_one(
    trained: rnnkit.Run, capsys: pytest.CaptureFixture[str]
) -> None:
    values = trained.read_evaluation() or {}
    assert values["baseline_loss"] == pytest.approx(1 / 6, abs=0.15)
    assert values["expected_baseline_loss"] == pytest.approx(1 / 6)
    assert command_line(["evaluate", str(trained.path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == values
    assert (trained.plots / "sums.svg").is_file()
    assert "always 1" in trained.report.read_text(encoding="utf-8")


def test_the_loss_of_each_sequence(trained: rnnkit.Run) -> None:
    opened = rnnkit.load(trained)
    paired = opened.paired(opened.own_data().test)
    loss = (trained.read_evaluation() or {})["loss"]
    assert paired.score == pytest.approx(loss, rel=1e-5)
    assert len(set(paired.keys.tolist())) == len(paired)


def test_its_baseline(trained: rnnkit.Run) -> None:
    found = read_evaluation(trained)
    assert found is not None
    assert found.baseline_numbers == {"loss": found.numbers["baseline_loss"]}


def test_files_are_not_read(trained: rnnkit.Run) -> None:
    with pytest.raises(DataError, match=r"x\.npz: the sequences of 'adding' are generated"):
        rnnkit.load(trained).evaluate("x.npz")


def test_gradients_are_recorded(trained: rnnkit.Run) -> None:
    rows = trained.read_gradients()
    assert [row["epoch"] for row in rows] == [1, 2]
    assert len(rows[0]) == 6 and min(rows[0].values()) > 0
    assert (trained.plots / "gradients.svg").is_file()


@pytest.mark.usefixtures("painted")
def test_copy_from_a_config(tmp_path: Path) -> None:
    run = rnnkit.train(config_of("copy", epochs=1, metrics=["recall"]), runs=tmp_path)
    values = run.read_evaluation() or {}
    assert values["baseline_loss"] == pytest.approx(10 * math.log(8) / 24)
    assert 0 <= values["all_recalled"] <= values["recall"] <= 1
    assert (run.plots / "recall.svg").is_file()
