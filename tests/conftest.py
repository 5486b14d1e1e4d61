"""A run small enough for every test that needs a trained one: two classes told by their mean."""

from pathlib import Path

import numpy as np
import pytest

import rnnkit


def write_data(path: Path, *, examples: int = 120, seed: int = 0) -> Path:
    """Sequences of 5 steps of 2 features; class 1 lies 2 above class 0."""
    rng = np.random.default_rng(seed)
    y = np.arange(examples) % 2
    x = rng.normal(size=(examples, 5, 2)) + 2 * y[:, None, None]
    np.savez(path, x_train=x, y_train=y)
    return path


def small_config(data: Path, **training: object) -> dict[str, object]:
    """One LSTM of 4 units, two epochs."""
    return {
        "version": 1,
        "name": "small",
        "task": "classification",
        "seed": 3,
        "data": {"source": str(data), "scale": "standard", "split": {"validation": 0.25}},
        "model": {
            "layers": [
                {"lstm": {"units": 4, "dropout": 0.1}},
                {"dropout": {"rate": 0.2}},
                {"dense": {"units": 2, "activation": "softmax"}},
            ]
        },
        "training": {
            "epochs": 2,
            "batch_size": 16,
            "optimizer": {"name": "adam", "learning_rate": 0.05},
            **training,
        },
    }


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_data(tmp_path / "data.npz")


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> rnnkit.Run:
    """A finished run that tests only read."""
    folder = tmp_path_factory.mktemp("trained")
    config = small_config(write_data(folder / "data.npz"))
    return rnnkit.train(config, runs=folder / "runs", command=["rnnkit", "train", "small.yaml"])
