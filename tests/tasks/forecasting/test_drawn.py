"""Pictures of training rows: which there are, and that nothing held back is in them."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from rnnkit.data.series.section import SeriesData
from rnnkit.tasks.forecasting.dataset import load_dataset
from rnnkit.tasks.forecasting.drawn import draw
from tests.conftest import forecast_config

pytestmark = pytest.mark.usefixtures("painted")


def monthly(folder: Path, *, season: bool, changed: float = 0.0) -> Any:
    """120 months, the last 24 of which are the test part."""
    rows = np.arange(120)
    y = np.random.default_rng(0).normal(size=120) + 5 * season * np.sin(2 * np.pi * rows / 12)
    y[96:] += changed
    months = pd.date_range("2010-01-01", periods=120, freq="MS").strftime("%Y-%m-%d")
    path = folder / f"{season}{changed}.csv"
    pd.DataFrame({"month": months, "y": y}).to_csv(path, index=False)
    config = forecast_config(source=str(path), time="month", target="y")
    return load_dataset(SeriesData.model_validate(config["data"]))


def test_a_season_is_found_drawn_and_on_the_card(tmp_path: Path) -> None:
    dataset = monthly(tmp_path, season=True)
    assert dataset.season.rows == dataset.data.season == dataset.preprocessing.season == 12
    assert not dataset.season.stated
    assert dataset.card.season.strength > 0.8
    names = [path.name for path in draw(dataset, tmp_path)]
    assert names == ["lags.svg", "decomposition.svg"]
    assert all((tmp_path / name).stat().st_size for name in names)


def test_without_a_season_there_are_lags_alone(tmp_path: Path) -> None:
    dataset = monthly(tmp_path, season=False)
    assert dataset.season.rows == 1
    assert dataset.season.looked == (12,)
    assert [path.name for path in draw(dataset, tmp_path)] == ["lags.svg"]


def test_no_row_held_back_is_looked_at(tmp_path: Path) -> None:
    pictures = []
    for number, changed in enumerate((0.0, 1000.0)):
        folder = tmp_path / str(number)
        folder.mkdir()
        dataset = monthly(folder, season=True, changed=changed)
        assert dataset.season.rows == 12
        pictures.append([path.read_bytes() for path in draw(dataset, folder)])
    assert pictures[0] == pictures[1]


def test_what_does_not_change_is_not_drawn(tmp_path: Path) -> None:
    pd.DataFrame({"y": np.ones(120)}).to_csv(tmp_path / "flat.csv", index=False)
    config = forecast_config(source=str(tmp_path / "flat.csv"), target="y")
    dataset = load_dataset(SeriesData.model_validate(config["data"]))
    assert draw(dataset, tmp_path) == []
