"""The evaluation of a next-token model -> PNGs: the loss by position, and the hardest tokens."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullLocator

from rnnkit.reports.plots.figure import (
    FAINT,
    GRID,
    INK,
    SMALL_SIZE,
    TEXT_SIZE,
    dress,
    new_figure,
    save_png,
)
from rnnkit.tasks.next_token.evaluation import NextTokenEvaluation
from rnnkit.tasks.next_token.token_table import shown_token
from rnnkit.tasks.next_token.view import baseline_name
from rnnkit.words import shorten

MODEL: dict[str, Any] = {"color": "#08519c", "linewidth": 2.2, "linestyle": "-"}
BASELINE: dict[str, Any] = {"color": "#e08214", "linewidth": 1.6, "linestyle": (0, (4, 1.5))}
MARKED = 40  # up to so many positions, each has its own marker
LONGEST_TOKEN = 16  # characters
_BAR = 0.27  # inches of height a token


def plot_positions(evaluation: NextTokenEvaluation, path: str | os.PathLike[str]) -> None:
    """Draw the mean loss over the tokens read so far.

    Args:
        evaluation: the evaluation.
        path: the PNG to write.

    Raises:
        RunError: the file cannot be written.
    """
    rows, ngram = evaluation.positions, evaluation.baselines["ngram"]
    text = evaluation.kind == "text"
    figure = new_figure(
        "Loss by tokens read, when a window begins without a past"
        if text
        else "Loss by position in the sequence",
        height=4.2,
    )
    axes = figure.add_subplot()
    numbers = [row.position for row in rows]
    marker: dict[str, Any] = {"marker": "o", "markersize": 4} if len(rows) <= MARKED else {}
    axes.plot(numbers, [row.loss for row in rows], label="this model", **MODEL, **marker)
    name = baseline_name(evaluation, "ngram")
    if text:
        dotted = {**MODEL, "linestyle": (0, (1, 1.5))}
        _level(axes, evaluation.loss, f"with all that stands before: {evaluation.loss:.3f}", dotted)
        _level(axes, ngram.loss, f"{name}: {ngram.loss:.3f}", BASELINE)
        axes.set_xscale("log", base=2)
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.set_xlabel("tokens read (log scale)", fontsize=SMALL_SIZE, color=FAINT)
    else:
        axes.plot(
            numbers, [row.ngram_loss or 0.0 for row in rows], label=name, **BASELINE, **marker
        )
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=10, min_n_ticks=1))
        axes.set_xlabel("position; the first is after <end>", fontsize=SMALL_SIZE, color=FAINT)
    _prepare(axes, "nats a token")
    axes.grid(color=GRID, linewidth=0.6)
    axes.legend(fontsize=SMALL_SIZE, frameon=False, handlelength=2.8)
    save_png(figure, path)


def plot_hardest(evaluation: NextTokenEvaluation, path: str | os.PathLike[str]) -> None:
    """Draw the tokens with the greatest mean loss, the model's beside the n-gram's.

    Args:
        evaluation: the evaluation.
        path: the PNG to write.

    Raises:
        RunError: the file cannot be written.
    """
    rows = evaluation.hardest
    height = 1.2 + _BAR * max(4, len(rows))
    figure = new_figure("The hardest tokens", height=height)
    axes = figure.add_subplot()
    places = range(len(rows))
    axes.barh(places, [row.loss for row in rows], height=0.62, color="#08519c", label="this model")
    axes.plot(
        [row.ngram_loss for row in rows],
        places,
        "D",
        markersize=5,
        color="#e08214",
        markeredgecolor=INK,
        markeredgewidth=0.6,
        linewidth=0,
        label=baseline_name(evaluation, "ngram"),
    )
    names = [f"{shorten(shown_token(row.token), LONGEST_TOKEN)}  × {row.count:,}" for row in rows]
    axes.set_yticks(places, names, fontsize=SMALL_SIZE, parse_math=False)
    axes.invert_yaxis()
    for place, row in zip(places, rows, strict=True):
        text = f" {row.loss:.2f}"  # at the bar's foot, where no diamond stands
        axes.text(0, place, text, va="center", color="white", fontsize=SMALL_SIZE)
    axes.set_xlim(left=0)
    _prepare(axes, "")
    axes.set_xlabel("mean loss, nats", fontsize=SMALL_SIZE, color=FAINT)
    axes.grid(axis="x", color=GRID, linewidth=0.6)
    axes.legend(fontsize=SMALL_SIZE, frameon=False, loc="upper left", ncols=2,
                bbox_to_anchor=(0, 1 + 0.5 / (height - 0.8)))  # fmt: skip
    save_png(figure, path)


def _level(axes: Axes, value: float, label: str, style: Mapping[str, Any]) -> None:
    axes.axhline(
        value, color=style["color"], linewidth=1.4, linestyle=style["linestyle"], label=label
    )


def _prepare(axes: Axes, title: str) -> None:
    axes.set_title(title, loc="left", fontsize=TEXT_SIZE, fontweight="bold", color=INK)
    dress(axes, grid=False)
