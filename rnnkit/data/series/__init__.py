"""Series of numbers in time, cut into windows: `task: forecasting`."""

from __future__ import annotations

from pathlib import Path

from rnnkit.config.stack import InputFacts
from rnnkit.data.series.dataset import SeriesDataset, WindowPart
from rnnkit.data.series.preprocessing import SeriesPreprocessing as Kept
from rnnkit.data.series.store import Series
from rnnkit.tasks.forecasting import dataset as load
from rnnkit.tasks.forecasting.config import ForecastingConfig
from rnnkit.tasks.forecasting.future import future_part

__all__ = [
    "Kept",
    "Series",
    "SeriesDataset",
    "WindowPart",
    "future_part",
    "input_facts",
    "load_dataset",
    "read_new",
]


def input_facts(config: ForecastingConfig) -> InputFacts:
    return load.input_facts(config.data)


def load_dataset(config: ForecastingConfig) -> SeriesDataset:
    return load.load_dataset(config.data)


def read_new(path: Path, kept: Kept) -> WindowPart:
    return load.read_new(path, kept)
