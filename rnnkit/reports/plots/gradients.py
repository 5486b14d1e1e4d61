"""Every weight's gradient norm over the epochs -> a PNG."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
from matplotlib.ticker import MaxNLocator

from rnnkit.reports.history import Rows
from rnnkit.reports.plots.figure import FAINT, SMALL_SIZE, dress, new_figure, save_png
from rnnkit.training.lines import EPOCH
from rnnkit.words import shorten

DASHES: tuple[Any, ...] = ("-", (0, (4, 1.5)), (0, (1, 1)), (0, (6, 1.5, 1, 1.5)))
COLOURS = ("#08519c", "#e08214", "#222222", "#5aae61", "#9970ab", "#b2182b")
LONGEST_LABEL = 44  # characters


def plot_gradients(rows: Rows, path: str | os.PathLike[str], *, title: str) -> None:
    """Draw each weight's gradient norm, a line a weight, on a logarithmic axis.

    Up to 24 lines differ in colour or dashes.

    Args:
        rows: E mappings with the columns of gradients.csv.
        path: the PNG to write.
        title: stands over the picture.

    Raises:
        RunError: the file cannot be written.
    """
    names = [name for name in rows[0] if name != EPOCH]
    figure = new_figure(f"{title}: gradient norms", height=3.6 + 0.2 * len(names))
    axes = figure.add_subplot()
    epochs = np.array([row[EPOCH] for row in rows])
    for number, name in enumerate(names):
        values = np.array([row[name] for row in rows])
        axes.plot(
            epochs, np.where(values > 0, values, np.nan),
            color=COLOURS[number % len(COLOURS)],
            linestyle=DASHES[(number + number // 12) % len(DASHES)],  # 12: where both start anew
            linewidth=1.8, marker="." if len(rows) == 1 else "",
            label=shorten(weight_label(name), LONGEST_LABEL),
        )  # fmt: skip
    axes.set_yscale("log")
    axes.set_xlabel("epoch", fontsize=SMALL_SIZE, color=FAINT)
    label = "gradient norm, mean over the epoch's steps"
    axes.set_ylabel(label, fontsize=SMALL_SIZE, color=FAINT)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=8, min_n_ticks=1))
    dress(axes)
    figure.legend(loc="outside lower center", ncols=2, fontsize=SMALL_SIZE, frameon=False)
    save_png(figure, path)


def weight_label(path: str) -> str:
    """`lstm_1/kernel` for Keras's `lstm_1/lstm_cell/kernel`.

    `both/forward/kernel` for `both/forward_both_gru/gru_cell/kernel`, of a bidirectional layer.
    """
    layer, *rest = path.split("/")
    parts = [part for part in rest if not part.endswith("_cell")]
    for half in ("forward", "backward"):
        parts = [half if part.startswith(f"{half}_{layer}") else part for part in parts]
    return "/".join([layer, *parts])
