"""Several seeds or folds: runs of their own, and the mean and spread of what they measured."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import rnnkit
from rnnkit.reports.evaluation import Evaluation
from rnnkit.workflows.repeats import Spread, spreads, train_folds, train_seeds
from tests.conftest import forecast_config, small_config, write_data
from tests.workflows.resume.stopping import STEPS, InterruptAt


class Scored(Evaluation):
    windows: int
    rmse: float
    p_value: float = 0.5
    skill: float | None

    @property
    def baseline_numbers(self) -> dict[str, float]:
        return {"rmse": 2.0}


def test_mean_and_spread_by_hand() -> None:
    evaluations = [
        Scored(task="x", data="test", windows=9, rmse=rmse, skill=skill)
        for rmse, skill in ((1.0, 0.1), (2.0, None), (6.0, 0.2))
    ]
    (only,) = spreads(evaluations)  # counts, probabilities and what is missing once stay out
    assert only == Spread("rmse", (1.0, 2.0, 6.0), (2.0, 2.0, 2.0))
    assert only.mean == 3.0
    assert only.deviation == pytest.approx(7**0.5)
    assert only.better == 1


def test_more_is_better_for_accuracies() -> None:
    assert Spread("accuracy", (0.5, 0.9), (0.6, 0.6)).better == 1
    assert Spread("loss", (0.5, 0.9)).better is None


def test_each_seed_has_its_run(data: Path, tmp_path: Path) -> None:
    config = small_config(data, epochs=1)
    seen: list[str] = []
    result = train_seeds(
        config, count=2, runs=tmp_path / "runs", on_run=lambda seed, run: seen.append(seed)
    )
    assert result.values == (3, 4)
    assert seen == ["seed 3", "seed 4"]
    assert [run.read_metadata()["seed"] for run in result.runs] == [3, 4]
    by_name = {spread.name: spread for spread in result.spreads}
    first = result.runs[0].read_evaluation()
    assert first is not None
    assert by_name["loss"].values[0] == first["loss"]
    assert by_name["loss"].values[0] != by_name["loss"].values[1]
    assert by_name["accuracy"].baselines[0] == first["baseline"]["accuracy"]


def test_nothing_to_compare(data: Path, tmp_path: Path) -> None:
    config = small_config(data, epochs=1)
    config["data"] = {"source": str(data)}
    with pytest.raises(rnnkit.RunError, match="no data were held back"):
        train_seeds(config, count=2, runs=tmp_path / "runs")
    assert len(list(tmp_path.glob("runs/small/2*"))) == 1  # not all of them in vain


def test_interrupted_it_says_what_is_left(data: Path, tmp_path: Path) -> None:
    config = small_config(data, epochs=1)
    watch = rnnkit.Watch(callbacks=[InterruptAt(STEPS + 1)])
    with pytest.raises(rnnkit.Interrupted, match="rnnkit resume") as stopped:
        train_seeds(config, count=4, runs=tmp_path / "runs", watch=watch)
    last = str(stopped.value).splitlines()[-1]
    assert last == "It was seed 4; finished: 3; for 5, 6 start with --set seed=N"


def test_each_fold_is_the_test_part_once(tmp_path: Path) -> None:
    source = write_data(tmp_path / "data.npz", examples=60)
    config: Any = small_config(source, epochs=1)
    config["data"]["split"] = {"validation": 0.25, "test": 0.5}  # which gives way
    result = train_folds(config, count=3, runs=tmp_path / "runs")
    assert result.title == "3 folds, each of which was the test part once"
    mistakes, tested = [], 0
    for fold, run in enumerate(result.runs, start=1):
        evaluation, card = run.read_evaluation(), json.loads(run.card.read_text())
        assert evaluation is not None
        assert evaluation["data"] == "test"
        tested += evaluation["examples"]
        mistakes += [one["example"] for one in evaluation["mistakes"]]
        counts = {part["name"]: part["classes"] for part in card["parts"]}
        assert counts["test"] == [10, 10]
        assert f"test is fold {fold} of 3: dealt by its content" in card["separation"]
    assert tested == 60
    assert len(set(mistakes)) == len(mistakes)
    values = {spread.name: spread for spread in result.spreads}
    assert values["accuracy"].baselines == (0.5, 0.5, 0.5)
    assert rnnkit.evaluate(result.runs[1]).examples == 20  # type: ignore[attr-defined]


def test_folds_that_were_interrupted(tmp_path: Path) -> None:
    config = small_config(write_data(tmp_path / "data.npz", examples=60), epochs=1)
    watch = rnnkit.Watch(callbacks=[InterruptAt(1)])
    with pytest.raises(rnnkit.Interrupted, match="rnnkit resume") as stopped:
        train_folds(config, count=3, runs=tmp_path / "runs", watch=watch)
    last = str(stopped.value).splitlines()[-1]
    assert last == (
        "It was fold 1; finished: none; for 2, 3 start with --set data.split.folds=3 "
        "--set data.split.fold=N"
    )


def test_what_has_no_folds(tmp_path: Path) -> None:
    with pytest.raises(rnnkit.DataError, match="which task: forecasting does not have"):
        train_folds(forecast_config(), count=3, runs=tmp_path / "runs")
    np.savez(tmp_path / "own.npz", **{
        f"{name}_{part}": values for part in ("train", "test")
        for name, values in (("x", np.zeros((8, 3, 1))), ("y", np.arange(8) % 2))
    })  # fmt: skip
    config: Any = small_config(tmp_path / "own.npz")
    config["data"]["split"] = {"validation": "test"}
    with pytest.raises(
        rnnkit.DataError, match=r"its own test part: remove data.split.folds \(=3\)"
    ):
        train_folds(config, count=3, runs=tmp_path / "runs")


@pytest.mark.parametrize(
    ("split", "message"),
    [
        ({"folds": 3}, "folds and fold go together, as in {folds: 5, fold: 1}"),
        ({"fold": 1}, "folds and fold go together"),
        ({"folds": 3, "fold": 4}, r"fold (=4) must be at most folds (=3)"),
        ({"folds": 3, "fold": 1, "test": 0.2}, "a fold is the test part: remove `test`"),
        ({"folds": 3, "fold": 1, "column": "part"}, "`column` says the parts already"),
    ],
)
def test_folds_that_cannot_be(data: Path, split: dict[str, Any], message: str) -> None:
    config: Any = small_config(data)
    config["data"]["split"] = split
    with pytest.raises(rnnkit.ConfigError) as caught:
        rnnkit.check(config)
    assert message in str(caught.value)
