"""Generated sequences that only a long memory can answer: `task: memory`."""

from __future__ import annotations

from pathlib import Path

from rnnkit.config.memory import MemoryConfig
from rnnkit.config.stack import InputFacts
from rnnkit.data.memory_problems.dataset import (
    MemoryDataset,
    MemoryPart,
    check_size,
    make_dataset,
)
from rnnkit.data.memory_problems.preprocessing import MemoryPreprocessing as Kept
from rnnkit.errors import DataError

__all__ = ["Kept", "input_facts", "load_dataset", "read_new"]


def input_facts(config: MemoryConfig) -> InputFacts:
    return _kept(config).facts


def load_dataset(config: MemoryConfig) -> MemoryDataset:
    return make_dataset(_kept(config), config.data.examples.model_dump(), seed=config.seed)


def read_new(path: Path, kept: Kept) -> MemoryPart:
    raise DataError(
        f"{path}: the sequences of '{kept.problem}' are generated, they are not read from files: "
        "leave --data out"
    )


def _kept(config: MemoryConfig) -> Kept:
    data = config.data
    kept = Kept(problem=data.source, length=data.length, ids=config.model.reads_ids)
    check_size(kept, data.examples.model_dump())
    return kept
