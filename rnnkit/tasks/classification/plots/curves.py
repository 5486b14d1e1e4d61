"""Ranked examples -> pictures of the ROC and the precision-recall curve, with their areas."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator
from numpy.typing import NDArray

from rnnkit.reports.plots.figure import (
    INK,
    LONGEST_NAME,
    MIDDLE,
    SMALL_SIZE,
    WIDTH,
    dress,
    line_style,
    new_figure,
    save_figure,
)
from rnnkit.tasks.classification.ranked import Ranked
from rnnkit.words import fraction, shorten

CURVES = 8  # more classes than that: those with the smallest areas


def plot_roc(
    ranked: Mapping[str, Ranked], path: str | os.PathLike[str], *, threshold: float | None = None
) -> None:
    """Draw the ROC of each class against all others.

    Args:
        ranked: the classes by name, at least one; of more than CURVES the worst.
        path: the SVG or PNG to write.
        threshold: is marked, where there is one.

    Raises:
        RunError: the file cannot be written.
    """
    figure, axes = _axes(
        _title("ROC", ranked), "false alarms, share of the others", "recall, share found"
    )
    axes.plot([0, 1], [0, 1], label="by chance, 0.5000", **MIDDLE)
    areas = {name: one.roc_area for name, one in ranked.items()}
    for name, style in _shown(areas).items():
        one = ranked[name]
        found, false = np.append(0, one.recall), np.append(0, one.false_alarm_rate)
        axes.plot(false, found, **style)
        _mark(axes, one, one.false_alarm_rate, one.recall, threshold)
    _explain(figure, "area under each")
    save_figure(figure, path)


def plot_precision_recall(
    ranked: Mapping[str, Ranked], path: str | os.PathLike[str], *, threshold: float | None = None
) -> None:
    """Draw precision over recall, each class against all others; the arguments of `plot_roc`."""
    figure, axes = _axes(
        _title("Precision and recall", ranked), "recall, share found", "precision, share right"
    )
    if len(ranked) == 1:
        (only,) = ranked.values()
        share = only.positives / (only.positives + only.negatives)
        label = f"by chance, {fraction(share)}"
        axes.axhline(share, label=label, **MIDDLE)
    areas = {name: one.average_precision for name, one in ranked.items()}
    for name, style in _shown(areas).items():
        one = ranked[name]
        found, right = np.append(0, one.recall), np.append(one.precision[0], one.precision)
        axes.step(found, right, where="pre", **style)
        _mark(axes, one, one.recall, one.precision, threshold)
    _explain(figure, "average precision of each")
    save_figure(figure, path)


def _title(what: str, ranked: Mapping[str, Ranked]) -> str:
    if len(ranked) == 1:
        name, one = next(iter(ranked.items()))
        return f"{what}: \u2018{shorten(name, LONGEST_NAME)}\u2019, {one.positives:,.0f} examples"
    which = f"the {CURVES} lowest of {len(ranked)}" if len(ranked) > CURVES else "each"
    return f"{what}: {which} against the others"


def _axes(title: str, across: str, up: str) -> tuple[Figure, Axes]:
    figure = new_figure(title, height=WIDTH)
    axes = figure.add_subplot()
    dress(axes, across, up)
    axes.set_xlim(-0.01, 1.01)
    axes.set_ylim(-0.01, 1.02)
    axes.xaxis.set_major_locator(MultipleLocator(0.25))
    axes.yaxis.set_major_locator(MultipleLocator(0.25))
    return figure, axes


def _shown(areas: Mapping[str, float]) -> dict[str, dict[str, Any]]:
    """How to draw each class that is shown; the smallest area first."""
    names = sorted(areas, key=lambda name: areas[name])[:CURVES]
    return {
        name: {
            **line_style(number),
            "label": f"{shorten(name, LONGEST_NAME)}, {fraction(areas[name])}",
        }
        for number, name in enumerate(names)
    }


def _mark(
    axes: Axes,
    one: Ranked,
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    threshold: float | None,
) -> None:
    if threshold is None or not (at := np.flatnonzero(one.scores >= threshold)).size:
        return
    place = x[at[-1]], y[at[-1]]
    label = f"threshold {threshold:.3g}"
    axes.plot(*place, "o", markersize=9, color=INK, fillstyle="none", label=label)


def _explain(figure: Figure, title: str) -> None:
    """The legend, below the axes, where no curve can run."""
    figure.legend(
        loc="outside lower center", ncols=2, frameon=False, fontsize=SMALL_SIZE, title=title,
        title_fontsize=SMALL_SIZE,
    )  # fmt: skip
