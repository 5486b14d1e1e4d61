"""Every weight's gradient norm over the epochs -> a picture."""

from __future__ import annotations

import os

import numpy as np

from rnnkit.reports.history import Rows
from rnnkit.reports.plots.figure import (
    SMALL_SIZE,
    dress,
    line_style,
    new_figure,
    save_figure,
    whole_numbers,
)
from rnnkit.training.lines import EPOCH
from rnnkit.words import shorten

LONGEST_LABEL = 26  # characters


def plot_gradients(rows: Rows, path: str | os.PathLike[str], *, title: str) -> None:
    """Draw each weight's gradient norm, a line a weight, on a logarithmic axis.

    Up to 36 lines differ in colour or dashes.

    Args:
        rows: E mappings with the columns of gradients.csv.
        path: the SVG or PNG to write.
        title: stands over the picture.

    Raises:
        RunError: the file cannot be written.
    """
    names = [name for name in rows[0] if name != EPOCH]
    figure = new_figure(f"{title}: gradient norms", height=3.0 + 0.1 * len(names))
    axes = figure.add_subplot()
    epochs = np.array([row[EPOCH] for row in rows])
    for number, name in enumerate(names):
        values = np.array([row[name] for row in rows])
        axes.plot(
            epochs, np.where(values > 0, values, np.nan),
            marker="." if len(rows) == 1 else "",
            label=shorten(weight_label(name), LONGEST_LABEL), **line_style(number),
        )  # fmt: skip
    axes.set_yscale("log")
    dress(axes, "epoch", "norm, mean over the steps")
    whole_numbers(axes)
    figure.legend(loc="outside lower center", ncols=2, fontsize=SMALL_SIZE, frameon=False)
    save_figure(figure, path)


def weight_label(path: str) -> str:
    """`lstm_1/kernel` for Keras's `lstm_1/lstm_cell/kernel`.

    `both/forward/kernel` for `both/forward_both_gru/gru_cell/kernel`, of a bidirectional layer.
    """
    layer, *rest = path.split("/")
    parts = [part for part in rest if not part.endswith("_cell")]
    for half in ("forward", "backward"):
        parts = [half if part.startswith(f"{half}_{layer}") else part for part in parts]
    return "/".join([layer, *parts])
