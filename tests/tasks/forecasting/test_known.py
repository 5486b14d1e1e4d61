"""A run that reads the rows to forecast too: from the table's own end, and from a file."""

from pathlib import Path

import numpy as np
import pytest

import rnnkit
from rnnkit.errors import DataError
from rnnkit.tasks.forecasting.trained import TrainedForecaster
from tests.conftest import forecast_config
from tests.data.series.small import write_table
from tests.server.asking import sample_answered

ROWS = 120


def columns(rows: int = ROWS, *, future: int = 0) -> dict[str, list[object]]:
    """y has no value in the last rows."""
    k, noise = np.random.default_rng(0).normal(size=(2, rows)).round(3)
    y = [*(k + 4 * noise)[: rows - future].round(3), *([None] * future)]
    return {"y": y, "k": k.tolist(), "sky": ["sun", "rain", "sun"] * (rows // 3)}


def config(source: Path, **data: object) -> dict[str, object]:
    layers = [
        {"concatenate": {"input": "sky", "layers": [{"embedding": {"output_dim": 2}}]}},
        {"bidirectional": {"layer": {"gru": {"units": 2}}}},
        {"dense": {}},
    ]
    found = forecast_config(
        source=str(source), target="y", known=["k", "sky"], categorical=["sky"], lags=[5], **data
    )
    return {**found, "model": {"layers": layers}}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> rnnkit.Run:
    folder = tmp_path_factory.mktemp("known")
    source = write_table(folder / "a.csv", columns(future=3))
    return rnnkit.train(config(source), runs=folder / "runs")


@pytest.fixture(scope="module")
def forecaster(run: rnnkit.Run) -> TrainedForecaster:
    return rnnkit.load(run)  # type: ignore[return-value]


def test_the_table_s_own_end_is_forecast(forecaster: TrainedForecaster) -> None:
    found = forecaster.forecast()
    assert found.times.tolist() == [[117, 118, 119]]
    assert np.isfinite(found.forecast).all()
    assert next(found.rows())["lower_80"] is not None


def test_a_file_that_says_the_same_gives_the_same(
    forecaster: TrainedForecaster, tmp_path: Path
) -> None:
    table = columns(future=3)
    last = {name: table[name][-3:] for name in ("k", "sky")}
    future = write_table(tmp_path / "future.csv", last)
    expected = forecaster.forecast().forecast
    assert forecaster.forecast(future=future).forecast.tolist() == expected.tolist()
    last["k"] = [9, 9, 9]
    changed = write_table(tmp_path / "other.csv", last)
    assert not np.allclose(forecaster.forecast(future=changed).forecast, expected)


def test_new_rows_bring_their_own_future(forecaster: TrainedForecaster, tmp_path: Path) -> None:
    new = write_table(tmp_path / "new.csv", columns(60, future=3))
    assert forecaster.forecast(data=new).times.tolist() == [[57, 58, 59]]
    ended = write_table(tmp_path / "ended.csv", columns(60))
    with pytest.raises(DataError, match="and nobody gives them: give a table of k, sky with"):
        forecaster.forecast(data=ended)
    assert forecaster.evaluate(ended).windows == 49


def test_a_server_answers_what_it_makes_up(run: rnnkit.Run) -> None:
    assert sample_answered(run)
