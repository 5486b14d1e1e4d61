"""Small configs and data of `task: next_frame`: stripes and waves that a tiny network learns."""

from pathlib import Path
from typing import Any

import numpy as np

import rnnkit
from rnnkit.tasks import load_config
from rnnkit.tasks.next_frame.config import NextFrameConfig
from rnnkit.tasks.next_frame.trained import TrainedFrameModel


def stripes(examples: int = 96, *, seed: int = 0) -> np.ndarray:
    """Images (N, 6, 5) of 0 and 255: each row is the first one again, moved on by a column."""
    first = np.random.default_rng(seed).random((examples, 5)) < 0.5
    rows = [np.roll(first, row, axis=1) for row in range(6)]
    return np.stack(rows, axis=1).astype(np.uint8) * 255


def waves(examples: int = 48, *, seed: int = 0) -> dict[str, np.ndarray]:
    """Ragged sequences of 4 to 9 frames of two features: a wave and its slope."""
    rng = np.random.default_rng(seed)
    lengths = rng.integers(4, 10, examples)
    starts = rng.uniform(0, 6, examples)
    phases = np.concatenate([s + 0.7 * np.arange(n) for s, n in zip(starts, lengths, strict=True)])
    values = 10 * np.stack([np.sin(phases), np.cos(phases)], axis=1)
    return {"values": values, "offsets": np.concatenate([[0], np.cumsum(lengths)])}


def frames_config(source: Path, *layers: dict[str, Any], **data: Any) -> dict[str, Any]:
    """One GRU of 8 units, two epochs."""
    return {
        "version": 1,
        "name": "frames",
        "task": "next_frame",
        "seed": 1,
        "data": {"source": str(source), "split": {"validation": 0.25}, **data},
        "model": {"layers": [*(layers or ({"gru": {"units": 8}},)), {"dense": {}}]},
        "training": {
            "epochs": 2,
            "batch_size": 16,
            "jit_compile": False,
            "optimizer": {"name": "adam", "learning_rate": 0.03},
        },
    }


def config_of(source: str | Path, *, seed: int = 0, **data: Any) -> NextFrameConfig:
    """The config for a source, with options of `data:`."""
    config = load_config(
        {**frames_config(Path(source)), "seed": seed, "data": {"source": str(source), **data}}
    ).config
    assert isinstance(config, NextFrameConfig)
    return config


def opened(run: rnnkit.Run) -> TrainedFrameModel:
    """A trained run, ready to be asked."""
    trained = rnnkit.load(run)
    assert isinstance(trained, TrainedFrameModel)
    return trained
