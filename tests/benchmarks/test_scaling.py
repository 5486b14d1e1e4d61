"""How time and memory grow: slopes in golden numbers, and one run over two sizes."""

import json
import math
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.console import Console

from benchmarks.curves import Point, faster_than_arithmetic, plot_curves, slope, slopes_of
from benchmarks.scaling import curves_table, main

SQUARE = [Point(size, 1e-3 * size**2, 1e6 * size, float(size)) for size in (10, 100, 1000)]
ALONE = [Point(4, 0.5, None, 1.0)]


def test_slopes_of_powers() -> None:
    slopes = slopes_of(SQUARE)
    assert slopes == pytest.approx({"time": 2.0, "arithmetic": 1.0, "memory": 1.0})
    assert math.isnan(slope([1, 2], [0.0, 3.0]))


def test_where_time_outgrows_its_arithmetic() -> None:
    late = [*SQUARE[:2], Point(1000, 10 * SQUARE[1].seconds, 1e9, 1000.0)]
    [(begin, end, taken, needed)] = faster_than_arithmetic(late)
    assert (begin, end) == (10, 100)
    assert (taken, needed) == pytest.approx((2.0, 1.0))


@pytest.mark.usefixtures("painted")
def test_table_and_picture(tmp_path: Path) -> None:
    curves = {"T": SQUARE, "workers": ALONE}
    with (console := Console(width=100)).capture() as captured:
        console.print(curves_table(curves))
    text = captured.get()
    assert "10 - 100: 2.00 for 1.00" in text and "nowhere" in text and "nan" not in text
    plot_curves(curves, tmp_path / "curves.png", title="two")
    assert (tmp_path / "curves.png").stat().st_size > 5000


def test_an_axis_that_is_not_there() -> None:
    done = CliRunner().invoke(main, ["--axes", "depth"])
    assert done.exit_code == 2 and "there is no axis 'depth'; there are T, H" in done.output


@pytest.mark.slow
def test_two_sizes(tmp_path: Path) -> None:
    arguments = ["--axes", "T", "--sizes", "3,6", "--output", str(tmp_path)]
    done = CliRunner().invoke(main, arguments, catch_exceptions=False)
    assert done.exit_code == 0
    [path] = tmp_path.glob("scaling-*.json")
    points = json.loads(path.read_text())["curves"]["T"]["points"]
    assert [point["size"] for point in points] == [3, 6]
    assert all(point["seconds"] > 0 and point["bytes"] > 0 for point in points)
    assert path.with_suffix(".png").is_file()
