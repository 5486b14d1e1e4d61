"""`rnnkit search`: what trials see, what goes on after a kill, and what is found."""

import os
import signal
import time
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
import yaml

from rnnkit.config.search import Choices, Range, SearchSection
from rnnkit.errors import ConfigError, DataError, Interrupted, RunError
from rnnkit.run import Run
from rnnkit.workflows.runs import list_runs
from rnnkit.workflows.search import TrialResult, _Pruner, search
from rnnkit.workflows.study import HOLDER, Study, distributions, open_study
from tests.conftest import small_config

UNITS, RATE = "model.layers.0.lstm.units", "training.optimizer.learning_rate"


def searched(data: Path, **section: object) -> dict[str, object]:
    """Two epochs of a tiny LSTM, with a test part, and two parameters."""
    parameters = {UNITS: [2, 4], RATE: {"low": 1e-3, "high": 0.1, "log": True}}
    config = small_config(data)
    config["data"]["split"] = {"validation": 0.25, "test": 0.25}  # type: ignore[index]
    return {**config, "search": {"parameters": parameters, "trials": 2, "prune": False, **section}}


@pytest.mark.usefixtures("painted")
def test_trials_do_not_see_the_test_part_and_the_best_is_trained(
    data: Path, tmp_path: Path
) -> None:
    seen: list[TrialResult] = []
    result = search(searched(data), runs=tmp_path / "runs", on_trial=seen.append)
    trials = sorted((tmp_path / "runs/small-search").glob("2*"))
    assert [Run(path).read_evaluation()["data"] for path in trials] == ["validation"] * 2  # type: ignore[index]
    assert [trial.number for trial in seen] == [0, 1]
    best = min(seen, key=lambda trial: trial.score or 0)
    assert result.trials[0].values == best.values
    written = yaml.safe_load(result.config.read_text())
    assert written["model"]["layers"][0]["lstm"]["units"] == best.values[UNITS]
    assert "search" not in written or written["search"] is None
    assert result.run is not None
    evaluation = result.run.read_evaluation()
    assert evaluation is not None
    assert evaluation["data"] == "test"
    assert "best of 2 trials by val_loss" in result.run.report.read_text()
    # the run of the best config is that trial's, to the bit: only the test part is new
    history = Run(tmp_path / "runs" / result.trials[0].run).read_history()
    again = result.run.read_history()
    assert [row["val_loss"] for row in history] == [row["val_loss"] for row in again]
    # nothing is left to try
    more = search(searched(data), runs=tmp_path / "runs", final=False, on_trial=seen.append)
    assert len(seen) == 2
    assert more.trials == result.trials
    assert (result.folder / "search.svg").exists()


class Stopped(_Pruner):
    """Ctrl-C after the first batch."""

    def on_train_batch_end(self, batch: int, logs: object = None) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.3)  # the watcher hears of it within the step


def test_what_was_stopped_is_tried_again(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config, runs = searched(data, trials=1, prune=True), tmp_path / "runs"
    monkeypatch.setattr("rnnkit.workflows.search._Pruner", Stopped)
    with pytest.raises(Interrupted, match="stopped in trial 0, which will be tried again"):
        search(config, runs=runs)
    journal = (runs / "small-search/search/journal.jsonl").read_text()
    assert "fixed_params" in journal  # of the trial that waits
    assert list_runs(runs)[0].status == "interrupted"


SECTION = SearchSection(parameters={"a": Range(low=1, high=9), "b": Choices(choices=[1, 2])})


def open_one(folder: Path) -> AbstractContextManager[Study]:
    return open_study(folder, SECTION, config={"a": 1}, grows=False, seed=0)


def test_trials_of_a_process_that_is_gone_are_tried_again(tmp_path: Path) -> None:
    with open_one(tmp_path) as first:
        lost = first.ask()
        lost.set_user_attr(HOLDER, ".elsewhere-1.lock")
        own = first.ask()
        assert first.take_back() == 1  # not its own
        again = first.ask()
        assert again.params == lost.params
        first.tell(own, 1.0)
        first.tell(again, None)
        assert first.begun == 2  # and not the one that was lost
    assert not list(tmp_path.glob("*.lock"))


def test_importances_and_order(tmp_path: Path) -> None:
    with open_one(tmp_path) as study:
        for number in range(12):
            trial = study.ask()
            study.tell(trial, float(trial.params["a"]), pruned=number == 11)
        assert study.table[0].score == min(t.score for t in study.table if not t.pruned)
        assert study.table[-1].pruned
        assert study.importances["a"] > 0.9


def test_another_config_is_another_search(tmp_path: Path) -> None:
    with open_one(tmp_path):
        pass
    with (
        pytest.raises(RunError, match="the search there was of another config"),
        open_study(tmp_path, SECTION, config={"a": 2}, grows=False, seed=0),
    ):
        pass


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"search": None}, "there is nothing to search"),
        ({"search": {"parameters": {"training.epoch": [1, 2]}}}, "unknown key 'epoch'"),
        ({"search": {"parameters": {UNITS: {"low": 0, "high": 4}}}}, "units"),
        ({"search": {"parameters": {UNITS: [2, 0, 4]}}}, "units"),
        ({"search": {"parameters": {UNITS: {"low": 9, "high": 4}}}}, "must not be below low"),
        ({"search": {"parameters": {RATE: {"low": 0, "high": 1, "log": True}}}}, "must be above 0"),
    ],
)
def test_what_does_not_fit_is_refused_before_anything_is_trained(
    data: Path, tmp_path: Path, change: dict[str, object], message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        search({**searched(data), **change}, runs=tmp_path / "runs")
    assert list_runs(tmp_path / "runs") == []


def test_without_a_validation_part_of_its_own(data: Path, tmp_path: Path) -> None:
    for split in ({"test": 0.25}, {"test": 0.25, "validation": "test"}):
        config = searched(data)
        config["data"]["split"] = split  # type: ignore[index]
        with pytest.raises(DataError, match=r"set data: \{split: \{validation: 0.1\}\}"):
            search(config, runs=tmp_path / "runs")


def test_ranges_and_choices() -> None:
    section = SearchSection(
        parameters={  # type: ignore[arg-type]
            "whole": {"low": 1, "high": 8, "log": True},
            "real": {"low": 1, "high": 2.5},
            "one": ["a", None, True],
        }
    )
    assert {name: str(d) for name, d in distributions(section).items()} == {
        "whole": "IntDistribution(high=8, log=True, low=1, step=1)",
        "real": "FloatDistribution(high=2.5, log=False, low=1.0, step=None)",
        "one": "CategoricalDistribution(choices=('a', None, True))",
    }
