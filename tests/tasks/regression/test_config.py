"""The sections of `task: regression`, and what does not fit them."""

import pytest

from rnnkit.config.checks import check_config
from rnnkit.config.stack import InputFacts
from rnnkit.errors import ConfigError
from rnnkit.tasks import load_config
from tests.tasks.regression.small import WINDOWS, config_of, values_of


def refusal(**options) -> str:
    with pytest.raises(ConfigError) as error:
        config_of("d.csv", **options)
    return str(error.value)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"stride": 2}, "stride is for windows: set window, or remove it"),
        ({"shortest": 2}, "shortest is for windows: set window, or remove it"),
        ({"window": 3}, "window cuts the rows of a long table: it needs `id` as well"),
        ({"window": 3, "id": "i", "shortest": 4}, "shortest (=4) must be at most window (=3)"),
        ({"window": 3, "id": "i", "max_length": 4}, "max_length cuts whole sequences"),
        ({"clip": {}}, "clip has no bound: give minimum, maximum or both"),
        ({"clip": {"minimum": 3, "maximum": 2}}, "minimum (=3) must be below maximum (=2)"),
        ({"evaluate": {"at": "last"}}, "evaluate: at: last is for windows: set data.window"),
    ],
)
def test_what_does_not_fit(options, text):
    assert text in refusal(**options)


def test_what_is_resolved_is_a_config():
    """With every default written out, those of windows too."""
    config = config_of("d.csv", target="y")
    again = load_config(config.model_dump(mode="json"), environment={}).config
    assert again == config


@pytest.mark.parametrize(
    ("dense", "text"),
    [
        ({"units": 3}, "dense: units (=3) must be 2, a mean and a spread a target: leave it out"),
        ({"activation": "relu"}, "dense: activation (='relu') bounds what can be predicted"),
    ],
)
def test_the_last_layer(dense, text):
    values = values_of("d.csv", loss="gaussian", **WINDOWS)
    values["model"]["layers"][-1] = {"dense": dense}
    stack = check_config(load_config(values, environment={}), InputFacts((4, 2), outputs=2))
    assert text in str(stack.problems[0])
