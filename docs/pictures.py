"""`make pictures`: generated numbers -> build/pictures, every picture that rnnkit draws, on a page.

index.html shows each as wide as a telephone, on light and on dark paper as the screen is; sheet.png
shows them all in columns. Nothing is trained.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from rnnkit.baselines.field import Points, baselines
from rnnkit.baselines.judgement import judge
from rnnkit.baselines.measurement import Band, measure
from rnnkit.data.measured.dataset import MeasuredPart
from rnnkit.data.order import image_order
from rnnkit.data.vectors.dataset import Beginnings
from rnnkit.data.vectors.preprocessing import FramePreprocessing
from rnnkit.data.vectors.section import FrameData
from rnnkit.diagnostics.flow import Flow
from rnnkit.diagnostics.tally import Gate, LayerRecord, StateSize
from rnnkit.music import read_tune
from rnnkit.reports.plots.confusion import plot_confusion
from rnnkit.reports.plots.gradients import plot_gradients
from rnnkit.reports.plots.history import plot_history
from rnnkit.reports.plots.inspection import (
    plot_comparison,
    plot_example,
    plot_flow,
    plot_gates,
    plot_sizes,
)
from rnnkit.reports.plots.search import plot_search
from rnnkit.tasks.classification.calibration import reliability
from rnnkit.tasks.classification.plots.calibration import plot_calibration
from rnnkit.tasks.classification.plots.curves import plot_precision_recall, plot_roc
from rnnkit.tasks.classification.plots.mistakes import plot_mistakes
from rnnkit.tasks.classification.ranked import ranked_classes
from rnnkit.tasks.forecasting.plots.forecast import plot_forecast
from rnnkit.tasks.forecasting.plots.forecast_errors import (
    plot_autocorrelation,
    plot_error_by_horizon,
)
from rnnkit.tasks.forecasting.plots.outlook import plot_outlook
from rnnkit.tasks.memory.plots import plot_recall, plot_sums
from rnnkit.tasks.next_frame.plots import positions as frame_positions
from rnnkit.tasks.next_frame.plots.frames import plot_completions, plot_samples
from rnnkit.tasks.next_token.evaluation import NextTokenEvaluation
from rnnkit.tasks.next_token.plots.piano_roll import plot_piano_roll
from rnnkit.tasks.next_token.plots.tokens import plot_hardest, plot_positions
from rnnkit.tasks.regression.plots.courses import plot_courses
from rnnkit.tasks.regression.plots.predicted import plot_predicted, plot_residuals

FOLDER = Path(__file__).parents[1] / "build" / "pictures"
COLUMNS, NARROW = 5, 372  # of sheet.png; pixels that a telephone leaves for a picture
PAGE = """<!doctype html>
<meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>Pictures</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ margin: 1rem; columns: {narrow}px; font: 14px/1.4 system-ui, sans-serif; }}
figure {{ margin: 0 0 1.5rem; width: {narrow}px; break-inside: avoid; }}
img {{ display: block; width: 100%; }}
</style>
{figures}
"""
Draw = Callable[[Path], object]
RNG = np.random.default_rng(0)


def general() -> dict[str, Draw]:
    """Those of every task: epochs, classes, gradients, a search."""
    rows: list[dict[str, Any]] = [
        {
            "epoch": e,
            "loss": 2.3 / e,
            "val_loss": 2.2 / e + 0.002 * e * e,
            "accuracy": 1 - 0.8 / e,
            "val_accuracy": 0.97 - 0.8 / e,
            "learning_rate": 0.001 / e,
        }
        for e in range(1, 11)
    ]
    fall = [{"epoch": e, "loss": 5.0**-e} for e in range(1, 40)]
    weights = ("embedding", "lstm_1/kernel", "lstm_1/recurrent_kernel", "lstm_1/bias", "dense/bias")
    norms = [
        {"epoch": e, **{name: 10.0**-n / e for n, name in enumerate(weights)}} for e in range(1, 20)
    ]
    scores = [(number, float(0.5 + RNG.random() / number)) for number in range(1, 25)]
    shares = {"training.optimizer.learning_rate": 0.7, "model.layers.0.lstm.units": 0.3}
    draws: dict[str, Draw] = {
        "history": partial(plot_history, rows, title="mnist/20260101-120000"),
        "history_falls": partial(plot_history, fall, title="a long fall"),
        "gradients": partial(plot_gradients, norms, title="mnist/20260101-120000"),
        "search": partial(plot_search, scores, shares, monitor="val_loss", grows=False),
    }
    for classes in (2, 10, 40):
        counts = np.eye(classes, dtype=int) * 900 + RNG.integers(0, 30, (classes, classes))
        names = ["cat", "dog"] if classes == 2 else [f"kind {n}" for n in range(classes)]
        draws[f"confusion_{classes}"] = partial(plot_confusion, counts, names)
    return draws


def inspection() -> dict[str, Draw]:
    """Those of `rnnkit inspect`."""
    steps = np.arange(60)
    mean = 0.5 + 0.4 * np.sin(steps / 9)
    gates = tuple(
        Gate(name, 0.5, 0.1, 0.3, mean**n, 0.3 * (1 - mean), 0.6 * mean / n)
        for n, name in enumerate(("input", "forget", "output"), start=1)
    )
    layers = [
        LayerRecord(
            name=name, kind="lstm", carrying="forget", units=12, activation="tanh",
            flows={"h": Flow(0.8**steps), "c": Flow(0.95**steps)}, gates=gates,
            sizes={"h": StateSize(mean / 2, mean), "c": StateSize(2 * mean, 5 * mean)},
            example=np.sin(np.outer(steps / 9, np.arange(1, 13))).astype(np.float32) * 3,
            dead_units=None,
        )
        for name in ("lstm_1", "lstm_2")
    ]  # fmt: skip
    curves = [(f"mnist/20260101-12000{n}", (0.7 + 0.1 * n) ** steps) for n in range(3)]
    return {
        "comparison": partial(plot_comparison, curves),
        **{
            name: partial(draw, "mnist", layers)
            for name, draw in (
                ("gradient_flow", plot_flow),
                ("gates", plot_gates),
                ("states", plot_sizes),
                ("state_example", plot_example),
            )
        },
    }


def classification() -> dict[str, Draw]:
    """Ranked and calibrated answers, and the wrong ones as pictures."""
    truth = RNG.integers(0, 3, 300)
    p = RNG.dirichlet(np.ones(3), 300) + 0.5 * np.eye(3)[truth]
    p /= p.sum(axis=1, keepdims=True)
    names = ["cat", "dog", "a long name of a class"]
    ranked = {names[n]: one for n, one in ranked_classes(truth, p).items()}
    one = {"dog": ranked["dog"]}
    said = p.argmax(axis=1)
    ids = [f"photo_{n:05}.png" for n in range(300)]
    before = reliability(truth, p**2 / (p**2).sum(axis=1, keepdims=True))
    images, sure = RNG.random((300, 12, 12)), p.max(axis=1)
    return {
        "roc": partial(plot_roc, ranked),
        "roc_of_two": partial(plot_roc, one, threshold=0.6),
        "precision_recall": partial(plot_precision_recall, one, threshold=0.6),
        "calibration": partial(plot_calibration, reliability(truth, p), before=before),
        "mistakes": partial(plot_mistakes, images, truth, said, sure, names, ids, limit=12),
    }


def forecasting() -> dict[str, Draw]:
    """Forecasts of days and of quarters of an hour, their errors, and what lies beyond."""
    draws: dict[str, Draw] = {}
    for unit, step in (("D", 1), ("m", 15)):
        dates = np.datetime64("2023-11-20", "ns") + np.arange(400) * np.timedelta64(step, unit)
        values = np.cumsum(RNG.normal(size=(400, 1)), axis=0)
        origins = np.arange(280, 388)
        rows = origins[:, None] + 1 + np.arange(12)
        points = Points([values[:200]], [values], np.zeros(108, int), origins, origins, 12)
        actual, spread = values[rows], 0.4 * np.sqrt(np.arange(1, 13))[None, :, None]
        forecast = actual + RNG.normal(size=actual.shape) * spread
        field = baselines(points)[0]
        judged = judge(
            "temperature, °C", forecast[:, :, 0], actual[:, :, 0], column=0, points=points,
            field=field, validation_errors=RNG.normal(size=(99, 12)) * spread[:, :, 0],
            same_points=False,
        )  # fmt: skip
        draws[f"forecast_{unit}"] = partial(
            plot_forecast, dates[rows], actual, forecast, [judged],
            best=field[0].forecast[:, :, None], series=points.series,
        )  # fmt: skip
        draws[f"outlook_{unit}"] = partial(
            plot_outlook, dates[:60], values[:60], dates[60:72], values[60:72],
            targets=["temperature, °C"], direct=6,
            intervals={
                level: (values[60:72] - wide * spread[0], values[60:72] + wide * spread[0])
                for level, wide in ((0.8, 1.3), (0.95, 2.0))
            },
        )  # fmt: skip
    return {
        **draws,
        "error_by_horizon": partial(plot_error_by_horizon, [judged]),
        "residual_autocorrelation": partial(plot_autocorrelation, [judged]),
    }


def regression() -> dict[str, Draw]:
    """Predictions of a number, one an example and along ids."""
    actual = RNG.normal(50, 12, (800, 1))
    predicted = actual + RNG.normal(0, 4, actual.shape)
    units = np.repeat(np.arange(8), 100)
    scores = measure(
        "days left", predicted[:, 0], actual[:, 0], units=units, intervals_note="",
        field={"mean": np.full(800, 50.0)}, intervals=[Band(0.95, 0.94, 16.0)],
    )  # fmt: skip
    part = MeasuredPart(
        store=np.zeros((800, 1, 1), np.float32), y=actual.astype(np.float32), actual=actual,
        names=np.array([f"engine {n}" for n in units], object), ends=np.tile(np.arange(100), 8),
    )  # fmt: skip
    band = (0.95, predicted - 8, predicted + 8)
    return {
        "predicted": partial(plot_predicted, actual, predicted, [scores]),
        "residuals": partial(plot_residuals, actual, predicted, [scores]),
        "courses": partial(plot_courses, part, predicted, "days left", band=band),
    }


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


def main() -> None:
    """Draw all of them, as SVG for the page and as PNG for the sheet."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    draws: dict[str, Draw] = {}
    for family in (general, inspection, classification, forecasting, regression, frames, tokens):
        draws |= family()
    figures, pictures = [], []
    for name, draw in draws.items():
        for suffix in (".svg", ".png"):
            draw(FOLDER / f"{name}{suffix}")
        size = (FOLDER / f"{name}.svg").stat().st_size
        caption = f"{escape(name)}, {size / 1000:,.0f} kB"
        figures.append(f'<figure><img src="{name}.svg"><figcaption>{caption}</figcaption></figure>')
        pictures.append(Image.open(FOLDER / f"{name}.png"))
    (FOLDER / "index.html").write_text(
        PAGE.format(narrow=NARROW, figures="\n".join(figures)), encoding="utf-8"
    )
    _sheet(pictures).save(FOLDER / "sheet.png")
    print(f"{len(draws)} pictures: {FOLDER / 'index.html'} and sheet.png")


def _sheet(pictures: list[Image.Image]) -> Image.Image:
    """All of them in columns, each picture into the shortest one."""
    small = [one.resize((NARROW, one.height * NARROW // one.width)) for one in pictures]
    heights, places = [0] * COLUMNS, []
    for one in small:
        column = heights.index(min(heights))
        places.append((column * (NARROW + 16), heights[column]))
        heights[column] += one.height + 16
    sheet = Image.new("RGB", (COLUMNS * (NARROW + 16), max(heights)), "white")
    for one, place in zip(small, places, strict=True):
        sheet.paste(one.convert("RGB"), place)
    return sheet


if __name__ == "__main__":
    main()
