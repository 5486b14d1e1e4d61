"""Wrong predictions -> a picture with the surest of them as pictures."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from rnnkit.data.padded_part import Store
from rnnkit.reports.plots.figure import (
    GRID,
    INK,
    SMALL_SIZE,
    WIDTH,
    new_figure,
    save_figure,
)
from rnnkit.words import counted, shorten

LONGEST_CAPTION = 7  # characters of a class name over a picture


def plot_mistakes(
    images: Store,
    true: ArrayLike,
    predicted: ArrayLike,
    probability: ArrayLike,
    classes: Sequence[object],
    ids: Sequence[str],
    path: str | os.PathLike[str],
    *,
    limit: int = 20,
) -> int:
    """Draw the wrong predictions that the model was surest of, as grey pictures.

    Args:
        images: (N, T, F), drawn with T downwards; only those drawn are read.
        true: (N,) class numbers.
        predicted: (N,) class numbers.
        probability: (N,) of the predicted class.
        classes: the C names.
        ids: of the N examples.
        path: the SVG or PNG to write; it says so when nothing is wrong.
        limit: pictures at most.

    Returns:
        How many of the N predictions are wrong.

    Raises:
        RunError: the file cannot be written.
    """
    truth, said = np.asarray(true), np.asarray(predicted)
    sure = np.asarray(probability)
    wrong = np.flatnonzero(truth != said)
    chosen = wrong[np.argsort(-sure[wrong], kind="stable")][:limit]
    title = _title(len(chosen), len(wrong), len(truth))
    figure, cells = _picture_grid(title, len(chosen), images.shape[1:])
    for index, picture, axes in zip(chosen, images[chosen], cells, strict=True):
        _draw_picture(axes, picture)
        names = [shorten(classes[int(c)], LONGEST_CAPTION) for c in (truth[index], said[index])]
        caption = _caption(ids[index], names[0], names[1], float(sure[index]))
        axes.set_title(caption, fontsize=SMALL_SIZE - 1.5, color=INK, parse_math=False)
    save_figure(figure, path)
    return len(wrong)


def _picture_grid(title: str, count: int, shape: tuple[int, ...]) -> tuple[Figure, list[Axes]]:
    """Five pictures a row, fewer where they are wide; the height follows from their shape."""
    ratio = min(max(shape[0] / shape[1], 0.4), 2.0)
    per_row = max(1, min(5 if ratio > 0.6 else 3, count))
    rows = math.ceil(count / per_row)
    cell_width = WIDTH / max(per_row, 3)
    height = rows * (0.85 * ratio * cell_width + 0.62) + 0.5
    figure = new_figure(title, height=height)
    grid = figure.add_gridspec(max(1, rows), per_row)
    return figure, [figure.add_subplot(grid[i // per_row, i % per_row]) for i in range(count)]


def _draw_picture(axes: Axes, picture: NDArray[Any]) -> None:
    height, width = picture.shape
    aspect: Literal["equal", "auto"] = "equal" if 0.5 <= height / width <= 2 else "auto"
    axes.imshow(picture, cmap="gray_r", aspect=aspect, interpolation="none")
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set_color(GRID)


def _caption(example: str, true: str, said: str, probability: float) -> str:
    sure = ">0.99" if probability >= 0.995 else f"{probability:.2f}"  # 1.00 would claim too much
    return f"{shorten(example, 2 * LONGEST_CAPTION)}\ntrue {true}\nsaid {said} {sure}"


def _title(shown: int, wrong: int, examples: int) -> str:
    which = f"The {shown} most confident of " if shown < wrong else ""
    return f"{which}{counted(wrong, 'mistake')} in {counted(examples, 'example')}"
