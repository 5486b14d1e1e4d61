"""A config -> its data. Which package reads the data of a task: one line a task.

Each package in the table offers the functions below and `Kept`, its Preprocessing class.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from rnnkit.config.root import Config
from rnnkit.config.stack import InputFacts
from rnnkit.data.batch import Feed
from rnnkit.data.dataset import Dataset
from rnnkit.data.preprocessing import Preprocessing

PACKAGES = {
    "classification": "rnnkit.data.labelled",
    "forecasting": "rnnkit.data.series",
    "memory": "rnnkit.data.memory_problems",
    "next_frame": "rnnkit.data.vectors",
    "next_token": "rnnkit.data.tokens",
}


def input_facts(config: Config) -> InputFacts:
    """What a model must know of the data, read with as little as they allow.

    Raises:
        DataError: the data are missing, damaged, or do not fit the config.
    """
    facts: InputFacts = _package(config).input_facts(config)
    return facts


def load_dataset(config: Config) -> Dataset:
    """Read, split and preprocess everything that the config's data section names.

    Raises:
        DataError: the data are missing, damaged, or do not fit the config.
    """
    dataset: Dataset = _package(config).load_dataset(config)
    return dataset


def read_new(config: Config, path: str | Path, kept: Preprocessing) -> Feed:
    """Read a file in the form of the training data, answers included, as a run's data were read.

    Raises:
        DataError: the file does not fit the run.
    """
    feed: Feed = _package(config).read_new(Path(path), kept)
    return feed


def read_preprocessing(config: Config, text: str) -> Preprocessing:
    """What a run kept of its data, from `Preprocessing.to_json`.

    Raises:
        RunError: the text is damaged.
    """
    kept: Preprocessing = _package(config).Kept.from_json(text)
    return kept


def _package(config: Config) -> Any:
    return importlib.import_module(PACKAGES[config.task])
