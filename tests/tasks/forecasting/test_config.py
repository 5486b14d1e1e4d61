"""The sections of `task: forecasting`."""

import pytest

from rnnkit.config.checks import check_config
from rnnkit.config.stack import InputFacts
from rnnkit.data.series.chains import Multiply
from tests.config.small import block, load, refusal

FORECAST = """\
version: 1
name: small
task: forecasting
data:
  source: x.csv
  target: y
  lookback: 5
  horizon: 3
model:
  layers:
    - lstm: {units: 4}
    - dense: {}
training:
  epochs: 1
"""
FACTS = InputFacts(shape=(5, 1), outputs=3)


def with_data(line: str) -> str:
    return FORECAST.replace("  lookback: 5\n", f"  lookback: 5\n  {line}\n")


def data_of(line: str):
    return load(with_data(line)).config.data


def misfits(text: str, facts: InputFacts = FACTS) -> str:
    problems = check_config(load(text), facts).problems
    return "\n".join(problem.render() for problem in problems)


def test_defaults():
    config = load(FORECAST).config
    assert (config.data.split.validation, config.data.split.test) == (0.1, 0.2)
    assert config.data.outputs == 3
    assert config.training.loss is None
    assert check_config(load(FORECAST), FACTS).layers[-1].units == 3
    assert config.smoke_overrides()["data.limit"] == 64


def test_chains():
    assert data_of("quantity: none").quantity == []
    assert data_of("quantity: absolute").quantity == ["absolute"]
    assert data_of("quantity: {multiply: 100}").quantity == [Multiply(multiply=100)]
    assert data_of("quantity: [log_return, {multiply: 100}]").quantity == [
        "log_return", Multiply(multiply=100)
    ]  # fmt: skip
    assert data_of("transform: log").transform == ["log"]
    assert data_of("transform: [log, difference]").transform == ["log", "difference"]


def test_a_chain_survives_the_resolved_config():
    data = data_of("quantity: [log_return, {multiply: 100}]")
    assert type(data).model_validate(data.model_dump(exclude_none=True)) == data


def test_borders():
    split = data_of("split: {validation: 2014-01-01, test: 0.2}").split
    assert (split.validation, split.test) == ("2014-01-01", 0.2)
    split = data_of("split: {validation: 0, test: 1980}").split
    assert (split.validation, split.test) == (0, 1980)


def test_one_output_a_step_is_fed_back():
    config = load(with_data("multi_step: recursive")).config
    assert config.data.outputs == 1


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "transform: absolute",
            "c.yaml:8:14: transform: 'absolute' is not a step of `transform`. It has no inverse: "
            "as a step of `quantity` it says what is forecast",
        ),
        (
            "transform: [log, diference]",
            "'diference' is not a step of `transform`. Did you mean 'difference'?",
        ),
        ("quantity: [{multiply: 0}]", "multiply (=0) must be greater than 0"),
        ("quantity: log_retrun", "'log_retrun' is not a step of `quantity`. Did you mean"),
        ("calendar: [weekday]", "calendar (='weekday') must be 'month', 'quarter'"),
        ("split: {test: 1.5}", "test (=1.5) must be"),
        ("season: 0", "season (=0) must be"),
        (
            "features: [y]",
            "column 'y' is named twice among target, features, known, static, time and series",
        ),
        (
            "multi_step: recursive\n  features: [f]",
            "multi_step (=recursive) feeds forecasts back, but nothing forecasts the features",
        ),
        ("simulation: {coefficient: 1}", "coefficient (=1) must be less than 1"),
    ],
)
def test_refusals(line, message):
    assert message in refusal(with_data(line))


def test_a_wrong_step_is_pointed_at():
    assert refusal(with_data("quantity: [log, logg]")) == block(
        """
        c.yaml:8:19: quantity: 'logg' is not a step of `quantity`. Did you mean 'log'?
          8 |   quantity: [log, logg]
            |                   ^^^^
        """
    )


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        ("dense: {units: 2}", "dense: units (=2) must be 3, 3 (steps) x 1 (targets): leave"),
        ("dense: {activation: relu}", "dense: activation (='relu') bounds what can be forecast"),
        ("dropout: {rate: 0.1}", "the last layer is dropout; forecasting ends with a dense layer"),
    ],
)
def test_the_output_must_fit(layer, message):
    assert message in misfits(FORECAST.replace("dense: {}", layer))


def test_a_linear_output_fits():
    assert misfits(FORECAST.replace("dense: {}", "dense: {units: 3, activation: linear}")) == ""
