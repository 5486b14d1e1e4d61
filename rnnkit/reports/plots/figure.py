"""What the plots share: their size, inks, title, and how they reach the disk."""

from __future__ import annotations

import os
import warnings
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from rnnkit.files import replacing
from rnnkit.words import printable

WIDTH = 8.0  # inches: at 800 pixels on a screen, 10 points are 14 pixels
DPI = 160
TITLE_SIZE, TEXT_SIZE, SMALL_SIZE = 12, 10, 8.5  # points
LONGEST_NAME = 14  # characters of a class name

INK, FAINT, GRID = "#222222", "#666666", "#dddddd"
BLUES = LinearSegmentedColormap.from_list(
    "blues", ["#ffffff", "#9ecae1", "#2171b5", "#08306b"]
).with_extremes(bad="#eeeeee")  # where there is no value


def new_figure(title: str, *, height: float) -> Figure:
    """An empty figure, `height` inches high. No pyplot: it would keep every figure alive."""
    layout = ConstrainedLayoutEngine(w_pad=0.08, h_pad=0.08)  # inches
    figure = Figure(figsize=(WIDTH, height), dpi=DPI, layout=layout)
    figure.suptitle(printable(title), fontsize=TITLE_SIZE, color=INK, parse_math=False)
    return figure


def dress(axes: Axes, *, grid: bool = True) -> None:
    """What all plots with two axes have: a grid behind them, ticks without marks, two sides."""
    if grid:
        axes.grid(color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(which="both", labelsize=SMALL_SIZE, colors=INK, length=0)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(FAINT)


def save_png(figure: Figure, path: str | os.PathLike[str]) -> None:
    """Write the whole PNG or nothing; the same figure gives the same bytes.

    Raises:
        RunError: the file cannot be written.
    """
    canvas = FigureCanvasAgg(figure)
    with replacing(Path(path)) as temporary, warnings.catch_warnings():
        # a class name in a script that the font lacks shows as boxes
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        canvas.print_figure(temporary, format="png", dpi=DPI, metadata={"Software": None})
