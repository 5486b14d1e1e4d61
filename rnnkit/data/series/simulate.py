"""The sources `ar1` and `threshold`: series made by a rule whose best forecast is known."""

from __future__ import annotations

import hashlib

import numpy as np

from rnnkit.data.series.dates import Frequency
from rnnkit.data.series.rows import Rows, SeriesRows
from rnnkit.data.series.section import Simulation

BURN_IN = 500  # steps that are left out, so that the start at 0 is forgotten
TARGET = "y"


def simulate(source: str, simulation: Simulation) -> Rows:
    """Make one series, a pure function of its arguments; the formulas stand at Simulation.

    The times are 0, 1, 2, ... The expected value given the past is the rule without its noise,
    so the RMSE of the best possible forecast one step ahead is `simulation.deviation`.
    """
    made, linear = simulation, source == "ar1"
    intercept = made.intercept if made.intercept is not None else (0.0 if linear else 1.0)
    noise = np.random.default_rng(made.seed).normal(0, made.deviation, BURN_IN + made.length)
    y = np.zeros(len(noise))
    for t in range(1, len(y)):
        rule = made.coefficient * y[t - 1] if linear else -made.coefficient * abs(y[t - 1])
        y[t] = intercept + rule + noise[t]
    values = y[BURN_IN:, None]
    numbers = np.arange(made.length)
    return Rows(
        source=source,
        sha256=hashlib.sha256(values.tobytes()).hexdigest(),
        series=(SeriesRows.as_read(source, numbers.astype(np.int64), values, numbers),),
        time_format=None,
        frequency=Frequency(unit="number", step=1),
    )
