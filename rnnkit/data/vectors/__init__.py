"""Sequences of vectors, each to be predicted from those before: `task: next_frame`."""

from __future__ import annotations

from pathlib import Path

from rnnkit.config.next_frame import NextFrameConfig
from rnnkit.config.stack import InputFacts
from rnnkit.data.vectors import load
from rnnkit.data.vectors.dataset import FrameDataset, Frames
from rnnkit.data.vectors.preprocessing import FramePreprocessing as Kept

__all__ = ["Kept", "input_facts", "load_dataset", "read_new"]


def input_facts(config: NextFrameConfig) -> InputFacts:
    return load.input_facts(config.data, seed=config.seed)


def load_dataset(config: NextFrameConfig) -> FrameDataset:
    return load.load_dataset(config.data, seed=config.seed)


def read_new(path: Path, kept: Kept) -> Frames:
    return load.read_new(path, kept)
