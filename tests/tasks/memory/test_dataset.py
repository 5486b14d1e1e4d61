"""Generated parts as feeds, and what a run keeps of them."""

from pathlib import Path

import numpy as np
import pytest
from rnnkit.data.memory_problems import read_new

from rnnkit.data.batch import Shuffle
from rnnkit.errors import DataError
from rnnkit.tasks.memory import dataset as dataset_module
from rnnkit.tasks.memory.dataset import MemoryDataset, check_size, make_dataset
from rnnkit.tasks.memory.preprocessing import MemoryPreprocessing

COUNTS = {"train": 10, "validation": 4, "test": 3}
ADDING = MemoryPreprocessing(problem="adding", length=6, ids=False)


def dataset(kept: MemoryPreprocessing = ADDING, seed: int = 0) -> MemoryDataset:
    return make_dataset(kept, COUNTS, seed=seed)


def test_parts_differ_and_follow_from_the_seed() -> None:
    first, again, other = dataset(), dataset(), dataset(seed=1)
    assert [len(part) for part in first.parts.values()] == [10, 4, 3]
    assert np.array_equal(first.train.x, again.train.x) and first.sha256 == again.sha256
    assert not np.array_equal(first.train.x, other.train.x) and first.sha256 != other.sha256
    assert not np.array_equal(first.train.x[:3], first.test.x)


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
    kept = MemoryPreprocessing(problem="copy", length=5, ids=ids)
    batch = next(iter(dataset(kept).train.batches(2)))
    assert batch.x.shape == ((2, 25) if ids else (2, 25, 10))
    assert batch.x.shape[1:] == kept.facts.shape
    assert (kept.facts.integer, kept.facts.outputs) == (ids, 10)
    assert (batch.y.shape, batch.valid.shape) == ((2, 25), (2,))


def test_kept_reads_back() -> None:
    assert MemoryPreprocessing.from_json(ADDING.to_json()) == ADDING
    assert ADDING.facts.shape == (6, 2)


def test_description() -> None:
    assert dataset().description == ("adding: 10 train, 4 validation, 3 test; 6 steps; generated")


def test_more_than_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = MemoryPreprocessing(problem="copy", length=5, ids=True)
    parts = dataset(kept).parts.values()
    size = sum(part.x.nbytes + part.y.nbytes for part in parts)
    monkeypatch.setattr(dataset_module, "is_large", lambda bytes_: bytes_ >= size)
    with pytest.raises(DataError, match=f"17 examples of 'copy' with 25 steps take {size:,} bytes"):
        check_size(kept, COUNTS)
    check_size(kept, {**COUNTS, "train": 9})


def test_files_are_not_read() -> None:
    with pytest.raises(DataError, match=r"x\.npz: the sequences of 'adding' are generated"):
        read_new(Path("x.npz"), ADDING)
