"""A run folder: every file name inside it, once, and how one is made and found.

runs/<name>/<YYYYmmdd-HHMMSS>/      made atomically
    (runs/<name>/latest points to the newest that learned something and has not failed)
    config.yaml  config.resolved.yaml  run.json  history.csv  log.txt  preprocessing.json
    data.json  decision.json
    checkpoints/{last,best,step-*}  .lock  model.keras  evaluation.json  plots/*.svg  report.html
    model_card.md
    export/<format>/: its network for other programs
    walk-forward/every-<rows>/from-<time>/: runs of its config, trained on more of its rows
    mistakes.csv, and whatever else a task writes beside its evaluation
runs/<name>/cache/                  large data that were converted for all of them
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rnnkit.errors import RunError
from rnnkit.files import TEMPORARY, cannot_write, write_json
from rnnkit.run_files import read_json, read_metadata, read_numbers
from rnnkit.words import did_you_mean

LATEST = "latest"
GIVEN = "given"  # beside the runs of a name: what Python programs gave as data
CACHE = "cache"  # beside the runs of a name: large data in a form that can be read in place
METADATA = "run.json"
UNTRAINED = "step-000000000"  # the checkpoint before the first update


@dataclasses.dataclass(frozen=True)
class Run:
    """One training run's folder. The attributes are paths; the methods read and write."""

    path: Path

    @property
    def name(self) -> str:
        """`mnist/20261123-204502`: the config's name and when the run began."""
        return f"{self.path.parent.name}/{self.path.name}"

    @property
    def config(self) -> Path:
        """The config as the user wrote it."""
        return self.path / "config.yaml"

    @property
    def resolved_config(self) -> Path:
        """The config with bases, overrides and absolute paths filled in; reads back as a config."""
        return self.path / "config.resolved.yaml"

    @property
    def lock(self) -> Path:
        """Held by the process that trains."""
        return self.path / ".lock"

    @property
    def metadata(self) -> Path:
        """Status, command, versions, device, seed, checksums."""
        return self.path / METADATA

    @property
    def history(self) -> Path:
        """One row an epoch."""
        return self.path / "history.csv"

    @property
    def gradients(self) -> Path:
        """One row an epoch, under `diagnostics: {gradients: true}`."""
        return self.path / "gradients.csv"

    @property
    def log(self) -> Path:
        return self.path / "log.txt"

    @property
    def preprocessing(self) -> Path:
        """What turns new data into the model's input: scale, classes, columns."""
        return self.path / "preprocessing.json"

    @property
    def card(self) -> Path:
        """What was made of its data: columns, times, parts, classes."""
        return self.path / "data.json"

    @property
    def checkpoints(self) -> Path:
        return self.path / "checkpoints"

    @property
    def model(self) -> Path:
        """The trained model as plain Keras."""
        return self.path / "model.keras"

    @property
    def evaluation(self) -> Path:
        return self.path / "evaluation.json"

    @property
    def decision(self) -> Path:
        """What was chosen on validation of how probabilities become answers."""
        return self.path / "decision.json"

    @property
    def plots(self) -> Path:
        return self.path / "plots"

    @property
    def report(self) -> Path:
        return self.path / "report.html"

    @property
    def model_card(self) -> Path:
        """What it was trained on, how it was judged, where it fails, what it is not for."""
        return self.path / "model_card.md"

    @property
    def exports(self) -> Path:
        """Its network as other programs run it, a folder a format."""
        return self.path / "export"

    @property
    def walk_forward(self) -> Path:
        """Runs of its config that were trained again, on the rows before later origins."""
        return self.path / "walk-forward"

    @property
    def given(self) -> Path:
        """What Python programs gave as data, for all runs of this name."""
        return self.path.parent / GIVEN

    @property
    def cache(self) -> Path:
        """Large data as they are read in place; shared by the runs of a name, may be deleted."""
        return self.path.parent / CACHE

    @property
    def tensorboard(self) -> Path:
        return self.path / "tensorboard"

    def read_metadata(self) -> dict[str, Any]:
        """What run.json holds.

        Raises:
            RunError: it is missing or damaged.
        """
        return read_metadata(self.metadata)

    def read_history(self) -> list[dict[str, float]]:
        """One mapping an epoch; empty before the first ends.

        Raises:
            RunError: it is damaged.
        """
        return read_numbers(self.history)

    def read_gradients(self) -> list[dict[str, float]]:
        """One mapping an epoch, the mean gradient norm by weight; empty where not recorded.

        Raises:
            RunError: it is damaged.
        """
        return read_numbers(self.gradients)

    def read_evaluation(self) -> dict[str, Any] | None:
        """What evaluation.json holds; None where nothing was evaluated.

        Raises:
            RunError: it is damaged.
        """
        return read_json(self.evaluation) if self.evaluation.exists() else None

    def append_log(self, text: str) -> None:
        """Add lines to log.txt.

        Raises:
            RunError: the disk is full, the folder is gone or read-only.
        """
        try:
            with self.log.open("a", encoding="utf-8") as file:
                file.write(text.rstrip("\n") + "\n")
        except OSError as error:
            raise cannot_write(self.log, error) from error

    def begin(self, **values: Any) -> None:
        """Write run.json, with which the run can be found.

        Raises:
            RunError: the folder cannot be written.
        """
        write_json(self.metadata, values)
        self.point_latest()

    def point_latest(self) -> None:
        """Point `latest` to the newest run of this name that has learned something.

        Raises:
            RunError: the folder cannot be written.
        """
        link, newest = self.path.parent / LATEST, _newest(self.path.parent)
        if link.exists() and not link.is_symlink():  # a copy in which no link is left
            return
        try:
            if newest is None:
                link.unlink(missing_ok=True)
            elif not link.is_symlink() or str(link.readlink()) != newest.name:
                _point_to(link, newest.name)
        except OSError as error:
            raise cannot_write(link, error) from error

    def update_metadata(self, **values: Any) -> None:
        """Set keys of run.json, keeping the others.

        Raises:
            RunError: it is missing or damaged, or cannot be written.
        """
        write_json(self.metadata, {**self.read_metadata(), **values})

    def clear_up(self) -> None:
        """Delete the temporary files that a killed process left."""
        for folder in (self.path, self.plots):
            for left in folder.glob(f"{TEMPORARY}*"):
                left.unlink(missing_ok=True)


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
