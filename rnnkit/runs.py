"""Runs are made, found by what a user calls them, and pointed to by `latest`."""

from __future__ import annotations

import contextlib
import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rnnkit.errors import RunError
from rnnkit.files import cannot_write, write_json
from rnnkit.run import METADATA, Run
from rnnkit.words import did_you_mean

LATEST = "latest"
UNTRAINED = "step-000000000"  # the checkpoint before the first update


def create_run(root: Path, name: str, *, now: float | None = None) -> Run:
    """Make a new, empty run folder under `root/name`; it is no run before its `begin`.

    Two runs started in the same second get different folders: making a folder is atomic.

    Raises:
        RunError: the folder cannot be made.
    """
    parent = root / name
    stamp = time.strftime("%Y%m%d-%H%M%S", time.localtime(now))
    try:
        parent.mkdir(parents=True, exist_ok=True)
        for number in range(1, 1000):
            path = parent / (stamp if number == 1 else f"{stamp}-{number}")
            with contextlib.suppress(FileExistsError):
                path.mkdir()
                return Run(path)
    except OSError as error:
        raise RunError(f"{parent}: cannot make a run folder: {error.strerror}") from None
    raise RunError(f"{parent}: more than 999 runs started in the second {stamp}")


def begin(run: Run, **values: Any) -> None:
    """Write run.json, with which the run can be found.

    Raises:
        RunError: the folder cannot be written.
    """
    write_json(run.metadata, values)
    point_latest(run.path.parent)


def point_latest(folder: Path) -> None:
    """Point `latest` in the folder of a name to the newest run that has learned something.

    Raises:
        RunError: the folder cannot be written.
    """
    link, newest = folder / LATEST, _newest(folder)
    if link.exists() and not link.is_symlink():  # a copy in which no link is left
        return
    try:
        if newest is None:
            link.unlink(missing_ok=True)
        elif not link.is_symlink() or str(link.readlink()) != newest.name:
            _point_to(link, newest.name)
    except OSError as error:
        raise cannot_write(link, error) from error


def find_run(text: str | Path, *, root: Path = Path("runs")) -> Run:
    """The run that the user means: a run folder, `latest`, a run's name, or its `latest` link.

    Raises:
        RunError: there is none; the message lists what there is.
    """
    given = Path(text)
    names = [path for path in root.glob("*") if (path / LATEST).exists() or any(begun(path))]
    if str(text) == LATEST:
        newest = max(filter(None, map(_latest, names)), key=age, default=None)
        if newest is not None:
            return check_folder(Run(newest))
    for path in (given, root / given):
        is_run = path.name != LATEST and (path / METADATA).is_file()
        found = _followed(path) if is_run else _latest(path.parent if path.name == LATEST else path)
        if found is not None:
            return check_folder(Run(found))
    raise RunError(_nothing_there(given, root, names))


def _nothing_there(given: Path, root: Path, names: list[Path]) -> str:
    """Why there is no such run, and what there is."""
    folders = [given.parent if given.name == LATEST else given, root / given]
    if str(given) == LATEST:
        folders = names
    if unready := [run for folder in folders for run in begun(folder)]:
        return (
            f"no run '{given}' that has learned something and has not failed. To resume the "
            f"newest of those that were begun, give its folder: {max(unready, key=age)}"
        )
    if str(given) == LATEST and Path(METADATA).is_file():
        return "no run 'latest' inside a run's folder: give . for this run, or its folder's path"
    if given.is_dir():
        begun_late = Run(given).lock.exists()
        hint = ". It was stopped before it began: start it anew" if begun_late else ""
        return f"{given}: not a run folder: it has no {METADATA}{hint}"
    known = sorted(path.name for path in names)
    hint = did_you_mean(str(given), known) if known else f" There are no runs under {root}/ yet."
    return f"no run '{given}'.{hint}"


def age(path: Path) -> tuple[str, int]:
    """Sorts the folder `20261123-204502-10` after `20261123-204502-2`."""
    day, _, rest = path.name.partition("-")
    second, _, number = rest.partition("-")
    return f"{day}-{second}", int(number) if number.isdigit() else 1


def run_names(root: Path = Path("runs")) -> list[str]:
    """What a user may call the runs: `latest`, a name, or one run of it."""
    folders = [path for path in sorted(root.glob("*")) if any(begun(path))]
    runs = [f"{folder.name}/{path.name}" for folder in folders for path in sorted(begun(folder))]
    return [*([LATEST] if folders else []), *(folder.name for folder in folders), *runs]


def begun(folder: Path) -> Iterator[Path]:
    """The runs in the folder of a name, those that failed at once too."""
    for path in folder.glob("[0-9]*-[0-9]*"):
        if not path.is_symlink() and (path / METADATA).is_file():
            yield path


def _latest(folder: Path) -> Path | None:
    """What `latest` in the folder of a name means: what it points to, or the newest that is there.

    Raises:
        RunError: it points elsewhere.
    """
    link = folder / LATEST
    if link.is_symlink() and link.exists() and _counts(_followed(link)):
        return _followed(link)
    newest = _newest(folder)
    if newest is None and (link / METADATA).is_file():  # a copy in which no link is left
        return link
    return newest


def _newest(folder: Path) -> Path | None:
    """The newest run in the folder of a name that `latest` may mean."""
    newest = next(filter(_counts, sorted(begun(folder), key=age, reverse=True)), None)
    return None if newest is None else newest.resolve()


def _counts(path: Path) -> bool:
    """Whether a run has learned something and has not failed."""
    run, status = Run(path), ""
    with contextlib.suppress(RunError):  # a damaged one is for its reader to tell
        status = run.read_metadata().get("status", "")
    if status in {"failed", "diverged"}:
        return False
    steps = {path.name for path in run.checkpoints.glob("step-*")}
    return status == "completed" or run.model.is_file() or bool(steps - {UNTRAINED})


def check_folder(run: Run) -> Run:
    """The run, when nothing in its folder leads a reader or writer elsewhere.

    Raises:
        RunError: a link, a pipe or a device stands in it.
    """
    folders = (run.path, run.plots, run.checkpoints, *run.checkpoints.glob("*"))
    for folder in folders:
        for entry in folder.iterdir() if folder.is_dir() and not folder.is_symlink() else ():
            mode = entry.lstat().st_mode
            # `last` and `best`, or `.last-<pid>`: one that a killed process was about to move
            name = entry.name.removeprefix(".").partition("-")[0]
            own = folder == run.checkpoints and name in {"last", "best"}
            if own and stat.S_ISLNK(mode):
                if entry.readlink().name != str(entry.readlink()):
                    raise RunError(f"{entry}: it points out of its folder: delete it")
            elif not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
                raise RunError(
                    f"{entry}: a link, a pipe or a device, where a run has files of its own: if "
                    "you trust this run, put the file itself there"
                )
    return run


def _followed(path: Path) -> Path:
    """Where a run's folder is; `latest` may only point to a folder beside it.

    Raises:
        RunError: it points elsewhere.
    """
    if not path.is_symlink() and len(path.parts) > 2 and ".." not in path.parts:
        return path  # it says the run's name, and where the others are
    target = path.resolve()
    if path.name == LATEST and target.parent != path.parent.resolve():
        raise RunError(f"{path}: it points out of its folder, to {target}: name that run itself")
    return target


def _point_to(link: Path, target: str) -> None:
    """Make or move a symbolic link in one step."""
    temporary = link.with_name(f".{link.name}-{os.getpid()}")
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(target)
    temporary.replace(link)
