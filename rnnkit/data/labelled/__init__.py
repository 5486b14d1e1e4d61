"""Sequences with one label each: `task: classification`."""

from __future__ import annotations

from pathlib import Path

from rnnkit.config.classification import ClassificationConfig
from rnnkit.config.stack import InputFacts
from rnnkit.data.labelled import load
from rnnkit.data.labelled.dataset import LabelledDataset, Part
from rnnkit.data.labelled.preprocessing import LabelledPreprocessing as Kept

__all__ = ["Kept", "input_facts", "load_dataset", "read_new"]


def input_facts(config: ClassificationConfig) -> InputFacts:
    return load.input_facts(
        config.data,
        seed=config.seed,
        ids=config.model.reads_ids,
        class_weight=config.training.class_weight,
    )


def load_dataset(config: ClassificationConfig) -> LabelledDataset:
    return load.load_dataset(
        config.data,
        seed=config.seed,
        ids=config.model.reads_ids,
        class_weight=config.training.class_weight,
    )


def read_new(path: Path, kept: Kept, *, labelled: bool = True) -> Part:
    return load.read_examples(path, kept, labelled=labelled)
