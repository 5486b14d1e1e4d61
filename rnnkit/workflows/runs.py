"""`rnnkit runs`: the folder of all runs -> what became of each. No TensorFlow is imported."""

from __future__ import annotations

import dataclasses
import fnmatch
import math
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rnnkit.config.document import read_document
from rnnkit.errors import RnnkitError
from rnnkit.run import Run
from rnnkit.runs import age, begun, check_folder
from rnnkit.training.lines import larger_is_better
from rnnkit.training.lock import is_held
from rnnkit.workflows.evaluate import read_evaluation


@dataclasses.dataclass(frozen=True)
class Score:
    """What a run was judged by, beside its best baseline."""

    name: str  # a key of evaluation.json
    value: float
    baseline: float | None  # None where its task names none


@dataclasses.dataclass(frozen=True)
class RunSummary:
    """One run, as far as its files can be read."""

    path: Path
    name: str  # mnist/20261123-204502
    started: str = ""  # as run.json has it
    task: str = ""
    data: str = ""  # the source, without its folder
    status: str = "damaged"  # run.json's; stopped: it says running, but no process holds it
    epochs: int = 0  # that ended
    score: Score | None = None  # None: not evaluated
    best: bool = False  # of the runs of its name that have the same score
    seconds: float = 0.0  # that it trained
    bytes: int = 0  # on the disk
    problem: str = ""  # why it cannot be read


SORTS: Mapping[str, Callable[[RunSummary], object]] = {
    "started": lambda run: age(run.path),
    "name": lambda run: run.name,
    "score": lambda run: (run.score is not None, _goodness(run.score)),
    "epochs": lambda run: run.epochs,
    "time": lambda run: run.seconds,
    "size": lambda run: run.bytes,
}


def list_runs(
    root: str | Path = "runs", *, sort: str = "started", **filters: str | None
) -> list[RunSummary]:
    """The runs that were begun under `root`; a damaged one says why.

    Args:
        root: the folder of all runs.
        sort: a key of SORTS; the newest, best, longest or largest comes first.
        filters: patterns such as `mnist*` that a field must match: name, task, data, status.
    """
    paths = [path for folder in Path(root).glob("*") for path in begun(folder)]
    found = _with_best([_summary(Run(path)) for path in paths])
    chosen = (run for run in found if all(_matches(run, *item) for item in filters.items()))
    newest = sorted(chosen, key=lambda run: age(run.path), reverse=True)
    key: Callable[[RunSummary], Any] = SORTS[sort]
    return sorted(newest, key=key, reverse=sort != "name")


def _matches(run: RunSummary, field: str, pattern: str | None) -> bool:
    """Whether a run's field is what was asked for; a name may go without its second part."""
    if pattern is None:
        return True
    values = [str(getattr(run, field))]
    values += [run.path.parent.name] if field == "name" else []
    return any(fnmatch.fnmatchcase(value, pattern) for value in values)


def _with_best(found: Sequence[RunSummary]) -> list[RunSummary]:
    """The same, the best of each name marked; of equal ones the newest."""
    best: dict[tuple[str, str], RunSummary] = {}
    for run in sorted(found, key=lambda run: age(run.path)):
        if run.score is not None:
            place = (run.path.parent.name, run.score.name)
            held = best.get(place)
            if held is None or _goodness(run.score) >= _goodness(held.score):
                best[place] = run
    chosen = {run.path for run in best.values()}
    return [dataclasses.replace(run, best=run.path in chosen) for run in found]


def _goodness(score: Score | None) -> float:
    """Larger is better."""
    if score is None or math.isnan(score.value):
        return -math.inf
    return score.value if larger_is_better(score.name) else -score.value


def _summary(run: Run) -> RunSummary:
    known: dict[str, Any] = {"path": run.path, "name": run.name, "bytes": _size(run.path)}
    try:
        check_folder(run)
        known |= _read(run)
    except (RnnkitError, OSError) as error:
        known |= {"status": "damaged", "problem": str(error)}
    return RunSummary(**known)


def _read(run: Run) -> dict[str, Any]:
    metadata = run.read_metadata()
    status = metadata.get("status", "")
    if status == "running" and not is_held(run.lock):
        status = "stopped"
    values = read_document(run.resolved_config).values
    data = values.get("data")
    source = data.get("source", "") if isinstance(data, dict) else ""
    seconds = metadata.get("seconds", 0.0)
    return {
        "status": status,
        "started": metadata.get("started", ""),
        "epochs": len(run.read_history()),
        "task": str(values.get("task", "")),
        "data": ", ".join(Path(str(one)).name for one in _listed(source)),
        "seconds": float(seconds) if isinstance(seconds, int | float) else 0.0,
        "score": _score(run),
    }


def _score(run: Run) -> Score | None:
    """The first number that the best baseline has too; else the first."""
    evaluation = read_evaluation(run)
    if evaluation is None:
        return None
    baseline = {k: v for k, v in evaluation.baseline_numbers.items() if v is not None}
    shared = [name for name in baseline if name in evaluation.numbers]
    name = next(iter(shared or evaluation.numbers), None)
    return None if name is None else Score(name, evaluation.numbers[name], baseline.get(name))


def _listed(source: object) -> Iterable[object]:
    return source if isinstance(source, list) else [source]


def _size(path: Path) -> int:
    """Bytes of the files in a folder, links not followed."""
    return sum(_sizes(path))


def _sizes(path: Path) -> Iterator[int]:
    for folder, _, names in os.walk(path):
        for name in names:
            try:
                yield Path(folder, name).lstat().st_size
            except OSError:  # gone by now
                continue
