"""The series whose classical reference numbers are known."""

import numpy as np
import pytest
from numpy.typing import NDArray
from rnnkit.data.load import load_dataset

from rnnkit.tasks import load_config

Column = NDArray[np.float64]


def targets_of(**data: object) -> Column:
    """(n, 1) the quantity that a config forecasts."""
    loaded = load_config(
        {
            "version": 1,
            "name": "reference",
            "task": "forecasting",
            "data": {"lookback": 1, **data},
            "model": {"layers": [{"lstm": {"units": 2}}, {"dense": {}}]},
            "training": {"epochs": 1, "batch_size": 8},
        }
    )
    return load_dataset(loaded.config).series[0].targets


@pytest.fixture(scope="session")
def sunspots() -> Column:
    return targets_of(source="sunspots")


@pytest.fixture(scope="session")
def returns() -> Column:
    """100 * the daily log return of oil."""
    return targets_of(source="wti", missing="drop", quantity=["log_return", {"multiply": 100}])
