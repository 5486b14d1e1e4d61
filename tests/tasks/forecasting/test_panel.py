"""Many series in one model: scaled alone, scored one by one, new ones named."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

import rnnkit
from rnnkit import console
from rnnkit.reports.card import short_lines
from rnnkit.tasks.forecasting.config import ForecastingConfig
from rnnkit.tasks.forecasting.dataset import load_dataset
from rnnkit.tasks.forecasting.evaluation import ForecastEvaluation
from rnnkit.tasks.forecasting.judging import points_of
from rnnkit.tasks.forecasting.trained import TrainedForecaster
from rnnkit.tasks.forecasting.view import details
from rnnkit.workflows.runs import list_runs
from tests.conftest import forecast_config, painting
from tests.server.asking import sample_answered

LEVELS = {"north": 10.0, "south": 1e5, "west": 300.0, "late": 7.0}


def write_panel(path: Path, levels: dict[str, float], rows: int = 60) -> Path:
    """Waves of 12 rows, each series on a level of its own; the last has few rows."""
    lines = ["site,hour,load"]
    for number, (name, level) in enumerate(levels.items()):
        hours = range(rows - 22 if name == "late" else 0, rows)
        noise = np.random.default_rng(number).normal(0, 0.05, rows)
        values = level * (1 + 0.3 * np.sin(np.arange(rows) * 2 * np.pi / 12 + number) + noise)
        lines += [f"{name},{hour},{values[hour]:.6g}" for hour in hours]
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture(scope="module")
@painting()
def panel(tmp_path_factory: pytest.TempPathFactory) -> TrainedForecaster:
    folder = tmp_path_factory.mktemp("panel")
    config = forecast_config(
        source=str(write_panel(folder / "loads.csv", LEVELS)),
        time="hour",
        target="load",
        series="site",
        season=12,
        lookback=12,
        scale={"by": "window"},
        windows_per_series=8,
        split={"validation": {"last": 4}, "test": {"last": 4}},
    )
    return rnnkit.load(rnnkit.train(config, runs=folder))  # type: ignore[return-value]


def test_every_series_is_scored(panel: TrainedForecaster) -> None:
    evaluation = json.loads(panel.run.evaluation.read_text())
    spread = evaluation["by_series"][0]
    assert spread["series"] == 4 and len(spread["mase"]) == len(spread["levels"])
    with (panel.run.path / "series.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert {row["series"] for row in rows} == set(LEVELS)
    assert [row["series"] for row in rows[:4]] == [one["series"] for one in spread["worst"]]
    assert evaluation["mase"] == pytest.approx(np.mean([float(row["mase"]) for row in rows]), 1e-4)
    assert (panel.run.plots / "series.svg").exists()


def test_runs_shows_what_series_are_compared_by(panel: TrainedForecaster) -> None:
    [card] = list_runs(panel.run.path.parent.parent)
    assert card.score is not None
    assert card.score.name == "mase"


def test_the_worst_series_are_named(
    panel: TrainedForecaster, capsys: pytest.CaptureFixture[str]
) -> None:
    evaluation = ForecastEvaluation.model_validate_json(panel.run.evaluation.read_text())
    console.print_result(details(evaluation))
    text = " ".join(capsys.readouterr().out.split())
    worst = evaluation.by_series[0].worst[0].series
    assert f"The worst: {worst} (" in text and "Of 4 series half have a MASE below" in text


def test_the_card_counts_what_does_not_train(panel: TrainedForecaster) -> None:
    card = json.loads((panel.run.path / "data.json").read_text())
    assert card["series"] == {
        "total": 4, "used": 4, "too_short": [], "untrained": ["late"], "unjudged": []
    }  # fmt: skip


def test_a_series_that_a_gap_keeps_from_being_judged_is_named(tmp_path: Path) -> None:
    source = write_panel(tmp_path / "loads.csv", LEVELS)
    lines = source.read_text().splitlines(keepends=True)
    source.write_text("".join(line for line in lines if not line.startswith("west,58,")))
    config = forecast_config(
        source=str(source), time="hour", target="load", series="site", horizon=4, gaps="fill",
        missing="forward_fill", split={"validation": {"last": 4}, "test": {"last": 4}},
    )  # fmt: skip
    card = load_dataset(ForecastingConfig.model_validate(config).data).card
    assert card.parts[-1].size == 3
    assert "4, of which 4 give windows; 1 not judged: west" in dict(short_lines(card))["series"]


def test_a_series_that_the_run_never_saw_is_forecast_and_named(
    panel: TrainedForecaster, tmp_path: Path
) -> None:
    outlook = panel.forecast(data=write_panel(tmp_path / "new.csv", {"east": 1e4, "north": 10.0}))
    assert np.all(abs(outlook.forecast[0] - 1e4) < 1e4) and np.all(outlook.forecast[1] < 30)
    assert any(note.startswith("1 of 2 series is new to the run") for note in outlook.notes)


def test_a_new_series_is_measured_by_its_own_rows(panel: TrainedForecaster, tmp_path: Path) -> None:
    part = panel.read(write_panel(tmp_path / "new.csv", {"elsewhere": 10.0}))
    points = points_of(part, panel.own_data())
    assert len(points.train[0]) > len(points.values[0])  # of all series, to fit models on
    assert points.measuring[0].tolist() == part.store.series[0].targets[:12].tolist()


def test_intervals_are_as_wide_as_a_series_is_large(panel: TrainedForecaster) -> None:
    rows = [row for row in panel.forecast().rows() if row["step"] == 1]
    width = {row["series"]: row["upper_80"] - row["lower_80"] for row in rows}
    for name, level in LEVELS.items():
        assert 0 < width[name] < 5 * level, name


def test_a_server_answers_what_it_makes_up(panel: TrainedForecaster) -> None:
    assert sample_answered(panel.run)
