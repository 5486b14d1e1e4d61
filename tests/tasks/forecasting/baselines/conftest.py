"""The series whose classical reference numbers are known."""

import numpy as np
import pytest
from numpy.typing import NDArray

from rnnkit.data.series.section import SeriesData
from rnnkit.tasks.forecasting.dataset import load_dataset

Column = NDArray[np.float64]


def targets_of(**data: object) -> Column:
    """(n, 1) the quantity that a section forecasts."""
    section = SeriesData.model_validate({"lookback": 1, **data})
    return load_dataset(section).series[0].targets


@pytest.fixture(scope="session")
def sunspots() -> Column:
    return targets_of(source="sunspots")


@pytest.fixture(scope="session")
def returns() -> Column:
    """100 * the daily log return of oil."""
    return targets_of(source="wti", missing="drop", quantity=["log_return", {"multiply": 100}])
