"""What an example is, as a number."""

import numpy as np

from rnnkit.data.keys import content_keys
from rnnkit.data.sequences import Sequences


def test_some_of_the_examples_keep_their_numbers() -> None:
    values = np.random.default_rng(0).normal(size=(20, 2))
    every = Sequences.of_lengths(values, np.array([3, 5, 2, 6, 4]))
    some = np.array([0, 2, 3])
    assert np.array_equal(content_keys(every.take(some)), content_keys(every)[some])
    assert len(set(content_keys(every))) == 5
