"""A config of regression for a source, small enough for every test, and data for it."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from rnnkit.tasks import load_config
from rnnkit.tasks.regression.config import RegressionConfig


def values_of(source: str | Path, *, ids: bool = False, loss: str = "", **options: Any) -> Any:
    """Options of `data:`; `ids` starts the model with an embedding."""
    layers: list[Any] = [{"embedding": {"output_dim": 2}}] if ids else []
    evaluate = options.pop("evaluate", {})
    return {
        "version": 1,
        "name": "small",
        "task": "regression",
        "data": {"source": str(source), **options},
        "model": {"layers": [*layers, {"lstm": {"units": 2}}, "dense"]},
        "training": {
            "epochs": 1,
            "batch_size": 16,
            "jit_compile": False,
            **({"loss": loss} if loss else {}),
        },
        "evaluate": evaluate,
    }


def config_of(source: str | Path, **options: Any) -> RegressionConfig:
    config = load_config(values_of(source, **options), environment={}).config
    assert isinstance(config, RegressionConfig)
    return config


def machines(units: int = 40, *, seed: int = 0) -> pd.DataFrame:
    """Machines of 6 to 15 rows; what is left falls by one a row, and a sensor follows it."""
    rng = np.random.default_rng(seed)
    rows = []
    for unit in range(units):
        length = 6 + int(rng.integers(0, 10))
        for at in range(length):
            left = length - 1 - at
            rows.append(
                {
                    "unit": f"m{unit}",
                    "at": at,
                    "heat": 10 - left + rng.normal() / 2,
                    "noise": rng.normal(),
                    "left": left,
                    "cost": 3.0 * left + unit % 2,
                    "part": "test" if unit % 4 == 3 else "train",
                }
            )
    return pd.DataFrame(rows)


WINDOWS: dict[str, Any] = {
    "target": "left",
    "features": ["heat", "noise"],
    "id": "unit",
    "time": "at",
    "window": 4,
    "scale": "standard",
    "split": {"column": "part", "validation": 0.3},
}
