"""Sequences of frames that a model drew -> pictures: images in a grid, piano rolls, or curves."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap, to_rgb
from matplotlib.figure import Figure
from numpy.typing import NDArray

from rnnkit.data.vectors.dataset import Beginnings
from rnnkit.data.vectors.preprocessing import FramePreprocessing
from rnnkit.data.vectors.section import FrameData
from rnnkit.reports.plots.figure import (
    BLUE,
    FAINT,
    GRID,
    INK,
    PAPER,
    SMALL_SIZE,
    WIDTH,
    dress,
    line_style,
    new_figure,
    save_figure,
    whole_numbers,
)
from rnnkit.words import counted

Floats = NDArray[np.floating[Any]]

DRAWN, DRAWN_PAPER = BLUE, "#e0ecf7"  # what the model added, and where
FINE, GAP = 3, 1  # dots along a pixel, and between images
GUTTER = 0x9A  # grey
MOST_CURVES = 8  # features of a sequence that are drawn as curves
GREYS = ListedColormap([str(1 - level / 255) for level in range(256)]).with_extremes(bad=GRID)


def plot_samples(
    samples: Floats, data: FrameData, kept: FramePreprocessing, path: str | os.PathLike[str]
) -> None:
    """Draw sequences that a model made up.

    Args:
        samples: (N, T, F), as scaled as the model's input.
        data: how the run reads frames: which values they have.
        kept: what was learnt: whether they are images, and in which order.
        path: the SVG or PNG to write.

    Raises:
        RunError: the file cannot be written.
    """
    title = f"{counted(len(samples), 'sample')} that the model drew"
    if kept.order is None:
        _plot_sequences([(None, samples)], data, kept, path, title=title, given=0)
        return
    ink = _ink(kept.order.undo(samples), samples, data)
    tiles = _coloured(ink, np.zeros(ink.shape[1:], bool))
    _save_mosaic(tiles, path, title=title, columns=math.ceil(math.sqrt(len(tiles))), group=1)


def plot_completions(
    originals: Beginnings,
    completed: Floats,
    data: FrameData,
    kept: FramePreprocessing,
    path: str | os.PathLike[str],
) -> None:
    """Draw real sequences, each beside one that a model finished from its first frames.

    Args:
        originals: N real sequences, as scaled as the model's input.
        completed: (N, T, F), the frames that were given as in the originals.
        data: how the run reads frames.
        kept: what was learnt.
        path: the SVG or PNG to write.

    Raises:
        RunError: the file cannot be written.
    """
    real, given, order = originals.frames, originals.given, kept.order
    if order is None:
        title = f"Real sequences, and what the model made of their first {counted(given, 'frame')}"
        over = np.arange(real.shape[1]) >= originals.lengths[:, None]
        ended = np.where(over[:, :, None], np.nan, real)
        pairs = [("real", ended), ("completed", completed)]
        _plot_sequences(pairs, data, kept, path, title=title, given=given)
        return
    steps = np.broadcast_to(np.arange(real.shape[1])[:, None] >= given, order.shape)
    drawn = order.undo(steps)
    left = _coloured(_ink(order.undo(real), real, data), np.zeros_like(drawn))
    right = _coloured(_ink(order.undo(completed), real, data), drawn)
    tiles = np.stack([left, right], axis=1).reshape(-1, *left.shape[1:])
    title = "Real images, each beside what the model made of the first half (blue is the model's)"
    columns = 2 * max(1, math.ceil(math.sqrt(len(real) / 2)))
    _save_mosaic(tiles, path, title=title, columns=columns, group=2)


def _ink(pictures: Floats, like: Floats, data: FrameData) -> Floats:
    """0 for paper to 1 for ink; other than probabilities by the range of `like`."""
    low, high = 0.0, 1.0
    if data.output == "gaussian" and data.scaled_by != "pixels":
        low, high = float(like.min()), float(like.max())
    ink: Floats = np.clip((pictures - low) / max(high - low, 1e-9), 0, 1)
    return ink


def _coloured(ink: Floats, drawn: NDArray[np.bool_]) -> Floats:
    """Ink (N, height, width) -> colours (N, height, width, 3), other ones where `drawn`."""
    where = drawn[..., None]
    paper = np.where(where, to_rgb(DRAWN_PAPER), to_rgb(PAPER))
    pen = np.where(where, to_rgb(DRAWN), to_rgb(INK))
    colours: Floats = paper + ink[..., None] * (pen - paper)
    return colours


def _save_mosaic(
    tiles: Floats, path: str | os.PathLike[str], *, title: str, columns: int, group: int
) -> None:
    """Tiles (N, height, width, 3) in rows, a third of a pixel of theirs apart; groups, two."""
    dots = (255 * tiles).round().astype(np.uint8).repeat(FINE, axis=1).repeat(FINE, axis=2)
    count, height, width, _ = dots.shape
    down, across = height + GAP, width + GAP
    gaps = GAP if group > 1 else 0
    wide = columns * across + (columns - 1) // group * gaps + GAP
    canvas = np.full((math.ceil(count / columns) * down + GAP, wide, 3), 255, np.uint8)
    for number, tile in enumerate(dots):
        row, column = divmod(number, columns)
        top, left = row * down, column * across + column // group * gaps
        canvas[top : top + down + GAP, left : left + across + GAP] = GUTTER
        canvas[top + GAP : top + down, left + GAP : left + across] = tile
    figure = new_figure(title, height=min(14.0, WIDTH * canvas.shape[0] / wide + 0.5))
    axes = figure.add_subplot()
    axes.imshow(canvas, interpolation="none")
    axes.set_axis_off()
    save_figure(figure, path)


def _plot_sequences(
    columns: Sequence[tuple[str | None, Floats]],
    data: FrameData,
    kept: FramePreprocessing,
    path: str | os.PathLike[str],
    *,
    title: str,
    given: int,
) -> None:
    """A row of axes a sequence; columns share its scales."""
    rows = len(columns[0][1])
    shown = _features_used(columns) if data.output == "bernoulli" else None
    figure: Figure = new_figure(title, height=0.7 + 1.0 * rows)
    grid = figure.add_gridspec(rows, len(columns))
    time = f"frame of {data.step:g} s" if kept.midi else "frame"
    for row in range(rows):
        shared: Axes | None = None
        for column, (name, sequences) in enumerate(columns):
            axes = figure.add_subplot(grid[row, column], sharey=shared)
            shared = shared or axes
            _draw_sequence(axes, sequences[row], data, given=given if column else 0)
            if shown is not None:
                axes.set_ylim(*shown)
            if row == 0 and name is not None:
                axes.set_title(name, fontsize=SMALL_SIZE, color=FAINT)
            if row < rows - 1:
                axes.tick_params(labelbottom=False)
            else:
                axes.set_xlabel(time, fontsize=SMALL_SIZE, color=FAINT)
    figure.supylabel(_value_label(data, kept), fontsize=SMALL_SIZE, color=FAINT)
    if data.output == "gaussian" and kept.features > 1:
        lines = figure.axes[0].get_lines()
        names = [f"feature {number}" for number in range(len(lines))]
        figure.legend(
            lines, names, loc="outside lower center", ncols=4, fontsize=SMALL_SIZE, frameon=False
        )
    save_figure(figure, path)


def _features_used(columns: Sequence[tuple[str | None, Floats]]) -> tuple[float, float]:
    """Between which features anything happens: piano rolls leave most of the keys silent."""
    used = [np.nan_to_num(frames).max(axis=(0, 1)) > 0 for _, frames in columns]
    ones = np.flatnonzero(np.any(used, axis=0))
    if len(ones) == 0:
        return -0.5, len(used[0]) - 0.5
    return max(ones[0] - 1.5, -0.5), min(ones[-1] + 1.5, len(used[0]) - 0.5)


def _draw_sequence(axes: Axes, frames: Floats, data: FrameData, *, given: int) -> None:
    if data.output == "bernoulli":
        extent = (-0.5, len(frames) - 0.5, -0.5, frames.shape[1] - 0.5)
        axes.imshow(
            frames.T, cmap=GREYS, vmin=0, vmax=1, aspect="auto", origin="lower",
            interpolation="none", extent=extent,
        )  # fmt: skip
    else:
        for feature in range(min(frames.shape[1], MOST_CURVES)):
            axes.plot(frames[:, feature], **line_style(feature))
    axes.set_xlim(-0.5, len(frames) - 0.5)  # also where a shorter one ends before
    if given:
        axes.axvline(given - 0.5, color=DRAWN, linewidth=1.5)
    dress(axes, grid=False)
    whole_numbers(axes, 5)
    if data.output == "bernoulli":
        axes.locator_params(axis="y", nbins=5, integer=True)


def _value_label(data: FrameData, kept: FramePreprocessing) -> str:
    if kept.midi:
        return "key, from A0 = 0"
    if data.output == "bernoulli":
        return "feature"
    scaled = "" if data.scaled_by == "none" else f", scaled ({data.scaled_by})"
    if kept.features > MOST_CURVES:
        return f"the first {MOST_CURVES} of {kept.features:,} features{scaled}"
    return f"value{scaled}"
