"""Running text in parallel streams: every token counts once, and rows go on where they ended."""

import numpy as np
import pytest

from rnnkit.data.batch import Batch, Shuffle
from rnnkit.data.tokens import streams
from rnnkit.data.tokens.streams import TextPart

IDS = np.arange(100, dtype=np.int32)  # every token is its own place


def counted(batches: list[Batch]) -> list[int]:
    """The tokens that count, sorted."""
    return sorted(int(t) for b in batches for t in b.y[b.valid > 0])


@pytest.mark.parametrize("shuffle", [None, Shuffle(0, 0), Shuffle(0, 3)])
@pytest.mark.parametrize(("begin", "end", "batch_size"), [(1, 100, 4), (1, 20, 3), (40, 53, 2)])
def test_every_token_counts_once(
    begin: int, end: int, batch_size: int, shuffle: Shuffle | None
) -> None:
    part = TextPart(IDS, begin, end, window=5)
    batches = list(part.batches(batch_size, shuffle=shuffle))
    assert counted(batches) == list(range(begin, end))
    assert len(batches) == part.steps(batch_size)
    assert {b.x.shape for b in batches} == {(batch_size, 5)}
    assert all((b.y - b.x == 1)[b.valid > 0].all() for b in batches)
    assert all(np.array_equal(b.valid, b.weight) for b in batches)


def test_rows_go_on_from_batch_to_batch() -> None:
    first, second, *_ = TextPart(IDS, 1, 100, window=5).batches(3)
    assert np.array_equal(second.x[:, 0], first.y[:, -1])


def test_shuffling_is_a_function_of_seed_and_epoch() -> None:
    part = TextPart(IDS, 1, 100, window=5)
    once, again = (list(part.batches(3, shuffle=Shuffle(1, 2))) for _ in range(2))
    other = list(part.batches(3, shuffle=Shuffle(1, 3)))
    assert all(np.array_equal(a.x, b.x) for a, b in zip(once, again, strict=True))
    assert not np.array_equal(once[0].x, other[0].x)


def test_a_pass_can_begin_in_the_middle() -> None:
    part = TextPart(IDS, 1, 100, window=5)
    whole = list(part.batches(3, shuffle=Shuffle(0, 1)))
    rest = list(part.batches(3, shuffle=Shuffle(0, 1), start=2))
    assert [b.x.tolist() for b in rest] == [b.x.tolist() for b in whole[2:]]


@pytest.mark.parametrize("batch_size", [1, 2, 3])
def test_a_held_back_part_is_read_after_what_stands_before_it(
    monkeypatch: pytest.MonkeyPatch, batch_size: int
) -> None:
    monkeypatch.setattr(streams, "WARM_UP", 7)
    part = TextPart(IDS, 50, 93, window=5, held_back=True)
    batches = list(part.batches(batch_size))
    assert counted(batches) == list(range(50, 93))
    x = np.concatenate([b.x for b in batches], axis=1)
    assert x[0, 0] == 50 - 7 - 1
    assert all((np.diff(row[: np.argmax(row)]) == 1).all() for row in x)  # nothing left out


def test_a_short_held_back_part_has_fewer_streams() -> None:
    part = TextPart(IDS, 50, 93, window=5, held_back=True)
    assert {b.x.shape for b in part.batches(8)} == {(1, 5)}
    assert next(iter(part.batches(8))).x[0, 0] == 0  # there is no more history


def test_windows_without_a_past() -> None:
    windows = TextPart(IDS, 10, 31, window=5).windows
    batches = list(windows.batches(3))
    assert len(windows) == 20
    assert windows.steps(3) == len(batches) == 2
    assert counted(batches) == list(range(10, 30))
    assert batches[0].x[:, 0].tolist() == [9, 14, 19]
