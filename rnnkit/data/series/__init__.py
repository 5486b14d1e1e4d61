"""Series of numbers in time, cut into windows: `task: forecasting`."""

from __future__ import annotations

from pathlib import Path

from rnnkit.config.forecasting import ForecastingConfig
from rnnkit.config.stack import InputFacts
from rnnkit.data.series import load
from rnnkit.data.series.dataset import SeriesDataset, WindowPart
from rnnkit.data.series.future import future_part
from rnnkit.data.series.preprocessing import SeriesPreprocessing as Kept
from rnnkit.data.series.store import Series

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
