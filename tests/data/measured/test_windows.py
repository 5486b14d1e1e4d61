"""Which windows rows give, and where the answer to each stands."""

import numpy as np
import pytest

from rnnkit.data.labelled.examples import Examples, Labels
from rnnkit.data.measured.section import MeasuredData
from rnnkit.data.measured.windows import cut_windows
from rnnkit.data.sequences import Sequences
from rnnkit.errors import DataError


def units(*lengths: int) -> Examples:
    """Rows numbered from 0; the answer of a row is ten times its number."""
    count = sum(lengths)
    names = np.array([f"u{n}" for n in range(len(lengths))], object)
    steps = Sequences.of_lengths(np.arange(float(count))[:, None], np.array(lengths))
    course = 10 * np.arange(float(count))[:, None]
    return Examples(steps, Labels.none(len(lengths)), names, course=course)


def cut(examples: Examples, **options: object):
    section = {"source": "d.csv", "id": "id", "target": "y", **options}
    return cut_windows(examples, MeasuredData.model_validate(section), "d.csv")


def shown(windows):
    """`(first row, rows, answer)` of each."""
    sequences = windows.examples.sequences
    answers = windows.examples.targets[:, 0]
    return [*zip(sequences.starts.tolist(), sequences.lengths.tolist(), answers, strict=True)]


def test_every_row_ends_a_window_with_its_own_answer():
    windows = cut(units(4, 3), window=3)
    assert shown(windows) == [(0, 3, 20), (1, 3, 30), (4, 3, 60)]
    assert windows.ends.tolist() == [3, 4, 3]
    assert windows.examples.names.tolist() == ["u0", "u0", "u1"]
    assert windows.note == ""


def test_with_a_stride_the_last_row_still_ends_a_window():
    assert shown(cut(units(6), window=2, stride=3)) == [(1, 2, 20), (4, 2, 50)]


def test_the_answer_of_a_later_row():
    windows = cut(units(5), window=2, horizon=2)
    assert shown(windows) == [(0, 2, 30), (1, 2, 40)]


def test_shorter_windows_at_the_beginning():
    windows = cut(units(4), window=3, shortest=2)
    assert shown(windows) == [(0, 2, 10), (0, 3, 20), (1, 3, 30)]
    assert windows.ends.tolist() == [2, 3, 4]


def test_what_is_too_short_is_said():
    windows = cut(units(4, 2, 3), window=4)
    assert shown(windows) == [(0, 4, 30)]
    assert windows.note == (
        "d.csv: 2 of 3 ids ('u1', 'u2'), of 2 to 3 rows, too short for a window, which takes 4; "
        "data.shortest: 2 pads them"
    )


def test_no_window_fits():
    with pytest.raises(DataError) as error:
        cut(units(4), window=4, horizon=1)
    assert str(error.value) == (
        "d.csv: no window fits: 1 of 1 id ('u0'), of 4 rows, too short for a window, which takes "
        "4, and 1 more to its answer; data.shortest: 3 pads them"
    )
