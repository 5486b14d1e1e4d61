"""A run -> the data that it was trained on, wherever they lie now, or what became of them.

Every verb that needs a run's own data gets them here, so that no part is ever drawn from data
that the model may have trained on.
"""

from __future__ import annotations

import contextlib
import dataclasses
import glob
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from rnnkit.config.root import Config, DataSection
from rnnkit.config.tables import TableSection
from rnnkit.data.cache import Place
from rnnkit.data.preprocessing import Preprocessing
from rnnkit.errors import ChangedData, DataError, RunError
from rnnkit.run import Run

ABOVE = 4  # folders above a run's that its data may have moved along with: name, runs, project ...
_HINT = (
    "Put back what it was trained on: where it was, beside the run or in the current folder. Or "
    "give rows that it did not train on with --data (`evaluate`, `predict`), the same data with "
    "--set data.source=FILE (`resume`), or train anew"
)

C = TypeVar("C", bound=Config)
Section = TypeVar("Section", bound=DataSection)
Asked = TypeVar("Asked", bound=Config, contravariant=True)
Kept = TypeVar("Kept", bound=Preprocessing, contravariant=True)
Read = TypeVar("Read", covariant=True)
Say = Callable[[str], None]


class Reader(Protocol[Asked, Kept, Read]):
    """What a task does with data."""

    def checksum(self, config: Asked, /) -> str: ...

    def load(self, config: Asked, place: Place | None = None, /) -> Read: ...

    def before_growth(
        self, config: Asked, kept: Kept, place: Place | None = None, /
    ) -> tuple[Read, str] | None: ...


@dataclasses.dataclass(frozen=True)
class Found(Generic[C]):
    """Where the data of a run are.

    Args:
        config: the run's, which names them there.
        problem: why they are not those that it was trained on, and what to do; empty: they are.
    """

    config: C
    problem: str = ""


def load_own_data(
    run: Run, task: Reader[C, Kept, Read], config: C, kept: Kept, place: Place, say: Say
) -> Read:
    """What a run was trained on, its parts as they were then.

    Args:
        run: its folder.
        task: what it was trained for.
        config: its config.
        kept: what was learnt from its data.
        place: where what was converted for it lies.
        say: called with where the data were found, or how they have grown.

    Raises:
        ChangedData: they are not there, or are others now.
        DataError: they cannot be read.
    """
    found = find_own_data(run, task, config, say)
    if not found.problem:
        return task.load(found.config, place)
    try:
        before = task.before_growth(found.config, kept, place)
    except DataError as error:
        raise ChangedData(f"{error}\n{found.problem}") from None  # a row that is half written
    if before is None:
        raise ChangedData(found.problem)
    dataset, growth = before
    say(growth)
    return dataset


def find_own_data(run: Run, task: Reader[C, Kept, Read], config: C, say: Say) -> Found[C]:
    """Where the data of a run are: where they were, or beside it after a move.

    Elsewhere only data of the same SHA-256 are taken.

    Raises:
        ChangedData: they are nowhere.
        RunError: run.json does not say what they were.
    """
    trained = checksum_of(run)
    try:
        now = task.checksum(config)
    except DataError as error:
        missing = [str(error).rstrip(".")]
    else:
        return Found(config, "" if now == trained else _changed(run, config, trained, now))
    for section in _elsewhere(run, config.data):
        moved = config.model_copy(update={"data": section})
        with contextlib.suppress(DataError):
            if (now := task.checksum(moved)) == trained:
                say(f"{missing[0]}: {section.named} is read, which has the same SHA-256")
                return Found(moved)
            missing.append(f"{section.named} holds others")
    raise ChangedData(f"{'; '.join(missing)}. {_HINT}")


def with_tables(run: Run, config: C, say: Say) -> C:
    """The config with the tables that its query joins where they are now: new data need them too.

    They may have changed: what is joined to new rows need not be what was joined to those of then.
    """
    data = config.data
    if not isinstance(data, TableSection) or _are_there(data):
        return config
    for section in _elsewhere(run, data):
        if _are_there(section):
            say(f"data.tables are read from {', '.join(section.tables.values())}")
            data = data.model_copy(update={"tables": section.tables})
            return config.model_copy(update={"data": data})
    return config


def _are_there(data: TableSection) -> bool:
    return all(map(glob.glob, data.tables.values()))


def is_own_data(run: Run, task: Reader[C, Kept, Read], config: C, path: Path) -> bool:
    """Whether a file is what a run was trained on, or stands where that stood.

    Raises:
        RunError: run.json does not say what it was.
    """
    sources = [Path(source) for source in config.data.sources]
    if not sources[0].is_absolute() or path.absolute() in sources:
        return sources[0].is_absolute()
    section = config.data.model_copy(update={"source": str(path)})
    with contextlib.suppress(DataError):  # it is for its reader to tell
        return task.checksum(config.model_copy(update={"data": section})) == checksum_of(run)
    return False


def checksum_of(run: Run) -> str:
    """The SHA-256 of the data that a run was trained on.

    Raises:
        RunError: run.json does not say it.
    """
    trained = run.read_metadata().get("data", {}).get("sha256")
    if not trained:
        raise RunError(f"{run.metadata}: damaged: it has no 'data.sha256'")
    return str(trained)


def _changed(run: Run, config: Config, trained: str, now: str) -> str:
    return (
        f"{config.data.named}: the data have changed since {run.path} began: SHA-256 "
        f"{trained[:12]}... -> {now[:12]}.... {_HINT}"
    )


def _elsewhere(run: Run, data: Section) -> Iterator[Section]:
    """The section with its files in the current folder, in the run's, and in those above it.

    With as many of the folders that they lay in as it takes: `../data/a.csv` may have moved too.
    """
    own = run.path.absolute()
    places = dict.fromkeys([Path.cwd(), own, *own.parents[:ABOVE]])
    source = Path(data.sources[0])
    if not source.is_absolute():  # a name, of what rnnkit brings or makes
        return
    for place, root in itertools.product(places, source.parents):
        if place != root and not glob.has_magic(source.relative_to(root).parts[0]):
            yield data.moved(root, place)
