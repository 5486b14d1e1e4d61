"""`rnnkit compare`: runs of one task -> what differs in them, and a paired test of answers."""

from __future__ import annotations

import string
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rnnkit.baselines.paired import Paired, outcome, shared
from rnnkit.baselines.significance import holm
from rnnkit.config.root import Config
from rnnkit.errors import DataError, OptionError, RunError
from rnnkit.reports.comparison import ONE_TRAINING, Compared, Comparison, Difference, Pair
from rnnkit.run import Run
from rnnkit.runs import begun, find_run
from rnnkit.tasks.own_data import checksum_of
from rnnkit.words import brief, listed, shown
from rnnkit.workflows.changes import flattened
from rnnkit.workflows.check import config_of
from rnnkit.workflows.evaluate import read_evaluation

if TYPE_CHECKING:
    from rnnkit.tasks.contract import AnyRun

MOST = len(string.ascii_uppercase)
_PARTS = ("data", "seed", "evaluate")  # what decides which examples a run is judged on
_NAMED = ("version", "name")  # what says nothing of a model
_NO_KEY = "–"
LONGEST_TEXT = 200  # characters of a text in a config
_ON_FILE = "judge them on labelled examples that none was trained on: --data FILE"

Say = Callable[[str], None]


def compare(
    runs: Sequence[str | Path | Run],
    *,
    data: str | Path | None = None,
    device: str | None = None,
    on_message: Say | None = None,
    on_run: Callable[[str, Run], None] = lambda letter, run: None,
) -> Comparison:
    """Judge runs on the same examples, each against the first.

    Args:
        runs: two or more: run folders, runs' names, or `latest`.
        data: a file in the form of the training data, with the answers; None: what the runs kept
            back.
        device: as `rnnkit train --device`; None takes each run's.
        on_message: called with where a run's data were found or how they have grown; None warns.
        on_run: called with the letter that names a run, and the run, before it is judged.

    Raises:
        OptionError: they cannot be compared: tasks, data or examples are not the same; or there
            are not two different runs.
        RunError: one has no model yet, or is damaged.
        DataError, ChangedData: the data cannot be used, or are not there.
    """
    found = [run if isinstance(run, Run) else find_run(run) for run in runs]
    _check_number(found)
    letters = string.ascii_uppercase[: len(found)]
    configs = [config_of(run).config for run in found]
    differences = differences_of(configs)
    _check_alike(found, configs, differences, own=data is None)
    say = on_message or warnings.warn
    from rnnkit.workflows.load import load  # with TensorFlow, which no refusal needs

    answers, part = [], ""
    for letter, run in zip(letters, found, strict=True):
        on_run(letter, run)
        trained = load(run, device=device, on_message=say)
        judged, part = _judged_part(trained, data, say)
        answers.append(trained.paired(judged))
    same = _on_the_same(answers, letters, differences)
    whole = all(len(one) == len(same[0]) for one in answers) and data is None
    outcomes = [outcome(same[0], other) for other in same[1:]]
    p_values = holm([one.p_value for one in outcomes])
    return Comparison(
        task=configs[0].task,
        part=part,
        runs=tuple(_compared(*pair, whole=whole) for pair in zip(letters, found, strict=True)),
        differences=differences,
        pairs=tuple(map(Pair, letters[:1] * len(outcomes), letters[1:], outcomes, p_values)),
        scores=tuple(one.score for one in same),
        notes=(*_latest(runs, found, letters), *_notes(answers, same, part, configs[0])),
    )


def differences_of(configs: Sequence[Config]) -> tuple[Difference, ...]:
    """The keys that some config sets and that are not equal in all, with every config's value."""
    values = [_values(config, exclude_defaults=False) for config in configs]
    keys = [path for config in configs for path in _values(config, exclude_defaults=True)]
    found = []
    for path in dict.fromkeys(keys):
        texts = tuple(_text(one.get(path, _NO_KEY)) for one in values)
        empty = {"false", _NO_KEY} == set(texts)
        if len(set(texts)) > 1 and not empty and path[0] not in _NAMED:
            found.append(Difference(".".join(map(str, path)), texts))
    return tuple(found)


def _values(config: Config, *, exclude_defaults: bool) -> dict[tuple[Any, ...], Any]:
    """Every value by its path, and the kinds of the layers, in one."""
    values = config.model_dump(exclude_none=True, exclude_defaults=exclude_defaults)
    layers = [layer.model_dump(exclude_none=True, exclude_defaults=exclude_defaults)
              for layer in config.model.layers]  # fmt: skip
    kinds = ", ".join(layer.kind for layer in config.model.layers)
    values.setdefault("model", {})["layers"] = layers
    return {("model", "layers"): kinds, **dict(flattened((), values))}


def _text(value: object) -> str:
    return brief(value, LONGEST_TEXT) if isinstance(value, str) else shown(value)


def _check_number(runs: Sequence[Run]) -> None:
    if not 2 <= len(runs) <= MOST:
        raise OptionError(f"{len(runs)} runs: two or more are compared, at most {MOST}")
    paths = [run.path.resolve() for run in runs]
    for number, path in enumerate(paths):
        if path in paths[:number]:
            raise OptionError(f"{runs[number].path}: named twice: name another run")
    for run in runs:
        if not run.model.is_file():
            status = run.read_metadata().get("status", "unknown")
            raise RunError(
                f"{run.path}: it has no {run.model.name} yet; its status is '{status}'. Where it "
                f"was stopped, finish it first: rnnkit resume {run.path}"
            )


def _check_alike(
    runs: Sequence[Run],
    configs: Sequence[Config],
    differences: Sequence[Difference],
    *,
    own: bool,
) -> None:
    """Whether they answer the same question, by what their files say."""
    for run, config in zip(runs[1:], configs[1:], strict=True):
        if config.task != configs[0].task:
            raise OptionError(
                f"{runs[0].path} is of task: {configs[0].task}, {run.path} of task: {config.task}: "
                "only runs of one task can be compared"
            )
        first, other = (checksum_of(one)[:12] for one in (runs[0], run))
        if own and first != other:
            raise OptionError(
                f"{runs[0].path} and {run.path} were trained on different data: SHA-256 {first}... "
                f"and {other}...{_why(differences)}. Train one anew on the other's. Or {_ON_FILE}"
            )


def _why(differences: Sequence[Difference]) -> str:
    """What in the configs makes examples differ, to go on after a sentence."""
    keys = [
        f"{one.key} ({', '.join(one.values)})"
        for one in differences
        if one.key.partition(".")[0] in _PARTS
    ]
    return f"; the configs differ in {listed(keys, 'and')}" if keys else ""


def _judged_part(trained: AnyRun, data: str | Path | None, say: Say) -> tuple[Any, str]:
    if data is not None:
        return trained.read_to_judge(Path(data), say), str(data)
    held_back = trained.own_data(say).held_back
    if held_back is None:
        raise DataError(f"{trained.run.path}: it kept no examples back: {_ON_FILE}")
    return held_back


def _on_the_same(
    answers: Sequence[Paired], letters: str, differences: Sequence[Difference]
) -> list[Paired]:
    """The answers on the examples that all were judged on.

    Raises:
        OptionError: there are none, or less than all where all are needed.
    """
    same = shared(answers)
    fair = len(same[0]) > 0 and all(one.partial or len(one) == len(same[0]) for one in answers)
    if fair and len({one.measure for one in answers}) == 1:
        return same
    counts = ", ".join(
        f"{letter} on {len(one):,}" for letter, one in zip(letters, answers, strict=True)
    )
    raise OptionError(
        f"the runs were not judged on the same {answers[0].noun}s: {counts}, of which "
        f"{len(same[0]):,} are the same, with the same answers{_why(differences)}. Train them on "
        "the same parts. "
        f"Or {_ON_FILE}"
    )


def _compared(letter: str, run: Run, *, whole: bool) -> Compared:
    metadata = run.read_metadata()
    evaluation = read_evaluation(run) if whole else None
    numbers = {} if evaluation is None else evaluation.numbers
    seconds, parameters = metadata.get("seconds"), metadata.get("parameters")
    return Compared(
        letter=letter,
        name=run.name,
        path=str(run.path),
        parameters=parameters if isinstance(parameters, int) else None,
        seconds=float(seconds) if isinstance(seconds, int | float) else 0.0,
        history=run.read_history(),
        numbers={name: value for name, value in numbers.items() if isinstance(value, float)},
    )


def _latest(given: Sequence[str | Path | Run], found: Sequence[Run], letters: str) -> Iterator[str]:
    """Of which runs a name stood for one."""
    for letter, text, run in zip(letters, given, found, strict=True):
        count = len(list(begun(run.path.parent)))
        if count > 1 and not isinstance(text, Run) and Path(text).name != run.path.name:
            yield f"'{text}' has {count:,} runs; {letter} is {run.path.name}."


def _notes(
    answers: Sequence[Paired], same: Sequence[Paired], part: str, config: Config
) -> Iterator[str]:
    """What the numbers must be read with."""
    if any(len(one) > len(same[0]) for one in answers):
        counts = listed([f"{len(one):,}" for one in answers], "and")
        yield (
            f"They were judged on {counts} {same[0].noun}s; compared are the {len(same[0]):,} that "
            "all share."
        )
    if same[0].loss.shape[1] > 1:
        yield "The errors of several targets are in standard deviations of each; their mean counts."
    group = getattr(getattr(config.data, "split", None), "group", None)
    if group is not None and same[0].group is None:
        yield (
            f"The {same[0].noun}s of one '{brief(group)}' depend on each other, which the test "
            "does not know: it is surer than it should be."
        )
    if len(same) > 2:
        yield "The p-values are Holm's, for that many questions at once."
    if part == "validation":
        yield "It is the validation part, on which each may have chosen its best epoch."
    yield ONE_TRAINING
