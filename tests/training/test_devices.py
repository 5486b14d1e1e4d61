"""Memory that runs out: one message that says which batch size to try."""

import pytest

from rnnkit.errors import RunError
from rnnkit.runtime import tf
from rnnkit.training.devices import out_of_memory_explained


def explained(batch_size: int, text: str) -> str:
    with pytest.raises(RunError) as error, out_of_memory_explained(batch_size):
        raise tf.errors.ResourceExhaustedError(None, None, text)
    return str(error.value)


def test_half_the_batch_is_advised() -> None:
    text = explained(64, "Out of memory while trying to allocate 99 bytes.\n[[node a]]")
    assert text.startswith("the device has too little RAM for batches of 64. In a new run, set ")
    assert "training.batch_size to 32" in text
    assert text.endswith("TensorFlow said: Out of memory while trying to allocate 99 bytes.")


def test_a_batch_of_one_cannot_be_halved() -> None:
    assert "Use shorter sequences or fewer units" in explained(1, "OOM")


def test_a_full_disk_is_not_memory() -> None:
    assert explained(64, "events.out; No space left on device").startswith("the disk is full: ")
