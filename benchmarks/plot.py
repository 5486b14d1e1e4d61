"""A Report -> a PNG: a panel a row, a bar a contender, rnnkit's ratio written beside each."""

from __future__ import annotations

import textwrap
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.results import Report, RowResult
from benchmarks.table import rounded
from rnnkit.reports.plots.figure import (
    BLUE,
    FAINT,
    INK,
    SMALL_SIZE,
    TEXT_SIZE,
    new_figure,
    save_figure,
)
from rnnkit.words import counted

OURS, THEIRS = BLUE, "#8a8a8a"
WIDE = 8.0  # inches: names, bars and ratios stand side by side
BAR_INCHES, PANEL_INCHES = 0.26, 0.62  # a bar; a panel's title and margins
TITLE = 85  # characters of a line
ROOM = 1.75  # the axis over the longest bar, for the text behind it


def plot_report(report: Report, path: Path) -> None:
    """Draw the medians with their spread; rows without a comparison are left out.

    Raises:
        RunError: the file cannot be written.
    """
    shown = [row for row in report.rows if row.contenders and row.overhead is None]
    if not shown:
        return
    heights = [PANEL_INCHES + BAR_INCHES * len(row.contenders) for row in shown]
    figure: Figure = new_figure(_title(report), height=sum(heights) + 0.7, width=WIDE)
    grid = figure.add_gridspec(len(shown), 1, height_ratios=heights)
    for index, row in enumerate(shown):
        _draw(figure.add_subplot(grid[index, 0]), row)
    save_figure(figure, path)


def _title(report: Report) -> str:
    machine = report.machine
    device = machine["gpu"] or f"{machine['cpu']}, {machine['cores']} cores"
    return f"{device}: median of {counted(report.repetitions, 'repetition')}, whiskers min to max"


def _draw(axes: Axes, result: RowResult) -> None:
    names = [contender.name for contender in result.contenders]
    axes.set_title(
        textwrap.fill(f"{result.row.key}  {result.row.title}, {result.row.unit}", TITLE),
        loc="left",
        fontsize=TEXT_SIZE,
        color=INK,
    )
    longest = 0.0
    for place, contender in enumerate(result.contenders):
        speed, ratio = result.speed(contender), result.times_as_fast(contender)
        ours = contender is result.rnnkit
        whiskers = [[speed.median - speed.min], [speed.max - speed.median]]
        axes.barh(place, speed.median, height=0.72, color=OURS if ours else THEIRS, zorder=2)
        axes.errorbar(
            speed.median, place, xerr=whiskers, color=INK, linewidth=1, capsize=2.5, zorder=3
        )
        text = f"  {rounded(speed.median)}"
        if ratio is not None:
            text += f"   rnnkit is {ratio.median:.2f} x as fast"
        elif (share := result.roof_share(contender)) is not None:
            text += f"   {100 * share:.0f} % of the roof"
        weight = "bold" if ours else "normal"
        axes.text(speed.max, place, text, va="center", size=SMALL_SIZE, color=INK, weight=weight)
        longest = max(longest, speed.max)
    axes.set_yticks(range(len(names)), names, fontsize=SMALL_SIZE)
    axes.invert_yaxis()
    axes.set_xlim(0, longest * ROOM)
    axes.set_xticks([])
    axes.tick_params(length=0, colors=INK)
    axes.spines[["top", "right", "bottom"]].set_visible(False)
    axes.spines["left"].set_color(FAINT)
