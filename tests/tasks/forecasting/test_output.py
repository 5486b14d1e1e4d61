"""The `output:` key: what goes with it, and how many numbers a model gives."""

import pytest

from rnnkit.config.stack import InputFacts
from rnnkit.tasks.forecasting.output import Quantiles, levels_of, shown_levels
from tests.config.small import load, refusal
from tests.tasks.forecasting.test_config import FACTS, FORECAST, misfits

QUANTILES = "{quantiles: [0.1, 0.5, 0.9]}"


def with_output(output: str, **lines: str) -> str:
    text = FORECAST.replace("model:\n", f"output: {output}\nmodel:\n")
    for section, line in lines.items():
        text = text.replace(f"{section}:\n", f"{section}:\n  {line}\n")
    return text


@pytest.mark.parametrize(
    ("output", "numbers"),
    [("point", 1), ("gaussian", 2), ("student_t", 3), ("negative_binomial", 2), (QUANTILES, 3)],
)
def test_numbers(output: str, numbers: int) -> None:
    config = load(with_output(output)).config
    assert config.numbers == numbers
    assert config.asking(FACTS).outputs == 3 * numbers
    assert config.data.counts == (output == "negative_binomial")


def test_the_units_follow() -> None:
    text = with_output("gaussian").replace("dense: {}", "dense: {units: 3}")
    facts = load(text).config.asking(FACTS)
    assert facts == InputFacts(shape=(5, 1), outputs=6)
    assert "must be 6, 3 (steps) x 1 (targets) x 2 (of a gaussian): leave" in misfits(text, facts)


def test_levels() -> None:
    many = Quantiles(quantiles=[0.025, 0.1, 0.25, 0.5, 0.9, 0.975])
    assert shown_levels(many) == (0.8, 0.95)
    assert levels_of(many) == (0.025, 0.1, 0.25, 0.5, 0.9, 0.975)
    assert shown_levels("gaussian") == (0.8, 0.95)
    assert set(levels_of("gaussian")) >= {0.025, 0.1, 0.5, 0.9, 0.975}


@pytest.mark.parametrize(
    ("output", "lines", "message"),
    [
        (
            "gaussian",
            {"training": "loss: huber"},
            "output (gaussian) has a loss of its own: remove training.loss (=huber)",
        ),
        (
            QUANTILES,
            {"data": "multi_step: recursive"},
            "multi_step (=recursive) draws paths, and quantiles do not say how their tails are",
        ),
        ("negative_binomial", {"data": "transform: log"}, "is a distribution of the counts"),
        ("student_t", {"data": "transform: log_return"}, "transform takes differences, and output"),
        ("{quantiles: [0.1, 0.9]}", {}, "0.5 is missing: the median is the forecast itself"),
        ("{quantiles: [0.5, 0.1]}", {}, "quantiles must ascend, each once"),
        ("{quantiles: [0.5, 1]}", {}, "quantiles (=1) must be less than 1"),
        ("gausian", {}, "output (='gausian') is not known. Did you mean 'gaussian'?"),
    ],
)
def test_refusals(output: str, lines: dict[str, str], message: str) -> None:
    assert message in refusal(with_output(output, **lines))


def test_differences_of_one_step_are_told() -> None:
    text = with_output("gaussian", data="transform: log_return")
    assert load(text.replace("horizon: 3", "horizon: 1")).config.output == "gaussian"
    assert load(text.replace("horizon: 3", "multi_step: recursive")).config.numbers == 2
