"""Generated numbers -> the pictures of every run, of `inspect`, and of classification."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.diagnostics.flow import Flow
from rnnkit.diagnostics.tally import Gate, LayerRecord, StateSize
from rnnkit.reports.plots.compared import plot_compared
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

Draw = Callable[[Path], object]
Values = NDArray[np.float64]
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
        "compared": partial(plot_compared, {"A": rows, "B": rows[:7], "C": rows[:4]}),
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
