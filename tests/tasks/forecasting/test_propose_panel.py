"""Many series at first sight, in rows and in columns."""

from pathlib import Path

import numpy as np
import pytest

from rnnkit.data.look.asked import Asked
from rnnkit.data.look.source import look_at
from rnnkit.tasks import find_task
from rnnkit.tasks.forecasting.propose import propose

SERIES, ROWS = 12, 140


def values() -> list[list[str]]:
    """Waves of seven rows on levels of their own; the later, the shorter."""
    rng = np.random.default_rng(0)
    return [
        [
            f"{10**number * (3 + np.sin(2 * np.pi * t / 7) + rng.normal(0, 0.2)):.4g}"
            for t in range(ROWS - 2 * number)
        ]
        for number in range(SERIES)
    ]


def long_table(path: Path) -> Path:
    rows = [f"s{n},{t + 1},{v}" for n, row in enumerate(values()) for t, v in enumerate(row)]
    path.write_text("\n".join(["shop,day,sold", *rows]) + "\n")
    return path


def wide_table(path: Path) -> Path:
    head = ",".join(f"V{number}" for number in range(1, ROWS + 2))
    rows = [",".join([f"s{n}", *row, *[""] * 2 * n]) for n, row in enumerate(values())]
    path.write_text("\n".join([head, *rows]) + "\n")
    return path


@pytest.mark.parametrize("table", [long_table, wide_table])
def test_one_model_of_many_series(tmp_path: Path, table) -> None:
    made = propose(look_at(str(table(tmp_path / "table.csv")), Asked(horizon=5)))
    assert made is not None
    data = {key.name: key.value for key in made.data}
    names = ("series", "step", "value") if table is wide_table else ("shop", "day", "sold")
    assert (data["series"], data["time"], data["target"]) == names
    assert data["scale"] == {"by": "window"} and data["season"] == 7
    assert data["lookback"] == 63, "whole weeks, within 0.6 of 123 rows but three horizons"
    assert data["split"] == {"validation": {"last": 5}, "test": {"last": 5}}
    assert [key.name for key in made.layers] == ["conv_1d", "gru", "dense"]
    assert made.doubts == []


def test_the_series_are_no_classes(tmp_path: Path) -> None:
    look = look_at(str(long_table(tmp_path / "table.csv")), Asked())
    fits = {name: find_task(name).propose(look) for name in ("forecasting", "classification")}
    ahead, classes = fits["forecasting"], fits["classification"]
    assert ahead is not None and (classes is None or ahead.fit > classes.fit)
    assert ahead.doubts == ["horizon: a season ahead, or what --horizon says"]


def test_without_a_season_one_row_is_forecast(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    rows = [f"s{n},{t},{rng.normal():.3f}" for n in range(SERIES) for t in range(20)]
    (tmp_path / "a.csv").write_text("\n".join(["shop,day,sold", *rows]) + "\n")
    made = propose(look_at(str(tmp_path / "a.csv"), Asked()))
    assert made is not None
    assert made.doubts == ["horizon: one row ahead, or what --horizon says"]


@pytest.mark.parametrize("shops", [1, 12])
def test_codes_of_rows_to_come_are_known(tmp_path: Path, shops: int) -> None:
    """As a holiday is, of one series and of several."""
    rows = [
        f"s{n},2024-{1 + t // 28:02d}-{1 + t % 28:02d},{t % 5 // 4},{v if t < ROWS - 9 else ''}"
        for n, row in enumerate(values()[:1] * shops)
        for t, v in enumerate(row)
    ]
    (tmp_path / "a.csv").write_text("\n".join(["shop,day,holiday,sold", *rows]) + "\n")
    made = propose(look_at(str(tmp_path / "a.csv"), Asked()))
    assert made is not None
    data = {key.name: key.value for key in made.data}
    assert data["known"] == ["holiday"]
    assert data["horizon"] == 9
    assert data["calendar"] == ["day_of_week"]
    assert "missing" not in data
    assert [key.name for key in made.layers] == ["gru", "dense"]
    assert made.doubts == ["known: all of these columns are known when a forecast is made"]


def test_columns_that_are_not_read_are_named(tmp_path: Path) -> None:
    rows = [
        f"s{n},{t},{t % 5 // 4},{v}" for n, row in enumerate(values()) for t, v in enumerate(row)
    ]
    (tmp_path / "a.csv").write_text("\n".join(["shop,day,holiday,sold", *rows]) + "\n")
    made = propose(look_at(str(tmp_path / "a.csv"), Asked(horizon=5)))
    assert made is not None
    [doubt] = made.doubts
    assert doubt.startswith("known: holiday is not read")
