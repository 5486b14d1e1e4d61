import numpy as np

from rnnkit.data.batch import Shuffle
from rnnkit.data.buckets import Buckets

LENGTHS = np.array([1, 9, 2, 3, 10])


def test_rows_of_like_length_share_a_batch():
    plan = Buckets(LENGTHS, (3, 10)).plan(2)
    assert [(length, rows.tolist()) for length, rows, _ in plan] == [
        (3, [0, 2]),
        (3, [3, 3]),
        (10, [1, 4]),
    ]
    assert plan[1][2].tolist() == [1, 0]
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
