"""Generated numbers -> the pictures of frames, tokens and the long-memory problems."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.order import image_order
from rnnkit.data.vectors.dataset import Beginnings
from rnnkit.data.vectors.preprocessing import FramePreprocessing
from rnnkit.data.vectors.section import FrameData
from rnnkit.music import read_tune
from rnnkit.tasks.memory.plots import plot_recall, plot_sums
from rnnkit.tasks.next_frame.plots import positions as frame_positions
from rnnkit.tasks.next_frame.plots.frames import plot_completions, plot_samples
from rnnkit.tasks.next_token.evaluation import NextTokenEvaluation
from rnnkit.tasks.next_token.plots.piano_roll import plot_piano_roll
from rnnkit.tasks.next_token.plots.tokens import plot_hardest, plot_positions

Draw = Callable[[Path], object]
Values = NDArray[np.float64]
RNG = np.random.default_rng(0)


def frames() -> dict[str, Draw]:
    """Images and curves that a model drew, and where it was surprised."""
    order = image_order("rows", (8, 6), seed=0, where="")
    bits, curves = FrameData(source="x.npz"), FrameData(source="x.npz", output="gaussian")
    images = FramePreprocessing(features=6, length=8, equal=True, order=order)
    series = FramePreprocessing(features=3, length=40, equal=True)
    drawn = (RNG.random((16, 8, 6)) > 0.5).astype(np.float32)
    waves = np.sin(np.arange(40)[:, None] / 5 + np.arange(3)) + RNG.normal(0, 0.1, (3, 40, 3))
    real = Beginnings(drawn, np.full(16, 8), 4)
    begun = Beginnings(waves, np.full(3, 40), 20)
    nats = RNG.normal(0.3, 0.5, (8, 6))
    return {
        "samples": partial(plot_samples, drawn, bits, images),
        "completions": partial(plot_completions, real, drawn[::-1], bits, images),
        "curves_drawn": partial(plot_samples, waves, curves, series),
        "curves_completed": partial(plot_completions, begun, waves, curves, series),
        "pixels_nats": partial(frame_positions.plot_positions, np.abs(nats), order),
        "pixels_density": partial(frame_positions.plot_positions, nats, order),
        "frames_nats": partial(frame_positions.plot_positions, nats, None),
    }


def tokens() -> dict[str, Draw]:
    """The loss of tokens, tunes, and the answers to the long-memory problems."""
    quality = {"loss": 2.0, "bits": 2.9, "perplexity": 7.4, "accuracy": 0.5}
    sample = {
        "tokens": 400,
        "run": 4,
        "copied": 0.3,
        "longest": 12,
        "longest_text": "e4",
        "text": "",
    }
    values = {
        "task": "next_token", "data": "test", "kind": "sequences", "level": "item", "tokens": 8770,
        "sequences": 400, "vocabulary": 825, "best_baseline": "ngram", "gain": 0.4,
        "gain_interval": [0.3, 0.5], "verdict": "better", "top_5_accuracy": 0.8, **quality,
        "baselines": {
            "uniform": quality, "unigram": quality, "ngram": {"order": 4, **quality, "loss": 2.4},
        },
        "positions": [
            {"position": n, "tokens": 400, "loss": 1 + n / 10, "ngram_loss": 1 + n / 8}
            for n in range(1, 12)
        ],
        "hardest": [
            {"token": token, "count": 12, "loss": 7.1 - n, "ngram_loss": 5.5, "share": 0.004}
            for n, token in enumerate(("Qa3", "\n", " ", "$x_1$", "an action of many words"))
        ],
        "sample": {**sample, "copied_held_back": 0.6, "longest_held_back": 24},
    }  # fmt: skip
    moves = NextTokenEvaluation.model_validate(values)
    text = NextTokenEvaluation.model_validate(values | {"kind": "text"})
    tune = read_tune("X:1\nT:A reel\nM:6/8\nL:1/8\nK:D\nDEF A2d|fed B2A|DEF GAB|A3 D3|]")
    sums = 2 * RNG.random(2000)
    return {
        "positions": partial(plot_positions, moves),
        "positions_of_text": partial(plot_positions, text),
        "hardest": partial(plot_hardest, moves),
        "piano_roll": partial(plot_piano_roll, [tune, tune]),
        "sums": partial(plot_sums, sums, sums + RNG.normal(0, 0.1, 2000)),
        "recall": partial(plot_recall, np.linspace(0.9, 0.2, 10), 0.125),
    }
