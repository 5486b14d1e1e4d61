"""What is judged of many sequences, and what baselines count."""

import numpy as np
import pytest

from rnnkit.data.sequences import Sequences
from rnnkit.data.tokens.dataset import SequencePart
from rnnkit.tasks.next_token import bounds
from rnnkit.tasks.next_token.evaluation import Bound
from rnnkit.tasks.next_token.judging import baseline_tokens

LENGTHS = np.array([2, 3, 1, 4])
PART = SequencePart(Sequences.of_lengths(np.arange(1, 11, dtype=np.int32), LENGTHS), 0, (9,))


@pytest.mark.parametrize(
    ("most", "first", "last"),
    [
        (1, [2], [4]),
        (7, [2, 3], [1, 4]),
        (9, [2, 3, 1], [1, 4]),
        (14, [2, 3, 1, 4], [2, 3, 1, 4]),
    ],
)
def test_whole_sequences(
    monkeypatch: pytest.MonkeyPatch, most: int, first: list[int], last: list[int]
) -> None:
    monkeypatch.setattr(bounds, "JUDGED_TOKENS", most)
    monkeypatch.setattr(bounds, "COUNTED_TOKENS", most)
    judged, counted, found = bounds.bounded(PART, PART)
    assert isinstance(judged, SequencePart)
    assert isinstance(counted, SequencePart)
    assert judged.sequences.lengths.tolist() == first
    assert counted.sequences.lengths.tolist() == last
    expected = {} if most == 14 else {
        "judged": Bound(tokens=sum(first) + len(first), of=14),
        "counted": Bound(tokens=sum(last) + len(last), of=14),
    }  # fmt: skip
    assert found == expected


def test_between_marks() -> None:
    tokens = baseline_tokens(PART.last(7))
    assert tokens.ids.tolist() == [0, 6, 0, 0, 7, 8, 9, 10, 0]
    assert tokens.first.tolist() == [0, 0, 0, 3, 3, 3, 3, 3, 3]
    assert np.flatnonzero(~tokens.predicted).tolist() == [0, 3]
