"""The table of docs/export.md: every shipped config, with new weights, in every format."""

import importlib
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnnkit.config.shipped import shipped_configs
from rnnkit.config.stack import InputFacts
from rnnkit.errors import OptionError
from rnnkit.formats import FORMATS, find_format
from rnnkit.formats.network import OUTPUT, Network, network_of
from rnnkit.workflows.build import plain_model
from rnnkit.workflows.check import check

DOCS = Path(__file__).parents[2] / "docs" / "export.md"
GENERATE = {"next_token", "next_frame"}  # tasks whose networks carry their states
STEPS = 64  # at most; splice reads windows of 60
pytestmark = [pytest.mark.filterwarnings("ignore::UserWarning")]


def network_and_inputs(name: str) -> tuple[Network, dict[str, np.ndarray[Any, Any]]]:
    checked = check(shipped_configs()[name])
    network = network_of(
        checked.stack, checked.facts, plain_model(checked).get_weights(),
        carried=checked.config.task in GENERATE, name=name,
    )  # fmt: skip
    facts: dict[str, InputFacts] = {"input": checked.facts, **checked.facts.beside}
    steps = checked.facts.shape[0] or STEPS
    steps = steps if checked.facts.answered else min(STEPS, steps)
    inputs = {name: values(one, steps) for name, one in facts.items()}
    return network, {**inputs, **network.zeros(2)}


def values(facts: InputFacts, steps: int) -> np.ndarray[Any, Any]:
    shape = (2, *facts.shape) if facts.time == "none" else (2, steps, *facts.shape[1:])
    rng = np.random.default_rng(0)
    if facts.integer:
        return rng.integers(1, facts.vocabulary or 2, shape).astype(np.int32)
    return rng.normal(size=shape).astype(np.float32)


def outcome(name: str, to: str, folder: Path) -> str:
    """`yes`, or why not."""
    network, inputs = network_and_inputs(name)
    module, path = importlib.import_module(FORMATS[to].module), folder / FORMATS[to].file
    try:
        module.write(network, path, None)
    except OptionError as error:
        return str(error)
    given = module.opened(path, network)(inputs)[OUTPUT]
    np.testing.assert_allclose(given, network.call(inputs)[OUTPUT], rtol=1e-3, atol=1e-4)
    return "yes"


@pytest.mark.parametrize("name", ["bike_sharing", "splice", "tunes"])
def test_some(name: str, tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime")
    assert outcome(name, "onnx", tmp_path) == told()[name][0]


def told() -> dict[str, list[str]]:
    """What the table in the documentation says, by config."""
    rows = re.findall(r"^\| `(\w+)` \|(.*)\|$", DOCS.read_text(encoding="utf-8"), re.M)
    return {name: [cell.strip() for cell in cells.split("|")] for name, cells in rows}


def test_all_are_told() -> None:
    assert list(told()) == list(shipped_configs())


@pytest.mark.slow
@pytest.mark.parametrize("name", shipped_configs())
def test_every_one(name: str, tmp_path: Path) -> None:
    for to in FORMATS:
        find_format(to, None)
    found = []
    for to in FORMATS:
        (tmp_path / to).mkdir()
        found.append(outcome(name, to, tmp_path / to))
    assert found == told()[name]
