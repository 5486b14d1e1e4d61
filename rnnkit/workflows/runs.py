"""`rnnkit runs`: the folder of all runs -> what became of each. Imports no TensorFlow."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rnnkit.config.document import read_document
from rnnkit.errors import RnnkitError
from rnnkit.runs import Run, age, begun, check_folder
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
    status: str = "damaged"  # run.json's; stopped: it says running, but no process holds it
    epochs: int = 0  # that ended
    score: Score | None = None  # None: not evaluated
    bytes: int = 0  # on the disk
    problem: str = ""  # why it cannot be read


def list_runs(root: str | Path = "runs") -> list[RunSummary]:
    """Every run that was begun under `root`, the newest first; a damaged one says why."""
    paths = [path for folder in Path(root).glob("*") for path in begun(folder)]
    return [_summary(Run(path)) for path in sorted(paths, key=age, reverse=True)]


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
    return {
        "status": status,
        "started": metadata.get("started", ""),
        "epochs": len(run.read_history()),
        "task": str(read_document(run.resolved_config).values.get("task", "")),
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
