"""A walk on which the network is trained anew: borders, folders, numbers, going on."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import rnnkit
from rnnkit.data.series.section import SeriesData, TimeSplit
from rnnkit.tasks.forecasting.dataset import load_dataset
from rnnkit.tasks.forecasting.judging import every_origin
from rnnkit.tasks.forecasting.retraining import blocks_of
from rnnkit.tasks.forecasting.trained import TrainedForecaster
from tests.conftest import forecast_config


def dataset_of(**data: object) -> Any:
    return load_dataset(SeriesData.model_validate(forecast_config(**data)["data"]))


def dated(folder: Path, names: list[str], rows: int = 60) -> Path:
    """Daily series, each begins a day after the one before."""
    frames = [
        pd.DataFrame(
            {
                "day": pd.date_range("2024-01-01", periods=rows)[number:],
                "id": name,
                "y": np.random.default_rng(number).normal(size=rows - number),
            }
        )
        for number, name in enumerate(names)
    ]
    pd.concat(frames).to_csv(folder / "daily.csv", index=False)
    return folder / "daily.csv"


def test_blocks_cover_the_walk_and_keep_the_validation_part() -> None:
    dataset = dataset_of()
    walk = every_origin(dataset.test)
    first, *others = blocks_of(dataset, walk, dataset.data.split, every=9)
    assert first.borders == ()
    assert (first.begins, len(first.windows)) == ("96", 9)
    # 36 of 120 rows are validation's, right before
    assert others[0].borders == ("data.split.test=105", "data.split.validation=69")
    found = np.concatenate([first.windows, *(block.windows for block in others)])
    assert np.array_equal(found, np.arange(len(walk)))


def test_series_that_begin_apart_share_borders_in_time(tmp_path: Path) -> None:
    path = dated(tmp_path, ["a", "b"])
    columns = {"time": "day", "target": "y", "series": "id", "horizon": 1}
    dataset = dataset_of(source=str(path), **columns)
    walk = every_origin(dataset.test)
    blocks = list(blocks_of(dataset, walk, dataset.data.split, every=5))
    assert blocks[1].begins == "2024-02-23"
    assert blocks[1].borders == (
        'data.split.test="2024-02-23"',
        'data.split.validation="2024-02-05"',
    )
    assert [len(block.windows) for block in blocks] == [10, 10, 4]


def test_the_last_rows_of_each_series_are_moved_by_rows(tmp_path: Path) -> None:
    path = dated(tmp_path, ["a", "b"])
    split = {"validation": {"last": 6}, "test": {"last": 12}}
    columns = {"time": "day", "target": "y", "series": "id", "horizon": 1, "split": split}
    dataset = dataset_of(source=str(path), **columns)
    walk = every_origin(dataset.test)
    blocks = list(blocks_of(dataset, walk, dataset.data.split, every=8))
    assert [block.borders for block in blocks] == [(), ("data.split.test.last=4",)]
    assert [len(block.windows) for block in blocks] == [16, 8]
    shares = TimeSplit.model_validate({"validation": {"last": 6}, "test": 0.2})
    with pytest.raises(rnnkit.RunError, match="is a share of each series"):
        list(blocks_of(dataset, walk, shares, every=8))


def test_a_series_shorter_than_the_test_part_is_walked_with_the_others(tmp_path: Path) -> None:
    rows = [f"a,{row},{row % 7}" for row in range(60)]
    rows += [f"b,{row},{row % 5}" for row in range(51, 60)]
    (tmp_path / "x.csv").write_text("\n".join(["id,t,y", *rows]))
    split = {"validation": {"last": 6}, "test": {"last": 12}}
    columns = {"time": "t", "target": "y", "series": "id", "horizon": 1, "split": split}
    dataset = dataset_of(source=str(tmp_path / "x.csv"), lookback=3, **columns)
    walk = every_origin(dataset.test)
    blocks = list(blocks_of(dataset, walk, dataset.data.split, every=8))
    # of b rows 54 and 55 are forecast by the first network, as those of a up to 55 are
    assert [(block.begins, len(block.windows)) for block in blocks] == [("48", 10), ("56", 8)]


def test_the_longest_series_may_end_before_the_borders(tmp_path: Path) -> None:
    rows = [f"a,{row},{row % 7}" for row in range(80)]
    rows += [f"b,{row},{row % 5}" for row in range(50, 120)]
    (tmp_path / "x.csv").write_text("\n".join(["id,t,y", *rows]))
    columns = {"time": "t", "target": "y", "series": "id", "horizon": 1}
    split = {"validation": 0.1, "test": 0.2}
    dataset = dataset_of(source=str(tmp_path / "x.csv"), lookback=3, split=split, **columns)
    walk = every_origin(dataset.test)
    _, later = blocks_of(dataset, walk, dataset.data.split, every=12)
    assert later.borders == ("data.split.test=108", "data.split.validation=96")


@pytest.fixture(scope="module")
def forecaster(tmp_path_factory: pytest.TempPathFactory) -> TrainedForecaster:
    """One step ahead, as short as it can be."""
    config = forecast_config(horizon=1, split={"validation": 0.1, "test": 0.1})
    run = rnnkit.train(config, runs=tmp_path_factory.mktemp("walked"))
    return rnnkit.load(run)  # type: ignore[return-value]


def test_a_walk_is_what_its_networks_say(forecaster: TrainedForecaster, tmp_path: Path) -> None:
    heard: list[str] = []
    found = forecaster.walk_forward(retrain_every=8, on_message=heard.append)
    assert found.walk_forward == "retrain"
    assert [(one.begins, one.windows) for one in found.stretches] == [("108", 8), ("116", 4)]
    assert heard[0].startswith("every 8 rows: 1 training, about ")
    assert heard[1].startswith("training 1 of 1: on the rows before 116, 100 windows, in ")
    (folder,) = forecaster.run.walk_forward.glob("every-8/from-*")
    assert folder.name == "from-116"
    assert not (folder / "checkpoints").exists()
    # the same config with these borders, trained by itself
    config = forecast_config(horizon=1, split={"validation": 104, "test": 116})
    alone = rnnkit.train(config, runs=tmp_path).read_evaluation()
    assert alone is not None
    assert found.stretches[1].rmse[0] == pytest.approx(alone["rmse"], rel=1e-6)
    own = forecaster.run.read_evaluation()
    assert own is not None
    table = pd.read_csv(forecaster.run.path / "origins-walk-forward.csv")
    assert len(table) == 12
    assert np.sqrt(np.mean(table["rmse"] ** 2)) == pytest.approx(found.rmse, rel=1e-4)
    assert own["rmse"] != pytest.approx(found.rmse)
    # stopped before it was complete: goes on, and comes to the same
    again = rnnkit.Run(folder)
    again.model.unlink()
    again.update_metadata(status="interrupted")
    assert forecaster.walk_forward(retrain_every=8, on_message=heard.append) == found
    assert again.read_metadata()["resumed"] == 1
    # what another config has trained is not taken for this one's
    text = again.resolved_config.read_text().replace("epochs: 2", "epochs: 3")
    again.resolved_config.write_text(text)
    with pytest.raises(rnnkit.RunError, match="trained with another config: delete"):
        forecaster.walk_forward(retrain_every=8, on_message=heard.append)


def test_a_stopped_training_says_that_the_walk_goes_on(forecaster: TrainedForecaster) -> None:
    def stopped(folder: Path, overrides: object) -> Any:
        raise rnnkit.Interrupted("stopped", exit_code=130)

    quiet: Callable[[str], None] = lambda text: None  # noqa: E731
    one = dataclasses.replace(forecaster, again=stopped)
    with pytest.raises(rnnkit.Interrupted, match=r"in training 1 of 2; .* same command goes on"):
        one.walk_forward(retrain_every=4, on_message=quiet)
