"""Answers to the long-memory problems -> a PNG each."""

from __future__ import annotations

import os

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from rnnkit.reports.plots.figure import FAINT, INK, SMALL_SIZE, dress, new_figure, save_png
from rnnkit.words import counted

BLUE, ORANGE = "#08519c", "#e08214"


def plot_sums(truth: ArrayLike, answers: ArrayLike, path: str | os.PathLike[str]) -> None:
    """Draw each answer over the true sum, with the right line and the memoryless answer.

    Args:
        truth: (N,) sums.
        answers: (N,) the model's.
        path: the PNG to write.

    Raises:
        RunError: the file cannot be written.
    """
    y, said = np.asarray(truth), np.asarray(answers)
    figure = new_figure(f"Sums of two marked values, {counted(len(y), 'example')}", height=5.2)
    axes = figure.add_subplot()
    axes.plot([0, 2], [0, 2], color=INK, linewidth=1.2, label="right")
    axes.axhline(1, color=ORANGE, linewidth=1.6, linestyle=(0, (4, 1.5)), label="always 1")
    axes.plot(y, said, ".", markersize=3, color=BLUE, label="this model", zorder=0)
    axes.set_xlim(0, 2)
    axes.set_ylim(min(0.0, float(said.min())), max(2.0, float(said.max())))
    _finish(axes, "true sum", "answer")
    axes.legend(loc="upper left", fontsize=SMALL_SIZE, frameon=False)
    save_png(figure, path)


def plot_recall(hits: ArrayLike, chance: float, path: str | os.PathLike[str]) -> None:
    """Draw the share of examples in which each digit was recalled.

    Args:
        hits: (D,) shares, in the order of the digits.
        chance: the share that guessing reaches.
        path: the PNG to write.

    Raises:
        RunError: the file cannot be written.
    """
    shares = np.asarray(hits)
    places = np.arange(1, len(shares) + 1)
    figure = new_figure("Digits recalled, by their place", height=3.6)
    axes = figure.add_subplot()
    axes.bar(places, shares, width=0.7, color=BLUE, label="this model")
    axes.axhline(chance, color=ORANGE, linewidth=1.6, linestyle=(0, (4, 1.5)), label="guessing")
    axes.set_xticks(places)
    axes.set_ylim(0, 1.12)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1])
    _finish(axes, "place among the digits", "share recalled")
    axes.legend(loc="upper right", fontsize=SMALL_SIZE, frameon=False, ncols=2)
    save_png(figure, path)


def _finish(axes: Axes, x: str, y: str) -> None:
    axes.set_xlabel(x, fontsize=SMALL_SIZE, color=FAINT)
    axes.set_ylabel(y, fontsize=SMALL_SIZE, color=FAINT)
    dress(axes)
