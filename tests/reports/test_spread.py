"""The table of several seeds."""

from rnnkit.reports.spread import spread_table
from rnnkit.workflows.repeats import Spread
from tests.reports.test_tables import text


def test_mean_and_spread_beside_the_baseline() -> None:
    rows = [
        Spread("rmse", (19.0, 20.0, 21.0), (19.5, 19.5, 19.5)),
        Spread("scaled_loss", (1e-4, 2e-4, 3e-4)),
    ]
    shown = text(spread_table("3 runs, seeds 3 to 5", rows))
    cells = [line.split() for line in shown.splitlines()]
    assert ["rmse", "20.00", "1", "19.00", "21.00", "19.50"] in cells
    assert ["scaled", "loss", "0.0002", "0.0001", "0.0001", "0.0003", "–"] in cells
    assert "3 runs, seeds 3 to 5" in shown
    assert "Better than the best baseline: rmse in 1 of 3." in shown


def test_it_fits_60_columns() -> None:
    rows = [Spread("direction_accuracy", (0.50001, 0.52, 0.5), (0.51, 0.51, 0.51))]
    shown = text(spread_table("3 runs", rows), 60)
    assert max(map(len, shown.splitlines())) <= 60
    assert "direction accuracy" in " ".join(shown.split())


def test_nothing_to_be_better_than() -> None:
    assert "Better" not in text(spread_table("2 runs", [Spread("loss", (1.0, 2.0))]))
