"""Padding takes the right frames of sequences in any order."""

import numpy as np
import pytest

from rnnkit.data.sequences import Sequences
from rnnkit.data.vectors import padding
from rnnkit.errors import DataError

VALUES = np.arange(6, dtype=np.uint8)[:, None]


def test_shorter_ones_end_in_zeros() -> None:
    some = Sequences.of_lengths(VALUES, np.array([1, 3, 2])).take(np.array([2, 1]))
    result = padding.padded(some, 4)
    assert result[:, :, 0].tolist() == [[4, 5, 0, 0], [1, 2, 3, 0]]
    assert result.dtype == np.uint8


@pytest.mark.parametrize("starts", [[3, 0], [2, 1]])
def test_equal_ones(starts: list[int]) -> None:
    some = Sequences(VALUES, np.array(starts), np.array([3, 3]))
    assert padding.padded(some, 3)[:, :, 0].tolist() == [[s, s + 1, s + 2] for s in starts]


def test_more_than_the_ram(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(padding, "ram_size", lambda: 7)
    two = Sequences.of_lengths(VALUES, np.array([2, 4]))
    with pytest.raises(DataError, match="2 sequences padded to 4 frames need 8 bytes"):
        padding.padded(two, 4)
