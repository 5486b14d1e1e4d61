import itertools

import numpy as np

from rnnkit.data.batch import Shuffle
from rnnkit.data.buckets import BUCKETS, GAIN, Buckets, bucket_limits, ladder

LENGTHS = np.array([1, 9, 2, 3, 10])


def test_rows_of_like_length_share_a_batch():
    plan = Buckets(LENGTHS, (3, 10)).plan(2)
    assert [(length, rows.tolist()) for length, rows, _ in plan] == [
        (3, [0, 2]),
        (10, [1, 4]),
        (3, [3, 3]),
    ]
    assert plan[2][2].tolist() == [1, 0]
    assert Buckets(LENGTHS, (3, 10)).steps(2) == 3


def test_longer_rows_than_all_limits_have_one_more():
    assert {length for length, _, _ in Buckets(LENGTHS, (3, 5)).plan(5)} == {3, 10}


def test_an_order_follows_from_seed_and_epoch():
    buckets = Buckets(np.arange(1, 40), (40,))
    first, again, other = (
        [rows.tolist() for _, rows, _ in buckets.plan(4, shuffle=Shuffle(1, epoch))]
        for epoch in (0, 0, 1)
    )
    assert first == again != other


def _filled(lengths, limits):
    return int(np.array(limits)[np.searchsorted(limits, lengths)].sum())


def test_limits_add_the_fewest_steps():
    lengths = np.random.default_rng(0).integers(1, 12, 40)
    limits = bucket_limits(lengths)
    least = {}
    for count in range(1, BUCKETS + 1):
        chosen = itertools.combinations(range(1, 11), count - 1)
        least[count] = min(_filled(lengths, [*some, 11]) for some in chosen)
    assert _filled(lengths, limits) == least[len(limits)]
    for count in range(2, len(limits) + 1):  # each was worth its compilation
        assert least[count] <= (1 - GAIN) * least[count - 1]


def test_one_long_row_does_not_fill_up_the_others():
    lengths = np.append(np.full(99, 5), 1000)
    assert bucket_limits(lengths) == (5, 1000)
    assert bucket_limits(np.full(3, 7)) == (7,)
    assert bucket_limits(np.arange(950, 1001)) == (1000,)


def test_many_rows_are_tried_at_some_lengths():
    lengths = np.random.default_rng(0).geometric(1 / 300, 100_000)
    limits = bucket_limits(lengths)
    assert len(limits) == BUCKETS
    assert limits[-1] == lengths.max()
    assert _filled(lengths, limits) < 1.5 * lengths.sum()


def test_a_ladder_has_few_lengths_and_adds_half_at_most():
    assert ladder(20) == (8, 12, 16, 20)
    assert ladder(5) == (5,)
    limits = ladder(10_000)
    assert len(limits) < 25
    assert all(b <= 1.5 * a for a, b in itertools.pairwise(limits))
