"""What the config tests share: a small valid config, and what loading or checking one says."""

from pathlib import Path
from textwrap import dedent

import pytest

from rnnkit.config.checks import check_config
from rnnkit.config.loading import LoadedConfig
from rnnkit.config.stack import InputFacts, Stack
from rnnkit.errors import ConfigError
from rnnkit.tasks import load_config

SMALL = """\
version: 1
name: small
task: classification
data:
  source: mnist
model:
  layers:
    - lstm: {units: 4}
    - dense: {units: 10}
training:
  epochs: 1
"""
ROWS = InputFacts(shape=(28, 28), integer=False, vocabulary=None, outputs=10)
NO_VARIABLES: dict[str, str] = {}


def load(text: str, *overrides: str, environment: dict[str, str] = NO_VARIABLES) -> LoadedConfig:
    """Load `text` from c.yaml in the current folder."""
    Path("c.yaml").write_bytes(text.encode())
    return load_config("c.yaml", overrides=overrides, environment=environment)


def refusal(text: str, *overrides: str, environment: dict[str, str] = NO_VARIABLES) -> str:
    """What stands on the terminal when c.yaml with this text is refused."""
    with pytest.raises(ConfigError) as caught:
        load(text, *overrides, environment=environment)
    return str(caught.value)


def with_layers(*layers: str) -> str:
    """SMALL with these items, the first of them in line 8."""
    items = "".join(f"    - {layer}\n" for layer in layers)
    return SMALL.replace("    - lstm: {units: 4}\n    - dense: {units: 10}\n", items)


def stack_of(text: str, facts: InputFacts = ROWS) -> Stack:
    return check_config(load(text), facts)


def misfits(text: str, facts: InputFacts = ROWS) -> str:
    """Every problem of a config that loads but of which no model can be built."""
    return "\n".join(problem.render() for problem in stack_of(text, facts).problems)


def block(text: str) -> str:
    """An expected message, indented as the test is."""
    return dedent(text).strip("\n")
