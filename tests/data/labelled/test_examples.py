"""Labels get numbers: sorted, the same for any order of the file."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnkit.data.labelled.examples import UNLABELLED, Examples, Labels, class_numbers, class_values
from rnnkit.data.sequences import Sequences
from rnnkit.errors import DataError


def labels_of(*written) -> Labels:
    values = tuple(dict.fromkeys(written))
    return Labels(np.array([values.index(value) for value in written], np.intp), values)


@given(st.lists(st.integers(-50, 50), min_size=2))
def test_integers_are_numbered_in_order(written):
    if len(set(written)) < 2:
        return
    written = written * 2
    classes = class_values({"train": labels_of(*written)}, "data")
    assert classes == sorted(set(written))
    numbers = class_numbers(labels_of(*written), [str(value) for value in classes], "data")
    assert numbers.dtype == np.int32
    assert [classes[number] for number in numbers] == written


def test_labels_from_0_keep_their_number():
    labels = labels_of(10, 2, 0, 1, *range(11))
    names = [str(value) for value in class_values({"train": labels}, "data")]
    assert class_numbers(labels, names, "data")[:4].tolist() == [10, 2, 0, 1]


def test_text_is_sorted():
    assert class_values({"train": labels_of("b", "a", "10", "9")}, "") == ["10", "9", "a", "b"]


def test_unlabelled_examples_have_number_minus_1():
    numbers = class_numbers(Labels.unknown(3), ["a", "b"], "data")
    assert numbers.tolist() == [UNLABELLED] * 3


def test_taking_examples_takes_labels_and_names_along():
    sequences = Sequences.of_lengths(np.arange(6)[:, None], np.array([1, 2, 3]))
    all_three = Examples(sequences, labels_of("a", "b", "a"), np.array(["x", "y", "z"], object))
    taken = all_three.take(np.array([2, 1]))
    assert len(taken) == 2
    assert taken.sequences.starts.tolist() == [3, 1]
    assert taken.sequences.lengths.tolist() == [3, 2]
    assert taken.names.tolist() == ["z", "y"]
    assert taken.labels.present() == {"a", "b"}


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        (
            {"train": labels_of(1, "cat", 2)},
            "d.csv: labels are integers (1) and text ('cat') mixed: use one of them",
        ),
        (
            {"train": labels_of("cat", "cat")},
            "d.csv: every example has the label 'cat': there must be two classes or more",
        ),
        (
            {"train": labels_of(*"abcdefgh")},
            "d.csv: each of 8 examples has a label of its own, as 'a' is one: that names the "
            "examples, it is no class",
        ),
        (
            {"train": labels_of(0, 1), "test": labels_of(0, 7, 8)},
            "d.csv: no training example has the labels '7', '8' of the test part",
        ),
    ],
)
def test_labels_that_cannot_be_learned(parts, message):
    with pytest.raises(DataError) as error:
        class_values(parts, "d.csv")
    assert str(error.value) == message


def test_unknown_labels_are_listed():
    with pytest.raises(DataError) as error:
        class_numbers(labels_of("a", "x", "y"), ["a", "b"], "new.csv")
    assert str(error.value) == ("new.csv: unknown labels 'x', 'y': the run's classes are 'a', 'b'")
    with pytest.raises(DataError, match=r"are 'Sit', 'b'; 'sit' and 'Sit' differ in capitals al"):
        class_numbers(labels_of("sit", "b"), ["Sit", "b"], "new.csv")
    with pytest.raises(DataError, match=r"unknown label '99': .* '11' and 88 more$"):
        class_numbers(labels_of(99), [str(n) for n in range(100) if n != 99] + ["z"], "new.csv")
