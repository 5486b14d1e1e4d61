"""Preprocessing survives its own JSON, and says so when that is damaged."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnkit.data.labelled.preprocessing import LabelledPreprocessing
from rnnkit.data.scaling import Scale
from rnnkit.errors import RunError

finite = st.floats(allow_nan=False, allow_infinity=False)

EVERYTHING = LabelledPreprocessing(
    classes=("ä", "b"),
    label_type="text",
    length=7,
    features=2,
    masked=True,
    scale=Scale(name="standard", offset=(0.1, 1e-30), divisor=(3.0, 1 / 3)),
    columns=("x", "y"),
)


def test_json_holds_everything():
    assert LabelledPreprocessing.from_json(EVERYTHING.to_json()) == EVERYTHING
    assert json.loads(EVERYTHING.to_json())["classes"] == ["ä", "b"]


@given(st.lists(st.tuples(finite, finite.filter(bool)), min_size=1))
def test_numbers_come_back_to_the_bit(pairs):
    offset, divisor = zip(*pairs, strict=True)
    scale = Scale(name="robust", offset=offset, divisor=divisor)
    before = EVERYTHING.model_copy(update={"scale": scale, "features": len(pairs)})
    assert LabelledPreprocessing.from_json(before.to_json()) == before


def test_labels_come_out_as_they_were():
    assert EVERYTHING.label(0) == "ä"
    integers = EVERYTHING.model_copy(update={"classes": ("0", "7"), "label_type": "integer"})
    assert integers.label(1) == 7


def test_a_scale_has_one_offset_a_feature():
    scale = EVERYTHING.scale
    x = np.array([[0.1, 1e-30], [3.1, 1 / 3]])
    np.testing.assert_allclose(scale.apply(x), [[0, 0], [1, 1]], atol=1e-6)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (EVERYTHING.to_json()[:-30], "the run's preprocessing is damaged: Invalid JSON: "),
        (
            EVERYTHING.to_json().replace('"length": 7', '"length": "7"'),
            "the run's preprocessing is damaged: length: Input should be a valid integer",
        ),
    ],
)
def test_damage_is_a_run_error(text, message):
    with pytest.raises(RunError) as error:
        LabelledPreprocessing.from_json(text)
    assert str(error.value).startswith(message)
