"""How a next-token model does -> pictures: the loss by position, and the hardest tokens."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, NullLocator

from rnnkit.reports.plots.figure import (
    BLUE,
    INK,
    MODEL,
    ORANGE,
    PAPER,
    RIVAL,
    SMALL_SIZE,
    dress,
    legend_below,
    new_figure,
    save_figure,
    whole_numbers,
)
from rnnkit.tasks.next_token.evaluation import NextTokenEvaluation
from rnnkit.tasks.next_token.token_table import shown_token
from rnnkit.tasks.next_token.view import baseline_name
from rnnkit.words import shorten

MARKED = 40  # up to so many positions, each has its own marker
LONGEST_TOKEN = 16  # characters
_BAR = 0.27  # inches of height a token


def plot_positions(evaluation: NextTokenEvaluation, path: str | os.PathLike[str]) -> None:
    """Draw the mean loss over the tokens read so far.

    Args:
        evaluation: the evaluation.
        path: the SVG or PNG to write.

    Raises:
        RunError: the file cannot be written.
    """
    rows, ngram = evaluation.positions, evaluation.baselines["ngram"]
    text = evaluation.kind == "text"
    figure = new_figure(
        "Loss by tokens read, a window beginning without a past"
        if text
        else "Loss by position in the sequence",
        height=3.6,
    )
    axes = figure.add_subplot()
    numbers = [row.position for row in rows]
    marker: dict[str, Any] = {"marker": "o", "markersize": 4} if len(rows) <= MARKED else {}
    axes.plot(numbers, [row.loss for row in rows], label="this model", **MODEL, **marker)
    name = baseline_name(evaluation, "ngram")
    if text:
        dotted = {**MODEL, "linestyle": (0, (1, 1.5))}
        _level(axes, evaluation.loss, f"with all that stands before: {evaluation.loss:.3f}", dotted)
        _level(axes, ngram.loss, f"{name}: {ngram.loss:.3f}", RIVAL)
        axes.set_xscale("log", base=2)
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axes.xaxis.set_minor_locator(NullLocator())
        dress(axes, "tokens read (log scale)", "nats a token")
    else:
        axes.plot(numbers, [row.ngram_loss or 0.0 for row in rows], label=name, **RIVAL, **marker)
        whole_numbers(axes, 10)
        dress(axes, "position; the first is after <end>", "nats a token")
    legend_below(axes, columns=1 if text else 2)
    save_figure(figure, path)


def plot_hardest(evaluation: NextTokenEvaluation, path: str | os.PathLike[str]) -> None:
    """Draw the tokens with the greatest mean loss, the model's beside the n-gram's.

    Args:
        evaluation: the evaluation.
        path: the SVG or PNG to write.

    Raises:
        RunError: the file cannot be written.
    """
    rows = evaluation.hardest
    figure = new_figure("Tokens with the greatest mean loss", height=1.2 + _BAR * max(4, len(rows)))
    axes = figure.add_subplot()
    places = range(len(rows))
    axes.barh(places, [row.loss for row in rows], height=0.62, color=BLUE, label="this model")
    axes.plot(
        [row.ngram_loss for row in rows],
        places,
        "D",
        markersize=5,
        color=ORANGE,
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
        axes.text(0, place, text, va="center", color=PAPER, fontsize=SMALL_SIZE)
    axes.set_xlim(left=0)
    dress(axes, "mean loss, nats", "token × count")
    axes.grid(axis="y", visible=False)
    legend_below(axes)
    save_figure(figure, path)


def _level(axes: Axes, value: float, label: str, style: Mapping[str, Any]) -> None:
    axes.axhline(
        value, color=style["color"], linewidth=1.4, linestyle=style["linestyle"], label=label
    )
