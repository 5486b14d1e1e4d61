"""Sequences with one label each: `task: classification`."""

from __future__ import annotations

from pathlib import Path

from rnnkit.config.stack import InputFacts
from rnnkit.data.labelled.dataset import LabelledDataset, Part
from rnnkit.data.labelled.preprocessing import LabelledPreprocessing as Kept
from rnnkit.tasks.classification import dataset as load
from rnnkit.tasks.classification.config import ClassificationConfig

__all__ = ["Kept", "input_facts", "load_dataset", "read_new"]


def input_facts(config: ClassificationConfig) -> InputFacts:
    return load.input_facts(config.data, ids=config.model.reads_ids)


def load_dataset(config: ClassificationConfig) -> LabelledDataset:
    return load.load_dataset(
        config.data,
        seed=config.seed,
        ids=config.model.reads_ids,
        class_weight=config.training.class_weight,
    )


def read_new(path: Path, kept: Kept, *, labelled: bool = True) -> Part:
    return load.read_examples(path, kept, labelled=labelled)
