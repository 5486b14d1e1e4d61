"""Generated parts as feeds, and what a model must know of them."""

from typing import Any

import numpy as np
import pytest

from rnnkit.data.batch import Shuffle
from rnnkit.errors import DataError
from rnnkit.tasks import load_config
from rnnkit.tasks.memory import dataset as dataset_module
from rnnkit.tasks.memory.config import MemoryConfig
from rnnkit.tasks.memory.dataset import MemoryDataset, facts, load_dataset, outline

COUNTS = {"train": 10, "validation": 4, "test": 3}


def config_of(
    source: str = "adding", length: int = 6, *, seed: int = 0, ids: bool = False, train: int = 10
) -> MemoryConfig:
    layers: list[Any] = [{"embedding": {"output_dim": 2}}] if ids else []
    config = load_config(
        {
            "version": 1,
            "name": "small",
            "task": "memory",
            "seed": seed,
            "data": {"source": source, "length": length, "examples": {**COUNTS, "train": train}},
            "model": {"layers": [*layers, {"lstm": {"units": 2}}, "dense"]},
            "training": {"epochs": 1},
        }
    ).config
    assert isinstance(config, MemoryConfig)
    return config


def dataset(config: MemoryConfig | None = None, seed: int = 0) -> MemoryDataset:
    return load_dataset(config or config_of(seed=seed))


def test_parts_differ_and_follow_from_the_seed() -> None:
    first, again, other = dataset(), dataset(), dataset(seed=1)
    assert [len(part) for part in first.parts.values()] == [10, 4, 3]
    assert np.array_equal(first.train.store, again.train.store) and first.sha256 == again.sha256
    assert not np.array_equal(first.train.store, other.train.store) and first.sha256 != other.sha256
    assert not np.array_equal(first.train.store[:3], first.test.store)


def test_batches_are_filled_up_and_shuffled() -> None:
    part = dataset().train
    batches = list(part.batches(4, shuffle=Shuffle(0, 0)))
    assert part.steps(4) == len(batches) == 3
    assert [batch.valid.sum() for batch in batches] == [4, 4, 2]
    real = np.concatenate([b.y[b.valid > 0] for b in batches])
    assert np.array_equal(np.sort(real), np.sort(part.y)) and not np.array_equal(real, part.y)
    (second,) = part.batches(4, shuffle=Shuffle(0, 0), start=2)
    assert np.array_equal(second.x, batches[2].x)


@pytest.mark.parametrize("ids", [True, False])
def test_copy_as_ids_or_vectors(ids: bool) -> None:
    config = config_of("copy", 5, ids=ids)
    batch = next(iter(dataset(config).train.batches(2)))
    assert batch.x.shape == ((2, 25) if ids else (2, 25, 10))
    found = outline(config)
    assert found == facts(config) and found.shape == batch.x.shape[1:]
    assert (found.integer, found.outputs) == (ids, 10)
    assert (batch.y.shape, batch.valid.shape) == ((2, 25), (2,))


def test_adding_is_two_numbers_a_step() -> None:
    assert outline(config_of()).shape == (6, 2)
    assert next(iter(dataset().train.batches(2))).x.shape == (2, 6, 2)


def test_description() -> None:
    assert dataset().description == ("adding: 10 train, 4 validation, 3 test; 6 steps; generated")


def test_more_than_the_ram(monkeypatch: pytest.MonkeyPatch) -> None:
    config = config_of("copy", 5, ids=True)
    size = sum(part.store.nbytes + part.y.nbytes for part in dataset(config).parts.values())
    monkeypatch.setattr(dataset_module, "is_large", lambda bytes_: bytes_ >= size)
    for read in (outline, load_dataset):
        with pytest.raises(
            DataError, match=f"17 examples of 'copy' with 25 steps take {size:,} bytes"
        ):
            read(config)
        read(config_of("copy", 5, ids=True, train=9))
