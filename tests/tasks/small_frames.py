"""Small runs of `task: next_frame` that tests share: stripes that a tiny network learns."""

from pathlib import Path
from typing import Any

import numpy as np


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
