"""What `rnnkit inspect` saw -> pictures: gradients, gates, sizes of states, one example."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from numpy.typing import NDArray

from rnnkit.diagnostics.flow import FADED
from rnnkit.diagnostics.tally import HIGH, LOW, LayerRecord
from rnnkit.reports.plots.figure import (
    DIVERGING,
    FAINT,
    GRID,
    INK,
    LINES,
    MIDDLE,
    SMALL_SIZE,
    dress,
    head,
    legend_below,
    line_style,
    new_figure,
    save_figure,
    whole_numbers,
)
from rnnkit.words import measured, shorten

PathLike = str | os.PathLike[str]
STATE_NAMES = {"h": "hidden state", "c": "cell state"}
FLOOR = 1e-8  # of the largest norm: what is smaller is cut off in the pictures
OPEN, SHUT = "-", (0, (1, 1.5))  # dashes of the shares of open and of shut gates
LOG_RANGE = 100  # sizes that differ by more are drawn on a logarithmic axis
LONGEST_LABEL = 30  # characters
LONGEST_LEGEND = 40


def plot_comparison(curves: Sequence[tuple[str, NDArray[np.float64]]], path: PathLike) -> None:
    """Draw the gradient norms of several models, each as a share of its largest.

    Args:
        curves: a label and the norms (K,) by steps back, 0 first, for each model.
        path: the SVG or PNG to write.

    Raises:
        RunError: the file cannot be written.
    """
    figure = new_figure("How far back the loss reaches", height=3.8)
    axes = figure.add_subplot()
    for number, (label, norms) in enumerate(curves):
        largest = norms[np.isfinite(norms)].max(initial=0)
        share = norms / largest if largest > 0 else norms
        _line(axes, share, label=_described(label, norms), **line_style(number))
    axes.axhline(FADED, **MIDDLE)
    axes.annotate(
        "1 %", (1, FADED), (3, 3), xycoords=("axes fraction", "data"), textcoords="offset points",
        fontsize=SMALL_SIZE, color=FAINT,
    )  # fmt: skip
    _log_axis(axes, "gradient norm, share of its largest")
    _back_in_time(axes, max(len(norms) for _, norms in curves))
    axes.legend(fontsize=SMALL_SIZE, frameon=False, loc="best")
    save_figure(figure, path)


def plot_flow(title: str, layers: Sequence[LayerRecord], path: PathLike) -> None:
    """Draw the gradient norm with respect to every state of every layer, by steps back.

    Raises:
        RunError: the file cannot be written.
    """
    figure = new_figure(f"{title}: the loss's gradient through time", height=3.8)
    axes = figure.add_subplot()
    number = 0
    for layer in layers:
        for state, flow in layer.flows.items():
            label = _described(f"{layer.name}, {STATE_NAMES[state]}", flow.norms)
            _line(axes, flow.norms, label=label, **line_style(number))
            number += 1
    _log_axis(axes, "gradient norm, mean over examples", whole=_explodes(layers))
    _back_in_time(axes, max(len(layer.flow.norms) for layer in layers))
    axes.legend(fontsize=SMALL_SIZE, frameon=False, loc="best")
    save_figure(figure, path)


def plot_gates(title: str, layers: Sequence[LayerRecord], path: PathLike) -> None:
    """Draw every gate step by step: its mean, and how many of its values are all but shut or open.

    Raises:
        RunError: the file cannot be written.
    """
    gated = [layer for layer in layers if layer.gates]
    figure = new_figure(f"{title}: gates", height=2.9 * len(gated) + 0.5)
    grid = figure.add_gridspec(len(gated), 2)
    for row, layer in enumerate(gated):
        mean, shares = (figure.add_subplot(grid[row, column]) for column in range(2))
        for gate, style in zip(layer.gates, LINES, strict=False):
            _line(mean, gate.mean_at, label=gate.name, **style)
            _line(shares, gate.high_at, **{**style, "linestyle": OPEN})
            _line(shares, gate.low_at, **{**style, "linestyle": SHUT})
        for axes, name, up in (
            (mean, layer.name, "mean of the gate"),
            (shares, "", "share of its values"),
        ):
            _by_step(axes, up, steps=len(layer.gates[0].mean_at))
            head(axes, shorten(name, LONGEST_LABEL))
            axes.set_ylim(-0.02, 1.02)
        for text, dashes in ((f"above {HIGH}", OPEN), (f"below {LOW}", SHUT)):
            shares.plot([], [], color=INK, linestyle=dashes, label=text)
        legend_below(mean, columns=2)
        legend_below(shares, columns=1)
    save_figure(figure, path)


def plot_sizes(title: str, layers: Sequence[LayerRecord], path: PathLike) -> None:
    """Draw how large every state is, step by step: the mean and the largest absolute value.

    Raises:
        RunError: the file cannot be written.
    """
    figure = new_figure(f"{title}: size of the states", height=2.7 * len(layers) + 0.5)
    grid = figure.add_gridspec(len(layers), 2)
    for row, layer in enumerate(layers):
        panels = [figure.add_subplot(grid[row, column]) for column in range(2)]
        for (state, size), style in zip(layer.sizes.items(), LINES, strict=False):
            for axes, values in zip(panels, (size.mean_at, size.largest_at), strict=True):
                _line(axes, values, label=STATE_NAMES[state], **style)
        names = (shorten(layer.name, LONGEST_LABEL), "")
        for axes, name, up in zip(panels, names, ("mean size", "largest size"), strict=True):
            _by_step(axes, up, steps=len(layer.sizes["h"].mean_at))
            head(axes, name, _fit_sizes(axes))
        legend_below(panels[0], columns=1)
    save_figure(figure, path)


def plot_example(title: str, layers: Sequence[LayerRecord], path: PathLike) -> None:
    """Draw one example's cell state, or hidden state where there is none, as a map.

    Units are sorted by the value they end with, so that what is carried on shows as stripes.

    Raises:
        RunError: the file cannot be written.
    """
    figure = new_figure(f"{title}: the states of one example", height=2.5 * len(layers) + 0.4)
    for row, layer in enumerate(layers):
        axes = figure.add_subplot(len(layers), 1, row + 1)
        values = layer.example[:, np.argsort(-layer.example[-1], kind="stable")].T  # (H, T)
        finite = np.abs(values[np.isfinite(values)])
        limit = float(finite.max()) if finite.size and finite.max() > 0 else 1.0
        norm = Normalize(-limit, limit)
        axes.imshow(values, aspect="auto", interpolation="none", cmap=DIVERGING, norm=norm)
        dress(axes, "step", "unit, by its last value", grid=False)
        state = STATE_NAMES["c" if "c" in layer.sizes else "h"]
        head(axes, shorten(f"{layer.name}: {state}", LONGEST_LABEL))
        whole_numbers(axes)
        axes.set_yticks([])
        bar = figure.colorbar(ScalarMappable(norm, DIVERGING), ax=axes, aspect=14, pad=0.01)
        bar.set_label(state, fontsize=SMALL_SIZE, color=FAINT)
        bar.ax.tick_params(labelsize=SMALL_SIZE, colors=INK, length=0)
        bar.outline.set_edgecolor(GRID)
    save_figure(figure, path)


def _line(axes: Axes, values: NDArray[np.float64], **style: Any) -> None:
    """Values by step; a single one is a dot."""
    if len(values) == 1:
        style = {**style, "marker": "o", "clip_on": False}
    axes.plot(np.arange(len(values)), values, **style)


def _described(label: str, norms: NDArray[np.float64]) -> str:
    """The label, and why there is no line."""
    why = "" if norms.any() else " (0)"
    if not np.isfinite(norms).any():
        why = " (not finite)"
    return shorten(label, LONGEST_LEGEND) + why


def _explodes(layers: Sequence[LayerRecord]) -> bool:
    return any(f.verdict == "exploding" for layer in layers for f in layer.flows.values())


def _log_axis(axes: Axes, label: str, *, whole: bool = False) -> None:
    """Small values are cut off, unless the picture is to be `whole`."""
    lines = [np.asarray(line.get_ydata(), np.float64) for line in axes.get_lines()]
    values = np.concatenate(lines)
    values = values[np.isfinite(values) & (values > 0)]
    if len(values):
        axes.set_yscale("log")
        low = values.min() if whole else max(values.min(), FLOOR * values.max())
        axes.set_ylim(low / 2, values.max() * 2)
    else:
        axes.set_yticks([])
    axes.set_ylabel(label, fontsize=SMALL_SIZE, color=FAINT)


def _back_in_time(axes: Axes, steps: int) -> None:
    """Time runs to the right, as it does everywhere else: the loss stands at the right edge."""
    axes.set_xlim(max(1, steps - 1), 0)
    dress(axes, "steps back from the loss", axes.get_ylabel())
    whole_numbers(axes)


def _by_step(axes: Axes, up: str, *, steps: int) -> None:
    axes.set_xlim(0, max(1, steps - 1))
    dress(axes, "step", up)
    whole_numbers(axes, 5)


def _fit_sizes(axes: Axes) -> str:
    """Fit the axis to its lines; how far they reach."""
    values = np.concatenate([np.asarray(line.get_ydata(), float) for line in axes.get_lines()])
    values = values[np.isfinite(values) & (values > 0)]
    if len(values) == 0:
        return ""
    if values.max() > LOG_RANGE * values.min():
        axes.set_yscale("log")
        axes.set_ylim(values.min() / 1.5, values.max() * 1.5)
    else:
        axes.set_ylim(0, 1.08 * values.max())
    return f"up to {measured(float(values.max()))}"
