"""Tunes -> a picture: time to the right, pitch upwards, a bar a note."""

from __future__ import annotations

import os
from collections.abc import Sequence

from matplotlib.axes import Axes

from rnnkit.music.tune import Tune
from rnnkit.reports.plots.figure import BLUE, GRID, SMALL_SIZE, dress, head, new_figure, save_figure
from rnnkit.words import shorten

MOST_TUNES = 6  # of one picture
_WHITE = {0: "C", 2: "D", 4: "E", 5: "F", 7: "G", 9: "A", 11: "B"}  # keys of an octave


def plot_piano_roll(tunes: Sequence[Tune], path: str | os.PathLike[str]) -> None:
    """Draw tunes as piano rolls, one below the other, repeats played out.

    Args:
        tunes: the first MOST_TUNES are drawn.
        path: the SVG or PNG to write.

    Raises:
        RunError: the file cannot be written.
    """
    drawn = tunes[:MOST_TUNES]
    more = f" (the first {len(drawn)} of {len(tunes)})" if len(drawn) < len(tunes) else ""
    heights = [max(1.4, 0.1 * _range(tune)[1] - 0.1 * _range(tune)[0]) for tune in drawn]
    figure = new_figure(f"Piano roll{more}", height=sum(heights) + 0.7 * len(drawn) + 0.5)
    grid = figure.add_gridspec(len(drawn), 1, height_ratios=heights)
    for number, tune in enumerate(drawn):
        _draw(figure.add_subplot(grid[number]), tune)
    save_figure(figure, path)


def _draw(axes: Axes, tune: Tune) -> None:
    low, high = _range(tune)
    for pitch in range(low, high):
        if pitch % 12 not in _WHITE:
            axes.axhspan(pitch - 0.5, pitch + 0.5, color="#ececec", linewidth=0, zorder=0)
    for start in tune.bars:
        axes.axvline(float(start), color=GRID, linewidth=0.8, zorder=1)
    gap = 0.008  # whole notes: equal notes in a row stay apart
    for note in tune.notes:
        span = (float(note.start), max(float(note.length) - gap, 0.004))
        axes.broken_barh([span], (note.pitch - 0.4, 0.8), facecolors=BLUE, zorder=2)
    title = shorten(tune.header.title, 40) or "without a title"
    metre = "{}/{}".format(*tune.header.metre) if tune.header.metre else "free metre"
    state = "" if tune.valid else ", not valid"
    head(axes, f"{title}: {metre}, {tune.header.key}{state}")
    _label(axes, tune, low, high)


def _label(axes: Axes, tune: Tune, low: int, high: int) -> None:
    """The white keys at the left, bar numbers below."""
    white = [pitch for pitch in range(low, high) if pitch % 12 in _WHITE]
    names = [f"C{pitch // 12 - 1}" if pitch % 12 == 0 else _WHITE[pitch % 12] for pitch in white]
    axes.set_yticks(white, names)
    axes.set_ylim(low - 0.5, high - 0.5)
    step = max(1, len(tune.bars) // 12)
    shown = range(0, len(tune.bars), step)
    axes.set_xticks([float(tune.bars[n]) for n in shown], [str(n + 1) for n in shown])
    axes.set_xlim(0, max(float(tune.length), 0.25))
    dress(axes, "bar", "pitch", grid=False)
    axes.tick_params(axis="y", labelsize=SMALL_SIZE - 2)
    axes.spines[:].set_visible(False)


def _range(tune: Tune) -> tuple[int, int]:
    """The lowest pitch drawn, and the one above the highest; at least an octave."""
    pitches = [note.pitch for note in tune.notes] or [60]
    low, high = min(pitches) - 1, max(pitches) + 2
    return low, max(high, low + 13)
