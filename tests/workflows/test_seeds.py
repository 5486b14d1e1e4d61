"""Several seeds: runs of their own, and the mean and spread of what they measured."""

from pathlib import Path

import pytest

import rnnkit
from rnnkit.reports.evaluation import Evaluation
from rnnkit.workflows.seeds import Spread, spreads, train_seeds
from tests.conftest import small_config
from tests.workflows.resume.stopping import STEPS, InterruptAt

pytestmark = pytest.mark.usefixtures("unpainted")


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
    assert only == Spread("rmse", (1.0, 2.0, 6.0), 2.0)
    assert only.mean == 3.0
    assert only.deviation == pytest.approx(7**0.5)
    assert only.better == 1


def test_more_is_better_for_accuracies() -> None:
    assert Spread("accuracy", (0.5, 0.9), 0.6).better == 1
    assert Spread("loss", (0.5, 0.9), None).better is None


def test_each_seed_has_its_run(data: Path, tmp_path: Path) -> None:
    config = small_config(data, epochs=1)
    seen: list[int] = []
    result = train_seeds(
        config, count=2, runs=tmp_path / "runs", on_run=lambda seed, run: seen.append(seed)
    )
    assert result.seeds == (3, 4) == tuple(seen)
    assert [run.read_metadata()["seed"] for run in result.runs] == [3, 4]
    by_name = {spread.name: spread for spread in result.spreads}
    first = result.runs[0].read_evaluation()
    assert first is not None
    assert by_name["loss"].values[0] == first["loss"]
    assert by_name["loss"].values[0] != by_name["loss"].values[1]
    assert by_name["accuracy"].baseline == first["baseline"]["accuracy"]


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
