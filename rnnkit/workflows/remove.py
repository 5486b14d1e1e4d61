"""`rnnkit runs rm` and `prune`: runs -> free space. What trains is never touched.

A run's folder is moved aside first, so that whoever is killed in between leaves no half of one.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from rnnkit.errors import RunError
from rnnkit.files import cannot_write
from rnnkit.run import CACHE, GIVEN, Run
from rnnkit.runs import age, begun, point_latest
from rnnkit.training.lock import held
from rnnkit.words import did_you_mean
from rnnkit.workflows.runs import RunSummary, list_runs

ASIDE = ".removed-"  # before the name of a folder that is being deleted


def named_runs(names: Sequence[str], root: str | Path = "runs") -> list[RunSummary]:
    """The runs of these names or folders, each named whole: `mnist/20261123-204502`.

    Raises:
        RunError: one is no run, or the name of several.
    """
    found = {run.name: run for run in list_runs(root)}
    by_path = {run.path.resolve(): run for run in found.values()}
    chosen: dict[str, RunSummary] = {}
    for name in names:
        run = found.get(name) or by_path.get(Path(name).resolve())
        if run is None or Path(name).is_symlink():
            raise RunError(f"no run '{name}'.{_hint(name, list(found))}")
        chosen[run.name] = run
    return list(chosen.values())


def runs_to_prune(
    root: str | Path = "runs", *, keep: int, name: str | None = None
) -> list[RunSummary]:
    """What prune deletes: of each name all but the newest, the best, and what trains.

    Args:
        root: the folder of all runs.
        keep: how many of the newest of each name stay.
        name: a pattern for the names; None: all.
    """
    groups: dict[str, list[RunSummary]] = defaultdict(list)
    for run in list_runs(root, name=name):
        groups[run.path.parent.name].append(run)
    return [
        run
        for group in groups.values()
        for run in group[keep:]
        if not run.best and run.status != "running"
    ]


def check_removable(runs: Iterable[RunSummary], *, best_too: bool = False) -> None:
    """Refuse what must not go.

    Args:
        runs: which.
        best_too: whether the best of a name may.

    Raises:
        RunError: one trains, or is the best of its name.
    """
    for run in runs:
        if run.status == "running":
            raise RunError(f"{run.path}: it is being trained: stop it first (Ctrl-C saves it)")
        if run.best and not best_too:
            score = f"{run.score.name} {run.score.value:.4g}" if run.score else ""
            raise RunError(
                f"{run.path}: the best run of '{run.path.parent.name}' ({score}): nothing was "
                "deleted. Leave it out, or add --best-too"
            )


def remove_runs(runs: Sequence[RunSummary]) -> None:
    """Delete runs, and what was converted for a name that has none left.

    Raises:
        RunError: one is being trained by now, or cannot be deleted.
    """
    for run in runs:
        _remove(Run(run.path))
    for folder in {run.path.parent for run in runs}:
        _clear_up(folder)


def _remove(run: Run) -> None:
    aside = run.path.with_name(f"{ASIDE}{run.path.name}")
    try:
        with held(run.lock):
            run.path.rename(aside)
    except OSError as error:
        raise cannot_write(run.path, error) from error


def _clear_up(folder: Path) -> None:
    """Delete what was moved aside, here or by one who was killed; let `latest` be true again."""
    try:
        for aside in folder.glob(f"{ASIDE}*"):
            shutil.rmtree(aside)
        point_latest(folder)
        if not any(begun(folder)):
            for name in (CACHE, GIVEN):
                shutil.rmtree(folder / name, ignore_errors=True)
            if not any(folder.iterdir()):
                folder.rmdir()
    except OSError as error:
        raise cannot_write(folder, error) from error


def _hint(name: str, known: Sequence[str]) -> str:
    same = sorted(
        (run for run in known if run.startswith(f"{name}/")), key=lambda run: age(Path(run))
    )
    if same:
        return f" Name each run to delete, such as {same[0]}, or use `rnnkit runs prune`"
    return did_you_mean(name, known)
