"""What the plots share: their size, inks, the words along their axes, and how they are written."""

from __future__ import annotations

import io
import os
import textwrap
import warnings
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from rnnkit.files import replacing, write_text
from rnnkit.words import printable

WIDTH = 5.0  # inches: on a telephone, 372 pixels wide, a point is a pixel
DPI = 256
TITLE_SIZE, TEXT_SIZE, SMALL_SIZE = 11.5, 10, 9  # points
LONGEST_LINE, LONGEST_NOTE = 54, 60  # characters of a title or a note that fit on a line
LONGEST_NAME = 14  # characters of a class name
MOST_SHAPES = 500  # points of a panel that are drawn as shapes; more become pixels

PAPER, INK, FAINT, GRID = "#ffffff", "#222222", "#5f5f5f", "#d4d4d4"
BLUE, ORANGE, GREEN, PURPLE, RED = "#08519c", "#a64b00", "#1b7837", "#762a83", "#b2182b"
BANDS, BAND_EDGE = ("#a6cee8", "#d9e8f5"), "#3d85bd"  # the narrow interval is the darker one
BARS = "#5a9bcb"  # of counts, where no line crosses them

MODEL: dict[str, Any] = {"color": BLUE, "linewidth": 2.0, "linestyle": "-"}
RIVAL: dict[str, Any] = {"color": ORANGE, "linewidth": 1.5, "linestyle": (0, (4, 1.5))}
TRUTH: dict[str, Any] = {"color": INK, "linewidth": 1.1, "linestyle": "-"}
MIDDLE: dict[str, Any] = {"color": FAINT, "linewidth": 1.1, "linestyle": (0, (1, 1.5))}
LINES: tuple[dict[str, Any], ...] = (  # different in colour, width and dashes
    MODEL,
    {"color": ORANGE, "linewidth": 1.8, "linestyle": (0, (4, 1.5))},
    {"color": INK, "linewidth": 1.4, "linestyle": (0, (1, 1))},
    {"color": GREEN, "linewidth": 2.4, "linestyle": (0, (6, 1.5, 1, 1.5))},
    {"color": PURPLE, "linewidth": 1.1, "linestyle": "-"},
    {"color": RED, "linewidth": 1.4, "linestyle": (0, (8, 3))},
)
BLUES = LinearSegmentedColormap.from_list(
    "blues", [PAPER, "#9ecae1", "#2171b5", "#08306b"]
).with_extremes(bad="#eeeeee")  # where there is no value
DIVERGING = LinearSegmentedColormap.from_list(  # from less than 0 over 0 to more
    "diverging", ["#7f3b08", "#e08214", PAPER, "#4393c3", "#08306b"]
).with_extremes(bad="#eeeeee")

# A dark screen turns light and dark about and keeps the hues, in vectors and pixels alike.
DARK = (
    "@media screen and (prefers-color-scheme: dark)"
    "{:root{color-scheme:dark;filter:invert(1) hue-rotate(180deg)}}"
)
_NOT_XML = {0xFFFE: "\ufffd", 0xFFFF: "\ufffd"}
_SVG = {"svg.fonttype": "none", "svg.hashsalt": "rnnkit", "font.sans-serif": ["DejaVu Sans"]}
_NO_METADATA = dict.fromkeys(("Creator", "Date", "Format", "Type"))


def new_figure(title: str, *, height: float, width: float = WIDTH) -> Figure:
    """An empty figure, its size in inches. No pyplot: it would keep every figure alive."""
    layout = ConstrainedLayoutEngine(w_pad=0.06, h_pad=0.06)  # inches
    lines = textwrap.wrap(printable(title), LONGEST_LINE)
    height += 0.18 * (len(lines) - 1)
    figure = Figure(figsize=(width, height), dpi=DPI, layout=layout)
    figure.suptitle("\n".join(lines), fontsize=TITLE_SIZE, color=INK, parse_math=False)
    return figure


def dress(axes: Axes, across: str = "", up: str = "", *, grid: bool = True) -> None:
    """What all plots with two axes have: what their axes are, a grid behind them, two sides."""
    axes.set_xlabel(across, fontsize=SMALL_SIZE, color=FAINT, parse_math=False)
    axes.set_ylabel(up, fontsize=SMALL_SIZE, color=FAINT, parse_math=False)
    if grid:
        axes.grid(color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(which="both", labelsize=SMALL_SIZE, colors=INK, length=0)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(FAINT)


def head(axes: Axes, title: str, note: str = "") -> None:
    """A panel's title, and a note at its right; below the title where both are long."""
    lines = textwrap.wrap(note, LONGEST_NOTE)
    under = len(lines) if len(title) + len(note) > LONGEST_LINE - 8 else 0
    axes.set_title(
        title, loc="left", fontsize=TEXT_SIZE, fontweight="bold", color=INK, parse_math=False,
        pad=6 + 1.4 * SMALL_SIZE * under,
    )  # fmt: skip
    axes.annotate(
        "\n".join(lines), (1, 1), (0, 5), xycoords="axes fraction", textcoords="offset points",
        ha="right", va="bottom", fontsize=SMALL_SIZE, color=FAINT, parse_math=False,
    )  # fmt: skip


def line_style(number: int) -> dict[str, Any]:
    """LINES, and once they are used up, their colours with each other's dashes."""
    dashes = LINES[(number + number // len(LINES)) % len(LINES)]["linestyle"]
    return {**LINES[number % len(LINES)], "linestyle": dashes}


def whole_numbers(axes: Axes, most: int = 8) -> None:
    """Ticks across at whole numbers, at most so many."""
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=most, min_n_ticks=1))


def time_across(axes: Axes, when: NDArray[Any], unit: str = "time") -> None:
    """Dates in short along the axis, and which ones these are below it; or whole numbers."""
    axes.margins(x=0.01)
    if when.dtype.kind != "M":
        axes.set_xlabel(unit, fontsize=SMALL_SIZE, color=FAINT)
        whole_numbers(axes)
        return
    locator = AutoDateLocator(minticks=3, maxticks=7)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(
        ConciseDateFormatter(  # type: ignore[no-untyped-call]
            locator,
            formats=["%Y", "%b", "%d %b", "%H:%M", "%H:%M", "%S.%f"],
            zero_formats=["", "%Y", "%d %b", "%d %b", "%H:%M", "%H:%M"],
            show_offset=False,
        )
    )
    first, last = (str(moment).replace("T", " ") for moment in (when.min(), when.max()))
    axes.set_xlabel(f"time, {_short(first)} to {_short(last)}", fontsize=SMALL_SIZE, color=FAINT)


def legend_below(axes: Axes, columns: int = 3) -> None:
    """The legend under the panel and what is written along it, where it hides nothing."""
    axes.legend(
        fontsize=SMALL_SIZE, frameon=False, ncols=columns, loc="upper center",
        bbox_to_anchor=(0.5, 0), borderaxespad=3.2, handlelength=2.4, columnspacing=1.4,
    )  # fmt: skip


def save_figure(figure: Figure, path: str | os.PathLike[str]) -> None:
    """Write the whole picture or nothing: SVG where the name ends in .svg, else PNG.

    The same figure gives the same bytes. An SVG's text is text, its paper is the page's, and on a
    dark screen its inks are light.

    Raises:
        RunError: the file cannot be written.
    """
    file = Path(path)
    with warnings.catch_warnings():
        # a class name in a script that the font lacks shows as boxes
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        if file.suffix.lower() == ".svg":
            write_text(file, _svg(figure))
            return
        with replacing(file) as temporary:
            FigureCanvasAgg(figure).print_figure(
                temporary, format="png", dpi=DPI, metadata={"Software": None}
            )


def _short(moment: str) -> str:
    """`2023-01-31` for one at midnight, `2023-01-31 06:00` for one at a whole minute."""
    day, _, clock = moment.partition(" ")
    clock = clock.rstrip("0").removesuffix(".") if "." in clock else clock
    return day if not clock.strip("0:") else f"{day} {clock.removesuffix(':00')}"


def _svg(figure: Figure) -> str:
    figure.patch.set_alpha(0)
    for axes in figure.axes:
        axes.patch.set_alpha(0)
    page = io.StringIO()
    with mpl.rc_context(_SVG):  # type: ignore[arg-type]
        FigureCanvasSVG(figure).print_figure(page, format="svg", dpi=DPI, metadata=_NO_METADATA)
    text = page.getvalue().replace("*{stroke", f"{DARK}*{{stroke", 1)
    return printable(text).translate(_NOT_XML)
