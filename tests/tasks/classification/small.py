"""A config of classification for a source, small enough for every test."""

from pathlib import Path
from typing import Any

from rnnkit.tasks import load_config
from rnnkit.tasks.classification.config import ClassificationConfig


def config_of(
    source: str | Path, *, seed: int = 0, ids: bool = False, **options: Any
) -> ClassificationConfig:
    """Options of `data:`; `ids` starts the model with an embedding."""
    layers: list[Any] = [{"embedding": {"output_dim": 2}}] if ids else []
    config = load_config(
        {
            "version": 1,
            "name": "small",
            "task": "classification",
            "seed": seed,
            "data": {"source": str(source), **options},
            "model": {"layers": [*layers, {"lstm": {"units": 2}}, {"dense": {"units": 2}}]},
            "training": {"epochs": 1},
        }
    ).config
    assert isinstance(config, ClassificationConfig)
    return config
