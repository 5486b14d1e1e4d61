"""The model card of a run, from what its folder and its evaluation say."""

from pathlib import Path
from typing import Any

import pytest

from rnnkit.datasets import EMBEDDED
from rnnkit.errors import RunError
from rnnkit.files import write_json, write_text
from rnnkit.reports.card import Grid
from rnnkit.reports.findings import Findings
from rnnkit.reports.model_card import read_data_card, write_model_card
from rnnkit.run import Run
from tests.reports.test_card import a_card

METADATA: dict[str, Any] = {
    "started": "2026-11-23T20:45:02+0000",
    "command": ["rnnkit", "train", "a.yaml"],
    "seed": 3,
    "device": {"name": "cpu", "description": "a processor"},
    "parameters": 1_234,
    "versions": {"rnnkit": "0.1.0", "python": "3.11.7"},
    "notes": ["one", "two"],
    "epochs": 2,
    "steps": 40,
    "training_seconds": 65.0,
}
FINDINGS = Findings(
    judged="test: 2 examples of 2 classes",
    scores=Grid(("", "this model"), (("accuracy", "0.5"), ("a|b", "1"))),
    does="Tells 'no' from 'yes'.",
    verdict=["No better."],
    unfit=["Telling *them* apart."],
)
MARKDOWN = r"""# Model card: a

Tells 'no' from 'yes'.

- **run**: a/20261123-204502
- **weights**: 1,234 parameters
- **trained**: 2 epochs, 40 steps in all, 1 min 05 s on a processor
- **begun**: 2026-11-23T20:45:02+0000
- **seed**: 3
- **with**: rnnkit 0.1.0, python 3.11.7
- **command**: rnnkit train a.yaml
- **note**: one
- **note**: two

## What it was trained on

- **data**: a.csv: 3 train, 2 test
- **sha256**: 0000000000000000000000000000000000000000000000000000000000000000
- **parts**: drawn

| part | examples |
| --- | ---: |
| train | 3 |
| test | 2 |

| class | train | test |
| --- | ---: | ---: |
| no | 2 | 1 |
| yes | 1 | 1 |

## How it was judged

test: 2 examples of 2 classes

|  | this model |
| --- | ---: |
| accuracy | 0.5 |
| a\|b | 1 |

- No better.
- All of this is one training, of seed 3: another may do otherwise.

## Where it fails

- Nothing finer than the scores above was measured.

## What it must not be used for

- Telling \*them\* apart.
"""


@pytest.fixture
def run(tmp_path: Path) -> Run:
    run = Run(tmp_path / "a" / "20261123-204502")
    run.path.mkdir(parents=True)
    write_json(run.metadata, METADATA)
    return run


def test_the_whole_card(run: Run) -> None:
    write_model_card(run, a_card(table=None, notes=()), FINDINGS)
    assert run.model_card.read_text() == MARKDOWN


def test_nothing_that_judges_it(run: Run) -> None:
    card = write_model_card(run, a_card(lengths=(1, 9)), None)
    assert card.unfit[0] == "Whatever must be right: it was judged on 0 examples."
    assert "Sequences of more than 9 steps: the data have none." in card.unfit
    text = run.model_card.read_text()
    assert "Nothing was kept back to judge it by: nothing says how good it is." in text
    assert "## Where it fails" not in text


def test_without_a_part_of_its_own(run: Run) -> None:
    data = a_card()
    followed = data.model_copy(update={"followed": "test"})
    card = write_model_card(run, followed, FINDINGS)
    assert card.verdict[1].startswith("Its training was followed on the part that judges it")


def test_what_rnnkit_brings_has_its_licence(run: Run) -> None:
    write_model_card(run, a_card(sha256=EMBEDDED["splice"].sha256), FINDINGS)
    assert "- **licence**: CC-BY-4.0 (rnnkit/datasets" in run.model_card.read_text()


def test_names_from_the_data_are_no_markup(run: Run) -> None:
    hostile = "<b>[x](y)`\n# _it_ snake_case\x1b[0m\\"
    write_model_card(run, a_card(description=hostile), FINDINGS)
    [line] = [one for one in run.model_card.read_text().splitlines() if "snake" in one]
    assert line == r"- **data**: \<b>\[x\](y)\` # \_it\_ snake_case�\[0m\\"


def test_the_data_card_reads_back(run: Run) -> None:
    card = a_card(lengths=(1, 9), alphabets=("Latin",))
    write_text(run.card, card.model_dump_json())
    assert read_data_card(run) == card
    write_text(run.card, card.model_dump_json().replace('"classes":[2,1]', '"classes":[2]'))
    with pytest.raises(RunError, match="parts without a class or a target that others have"):
        read_data_card(run)
    write_text(run.card, "{}")
    with pytest.raises(RunError, match=r"data\.json: damaged"):
        read_data_card(run)
    run.card.unlink()
    with pytest.raises(RunError, match=r"data\.json: cannot be read: No such file"):
        read_data_card(run)
