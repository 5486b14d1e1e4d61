"""What each size of a training takes -> slopes on logarithmic axes, and a picture of them."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, NullFormatter

from rnnkit.reports.plots.figure import MIDDLE, MODEL, dress, head, new_figure, save_figure

NOTICEABLE = 0.1  # a slope beyond its arithmetic by more is named
PANEL_INCHES = 2.2


@dataclasses.dataclass(frozen=True)
class Point:
    """What one size takes.

    Args:
        seconds: of a training step; of an epoch where the examples are counted.
        bytes: the most that the process held beyond what it held before it trained; of examples
            what it allocated at most, all in all; None where several processes train.
        work: the arithmetic, to a constant factor.
    """

    size: int
    seconds: float
    bytes: float | None
    work: float


def slope(sizes: Sequence[float], values: Sequence[float]) -> float:
    """Of a line through the logarithms; NaN where fewer than two values are above 0."""
    pairs = [(size, value) for size, value in zip(sizes, values, strict=True) if value > 0]
    if len(pairs) < 2:
        return float("nan")
    x, y = np.log(np.array(pairs, np.float64)).T
    return float(np.polyfit(x, y, 1)[0])


def faster_than_arithmetic(points: Sequence[Point]) -> list[tuple[int, int, float, float]]:
    """Where time grows faster than its arithmetic: from, to, both slopes."""
    found = []
    for pair in itertools.pairwise(points):
        slopes = slopes_of(pair)
        if slopes["time"] > slopes["arithmetic"] + NOTICEABLE:
            found.append((pair[0].size, pair[1].size, slopes["time"], slopes["arithmetic"]))
    return found


def slopes_of(points: Sequence[Point]) -> dict[str, float]:
    """Of time, of the arithmetic and of memory over all points."""
    sizes = [point.size for point in points]
    columns = {
        "time": [point.seconds for point in points],
        "arithmetic": [point.work for point in points],
        "memory": [point.bytes or 0.0 for point in points],
    }
    return {name: slope(sizes, values) for name, values in columns.items()}


def plot_curves(curves: Mapping[str, Sequence[Point]], path: Path, *, title: str) -> None:
    """A row of panels a size: time and memory against it, dotted what the arithmetic asks.

    Raises:
        RunError: the file cannot be written.
    """
    figure = new_figure(title, height=PANEL_INCHES * len(curves) + 0.5, width=8.0)
    grid = figure.subplots(len(curves), 2, squeeze=False)
    for (axis, points), (left, right) in zip(curves.items(), grid, strict=True):
        slopes = slopes_of(points)
        _draw(left, axis, points, [point.seconds for point in points], up="seconds")
        head(left, axis, f"slope {slopes['time']:.2f}, arithmetic {slopes['arithmetic']:.2f}")
        if megabytes := [point.bytes / 1e6 for point in points if point.bytes is not None]:
            _draw(right, axis, points, megabytes, up="MB")
            head(right, "", f"slope {slopes['memory']:.2f}")
        else:
            right.set_axis_off()
    save_figure(figure, path)


def _draw(
    axes: Axes, axis: str, points: Sequence[Point], values: Sequence[float], *, up: str
) -> None:
    sizes = [point.size for point in points]
    axes.loglog(sizes, values, marker="o", markersize=4, **MODEL)
    if up == "seconds":
        needed = [values[-1] * point.work / points[-1].work for point in points]
        axes.loglog(sizes, needed, **MIDDLE)
    axes.set_xticks(sizes, [_plain(size) for size in sizes])
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.yaxis.set_major_formatter(_plain)
    axes.yaxis.set_minor_formatter(NullFormatter())
    if max(values) < 10 * min(values):  # less than a power of ten: name some in between
        axes.yaxis.set_minor_formatter(_plain)
    dress(axes, axis, up)


@FuncFormatter
def _plain(value: float, place: int | None = None) -> str:
    """`1,000`, `0.01`."""
    return f"{value:,.10g}"
