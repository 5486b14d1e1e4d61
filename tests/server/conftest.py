"""A run on a table, and the servers that tests share."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

import rnnkit
from tests.conftest import small_config
from tests.server.asking import Client, served


def table(rows: int = 60) -> pd.DataFrame:
    """Four numbers in time order, which are larger where the class is `b`."""
    rng = np.random.default_rng(1)
    y = np.arange(rows) % 2
    x = rng.normal(size=(rows, 4)).round(3) + 2 * y[:, None]
    frame = pd.DataFrame(x, columns=[*"pqrs"])
    return frame.assign(y=np.array(["a", "b"])[y])


@pytest.fixture(scope="session")
def wide(tmp_path_factory: pytest.TempPathFactory) -> rnnkit.Run:
    """A run on a table with a row an example."""
    folder = tmp_path_factory.mktemp("wide")
    table().to_csv(folder / "wide.csv", index=False)
    config = small_config(folder / "wide.csv")
    config["data"] |= {"label": "y"}  # type: ignore[operator]
    return rnnkit.train(config, runs=folder / "runs")


@pytest.fixture(scope="module")
def client(wide: rnnkit.Run) -> Iterator[Client]:
    with served(wide) as client:
        yield client


@pytest.fixture(scope="module")
def ahead(forecasting: rnnkit.Run) -> Iterator[Client]:
    with served(forecasting) as client:
        yield client


@pytest.fixture(scope="module")
def letters(prose: rnnkit.Run) -> Iterator[Client]:
    with served(prose) as client:
        yield client
