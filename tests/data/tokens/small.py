"""A config of next_token for a source, small enough for every test."""

from pathlib import Path
from typing import Any

from rnnkit.data.tokens.dataset import TokenDataset
from rnnkit.tasks import load_config
from rnnkit.tasks.next_token.config import NextTokenConfig
from rnnkit.tasks.next_token.dataset import load_dataset


def config_of(
    source: str | Path, *, level: str = "item", batch_size: int = 2, **options: Any
) -> NextTokenConfig:
    """Options of `data:`, and `window` and `trace` of `training:`."""
    training = {key: options.pop(key) for key in ("window", "trace") if key in options}
    config = load_config(
        {
            "version": 1,
            "name": "small",
            "task": "next_token",
            "data": {"source": str(source), "level": level, **options},
            "model": {"layers": [{"embedding": {"output_dim": 2}}, {"gru": {"units": 2}}, "dense"]},
            "training": {"epochs": 1, "batch_size": batch_size, **training},
        }
    ).config
    assert isinstance(config, NextTokenConfig)
    return config


def dataset_of(source: str | Path, **options: Any) -> TokenDataset:
    return load_dataset(config_of(source, **options))
