"""Random configs through every verb: the short form of `python -m tests.guard`."""

import dataclasses
from pathlib import Path

import pytest

from rnnkit.config.document import dump_document
from rnnkit.tasks import CONFIGS
from tests.guard.data import config_of
from tests.guard.schema import keys_of, shown
from tests.guard.trial import FIXED, Guard

pytestmark = pytest.mark.usefixtures("painted")

SEED = 1


@pytest.fixture(scope="module")
def guard(tmp_path_factory: pytest.TempPathFactory) -> Guard:
    return Guard(tmp_path_factory.mktemp("guard"), SEED, every_verb=False)


@pytest.mark.parametrize("number", range(14))
def test_what_check_accepts_trains(number: int, guard: Guard) -> None:
    trial = guard.trial(number)
    assert trial.fault is None, trial.report()


@pytest.mark.slow
def test_some_hundreds(tmp_path: Path) -> None:
    guard = Guard(tmp_path, SEED)
    trials = [guard.trial(number) for number in range(14, 514)]
    faults = [trial.report() for trial in trials if trial.fault is not None]
    assert not faults, "\n\n".join(faults)
    accepted = sum(trial.accepted for trial in trials)
    assert accepted > 0.7 * len(trials)


def test_every_base_is_accepted(guard: Guard) -> None:
    for base in guard.bases:
        guard.path.write_text(dump_document(config_of(base)), encoding="utf-8")
        ended = guard.run("check", str(guard.path))
        assert ended.code == 0, ended.output


def test_every_key_has_its_turn(guard: Guard) -> None:
    """In as many configs as the long form draws."""
    turns = {task: set[str]() for task in CONFIGS}
    for number in range(500):
        task, keys = guard.turn(number)
        turns[task] |= set(map(shown, keys))
    drawn = set.union(*turns.values())
    for task, config in CONFIGS.items():
        keys = {shown(key) for key in keys_of(config)} - {*FIXED}
        assert keys <= drawn
        assert {key for key in keys if key.startswith("data")} <= turns[task]


def test_a_config_is_drawn_from_its_number(guard: Guard) -> None:
    first = guard.draw(7)
    assert guard.draw(7) == first
    assert guard.draw(12) != first


def test_what_counts_as_a_fault(guard: Guard) -> None:
    """A traceback, a warning, and a refusal after `check` said yes."""
    ended = guard.run("check", str(guard.folder / "missing.yaml"))
    assert ended.code == 2
    assert not ended.is_broken
    assert dataclasses.replace(ended, code=4).is_broken
    assert dataclasses.replace(ended, warnings=("RuntimeWarning",)).is_broken
    assert dataclasses.replace(ended, output="this is a bug in rnnkit: KeyError").is_broken
    refused = dataclasses.replace(ended, command=("train", "guard.yaml"))
    assert not guard.may_end_so(refused)
