"""Answers to the long-memory problems -> a picture each."""

from __future__ import annotations

import os

import numpy as np
from numpy.typing import ArrayLike

from rnnkit.reports.plots.figure import (
    BLUE,
    INK,
    MOST_SHAPES,
    RIVAL,
    SMALL_SIZE,
    dress,
    legend_below,
    new_figure,
    save_figure,
)
from rnnkit.words import counted


def plot_sums(truth: ArrayLike, answers: ArrayLike, path: str | os.PathLike[str]) -> None:
    """Draw each answer over the true sum, with the right line and the memoryless answer.

    Args:
        truth: (N,) sums.
        answers: (N,) the model's.
        path: the SVG or PNG to write.

    Raises:
        RunError: the file cannot be written.
    """
    y, said = np.asarray(truth), np.asarray(answers)
    figure = new_figure(f"Sums of two marked values, {counted(len(y), 'example')}", height=4.4)
    axes = figure.add_subplot()
    axes.plot([0, 2], [0, 2], color=INK, linewidth=1.2, label="right")
    axes.axhline(1, label="always 1", **RIVAL)
    axes.plot(y, said, ".", markersize=3, color=BLUE, label="this model", zorder=0,
              rasterized=len(y) > MOST_SHAPES)  # fmt: skip
    axes.set_xlim(0, 2)
    axes.set_ylim(min(0.0, float(said.min())), max(2.0, float(said.max())))
    dress(axes, "true sum", "the model's answer")
    axes.legend(loc="upper left", fontsize=SMALL_SIZE, frameon=False)
    save_figure(figure, path)


def plot_recall(hits: ArrayLike, chance: float, path: str | os.PathLike[str]) -> None:
    """Draw the share of examples in which each digit was recalled.

    Args:
        hits: (D,) shares, in the order of the digits.
        chance: the share that guessing reaches.
        path: the SVG or PNG to write.

    Raises:
        RunError: the file cannot be written.
    """
    shares = np.asarray(hits)
    places = np.arange(1, len(shares) + 1)
    figure = new_figure("Digits recalled, by their place", height=3.2)
    axes = figure.add_subplot()
    axes.bar(places, shares, width=0.7, color=BLUE, label="this model")
    axes.axhline(chance, label="guessing", **RIVAL)
    axes.set_xticks(places)
    axes.set_ylim(0, 1.02)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1])
    dress(axes, "place among the digits", "share of the examples")
    legend_below(axes)
    save_figure(figure, path)
