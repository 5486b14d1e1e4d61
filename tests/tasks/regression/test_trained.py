"""Trained runs of windows and of arrays: judged, asked, stopped and taken up again."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import rnnkit
from rnnkit.cli.app import run as command
from rnnkit.errors import DataError
from rnnkit.tasks.regression.evaluation import RegressionEvaluation
from rnnkit.tasks.regression.objective import gaussian, moments
from rnnkit.tasks.regression.trained import TrainedRegressor
from tests.conftest import painting
from tests.crash.fingerprint import fingerprint
from tests.server.asking import sample_answered
from tests.tasks.regression.small import WINDOWS, machines, values_of
from tests.workflows.resume.stopping import KillAt, every_step, stopped


@pytest.fixture(scope="module")
def source(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("source") / "m.csv"
    machines().to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
@painting()
def run(source, tmp_path_factory) -> rnnkit.Run:
    """Windows with a spread, of which the last of each machine counts."""
    values = values_of(
        source, loss="gaussian", evaluate={"at": "last"}, **WINDOWS | {"clip": {"maximum": 8}}
    )
    return rnnkit.train(values, runs=tmp_path_factory.mktemp("runs"))


@pytest.fixture(scope="module")
def trained(run) -> TrainedRegressor:
    return rnnkit.load(run)


@pytest.fixture(scope="module")
def evaluation(run) -> RegressionEvaluation:
    return RegressionEvaluation.model_validate_json(run.evaluation.read_text())


def test_what_is_judged(trained, evaluation, run):
    test = trained.own_data().test
    last = test.take(test.last)
    answers = trained.answers(last).values[:, 0]
    assert (evaluation.examples, evaluation.units, evaluation.at) == (10, 10, "last")
    assert (last.actual == 0).all()
    assert evaluation.rmse == pytest.approx(np.sqrt(np.mean(answers**2)))
    assert evaluation.r2 is None  # every machine ends with 0
    assert answers.max() <= 8
    paired = trained.paired(test)
    assert (len(paired), paired.noun, paired.score) == (
        10,
        "window",
        pytest.approx(evaluation.rmse),
    )
    assert list(evaluation.targets[0].baselines) == [
        "mean",
        "ridge on the last row",
        "ridge on all rows",
    ]
    train = trained.own_data().train.actual
    assert evaluation.targets[0].baselines["mean"].rmse == pytest.approx(train.mean())
    assert {path.name for path in run.plots.iterdir()} >= {
        "predicted.svg",
        "residuals.svg",
        "courses.svg",
    }
    assert "RMSE on test: 10 windows, the last one of each sequence" in run.report.read_text()


def test_the_last_row_tells_what_is_left(evaluation):
    """heat = 10 - left + noise of half a row: ridge must find that."""
    assert evaluation.best_baseline.startswith("ridge")
    assert evaluation.baseline.rmse < 1


def test_intervals_are_split_conformal(trained, evaluation):
    dataset = trained.own_data()
    answers = trained.answers(dataset.validation)
    errors = np.abs(answers.mean - dataset.validation.y) / answers.deviation
    width = trained.widths(dataset)[0.8]
    assert width[0] == pytest.approx(
        np.sort(errors[:, 0])[int(np.ceil(0.8 * (len(errors) + 1))) - 1]
    )
    low, high = answers.interval(width)
    within = np.mean((low <= dataset.validation.actual) & (dataset.validation.actual <= high))
    assert within >= 0.8
    assert [band.level for band in evaluation.targets[0].intervals] == [0.8, 0.95]
    assert all(0 <= band.coverage <= 1 for band in evaluation.targets[0].intervals)


def test_on_the_part_that_made_them_nothing_measures_intervals(trained):
    dataset = trained.own_data()
    judged = trained.judge(dataset.validation, name="validation", dataset=dataset)
    assert [band.coverage for band in judged.evaluation.targets[0].intervals] == [None, None]


def test_without_the_own_data_the_mean_remains(trained):
    dataset = trained.own_data()
    [target] = trained.judge(dataset.test, name="new", dataset=None).evaluation.targets
    assert target.baselines.keys() == {"mean"}
    assert target.baselines["mean"].rmse == pytest.approx(dataset.train.actual.mean())
    assert target.intervals == ()


def test_the_gaussian_loss_is_the_density():
    y = np.array([[0.5, -1.0]], np.float32)
    outputs = np.array([[0.0, 1.0, 0.3, -0.7]], np.float32)

    class Gaussian:
        is_gaussian = True

    mean, deviation = moments(Gaussian(), outputs)
    expected = 0.5 * ((y - mean) / deviation) ** 2 + np.log(deviation * np.sqrt(2 * np.pi))
    np.testing.assert_allclose(np.asarray(gaussian(y, outputs)), expected, rtol=1e-5)


def test_predict_the_last_of_each(trained):
    new = machines(3, seed=5).drop(columns=["left", "cost", "part"])
    found = trained.predict(new)
    assert found.names == ["m0", "m1", "m2"]
    assert found.ends == new.groupby("unit", sort=False).size().tolist()
    rows = found.rows()
    assert list(rows[0]) == [
        "example", "row", "target", "predicted", "low_80", "high_80", "low_95", "high_95",
    ]  # fmt: skip
    for row in rows:
        assert row["low_95"] <= row["low_80"] <= row["predicted"] <= row["high_80"]


def test_on_the_command_line(run, tmp_path, capsys):
    machines(3, seed=5).to_csv(tmp_path / "new.csv", index=False)
    assert command(["predict", str(run.path), "--data", str(tmp_path / "new.csv")]) == 0
    head, *rows = capsys.readouterr().out.splitlines()
    assert head == "example,row,predicted,low_80,high_80,low_95,high_95"
    assert [row.split(",")[0] for row in rows] == ["m0", "m1", "m2"]
    gate = ["evaluate", str(run.path), "--data", str(tmp_path / "new.csv"), "--max", "rmse=0"]
    assert command(gate) == 3
    said = " ".join(capsys.readouterr().out.split())
    assert "3 windows, the last one of each sequence" in said


def test_inspect(run, capsys):
    assert command(["inspect", str(run.path)]) == 0
    assert "lstm" in capsys.readouterr().out


def test_resumed_bit_for_bit(source, tmp_path):
    values = values_of(source, **WINDOWS | {"window": 6, "shortest": 4})
    values["training"]["epochs"] = 2
    whole = rnnkit.train(values, runs=tmp_path / "whole")
    run = stopped(every_step(values), tmp_path, KillAt(9))
    rnnkit.resume(run)
    assert fingerprint(run.path) == fingerprint(whole.path)


@pytest.fixture(scope="module")
def arrays(tmp_path_factory) -> rnnkit.Run:
    """Two numbers of a sequence, the logarithm learnt, without a validation part."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(60, 4, 2))
    y = np.exp(np.stack([x[:, -1, 0], x.mean(axis=(1, 2))], axis=1))
    given = {"x_train": x[:40], "y_train": y[:40], "x_test": x[40:], "y_test": y[40:]}
    values = values_of("given", log=True)
    del values["data"]["source"]
    return rnnkit.train(values, data=given, runs=tmp_path_factory.mktemp("arrays"))


def test_several_targets_of_arrays(arrays):
    evaluation = RegressionEvaluation.model_validate_json(arrays.evaluation.read_text())
    assert evaluation.rmse is None
    assert [target.target for target in evaluation.targets] == ["y[0]", "y[1]"]
    assert evaluation.targets[0].intervals == ()
    assert evaluation.targets[0].intervals_note == (
        "the run has no validation part to take errors from"
    )
    assert set(evaluation.targets[0].baselines) == {
        "mean",
        "ridge on the last row",
        "ridge on all rows",
    }
    assert 0.5 < evaluation.targets[1].baselines["ridge on all rows"].r2 <= 1
    trained = rnnkit.load(arrays)
    shares = [1 - target.r2 for target in evaluation.targets]
    assert trained.paired(trained.own_data().test).score == pytest.approx(np.mean(shares) ** 0.5)


def test_arrays_are_predicted_without_answers(arrays):
    found = rnnkit.load(arrays).predict({"x": np.zeros((3, 4, 2))}, on_message=lambda text: None)
    assert found.names == ["0", "1", "2"]
    assert found.ends is None
    assert found.low == {}
    assert found.values.shape == (3, 2)
    assert (found.values > 0).all()
    assert list(found.rows()[0]) == ["example", "target", "predicted"]


def test_new_arrays_of_another_form(arrays):
    trained = rnnkit.load(arrays)
    with pytest.raises(DataError, match="3 features a time step, but the run was trained on 2"):
        trained.predict({"x": np.zeros((3, 4, 3))})
    with pytest.raises(DataError, match="1 numbers an example to predict"):
        trained.evaluate({"x": np.zeros((3, 4, 2)), "y": np.ones(3)})


def test_frames_from_python(tmp_path):
    values = values_of("given", loss="huber", **WINDOWS)
    del values["data"]["source"]
    run = rnnkit.train(values, data=machines(), runs=tmp_path)
    found = rnnkit.load(run).predict(pd.DataFrame(machines(1)))
    assert len(found.values) == len(machines(1)) - 3


def test_a_server_answers_what_it_makes_up(run: rnnkit.Run) -> None:
    assert sample_answered(run)
