"""As many windows of each series in every epoch, the same ones whenever it is gone through."""

import numpy as np

from rnnkit.data.batch import Shuffle
from rnnkit.data.series.dataset import DrawnWindows
from tests.data.series.small import dataset_of

FEW, MANY = np.arange(20.0), np.arange(200.0)


def drawn(each: int = 30) -> DrawnWindows:
    built = dataset_of(FEW, MANY, split={"validation": 0, "test": 0}, windows_per_series=each)
    assert isinstance(built.feed, DrawnWindows) and built.feed.part is built.train
    return built.feed


def test_each_series_gives_as_many():
    feed = drawn()
    windows = feed.windows(Shuffle(1, 0))
    assert np.bincount(feed.part.series[windows]).tolist() == [30, 30] and len(feed) == 60
    of_few = windows[feed.part.series[windows] == 0]
    assert set(of_few) == set(range(17)), "one with 17 gives all of them, some twice"
    of_many = windows[feed.part.series[windows] == 1]
    assert len(set(of_many)) == 30, "no window twice where there are enough"


def test_an_epoch_follows_from_seed_and_number():
    feed = drawn()
    again, other = feed.windows(Shuffle(1, 0)), feed.windows(Shuffle(1, 1))
    assert np.array_equal(again, feed.windows(Shuffle(1, 0)))
    assert not np.array_equal(np.sort(again), np.sort(other))
    assert np.array_equal(feed.windows(None), feed.windows(None))


def test_the_middle_of_an_epoch_is_gone_on_with():
    feed, shuffle = drawn(), Shuffle(3, 2)
    whole = list(feed.batches(8, shuffle=shuffle))
    assert len(whole) == feed.steps(8) == 8
    for before, after in zip(whole[5:], feed.batches(8, shuffle=shuffle, start=5), strict=True):
        np.testing.assert_array_equal(before.x, after.x)
        np.testing.assert_array_equal(before.valid, after.valid)


def test_without_it_every_window_is_read():
    built = dataset_of(FEW, MANY, split={"validation": 0, "test": 0})
    assert built.feed is built.train
