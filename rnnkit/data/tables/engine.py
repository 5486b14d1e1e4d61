"""DuckDB, shut in: it reads the files that it is given and nothing else, within bounds.

What does not fit its share of the RAM goes into files of a folder that is deleted with it.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import weakref
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.ram import ram_size
from rnnkit.errors import DataError, RunError
from rnnkit.files import clear_up, of_this_process

if TYPE_CHECKING:  # else where it is needed: it takes a while, and not all data are tables
    import duckdb

SHARE = 8  # the engine takes a SHARE-th of the RAM
LEAST, MOST = 128 << 20, 1 << 30  # bytes of it
SPILLED, LEAST_SPILLED = 20, 1 << 32  # bytes on disk for each of the files', and in any case
_SPILL = ".spilled-"
_SHUT_IN = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "python_enable_replacements": "false",  # else any variable of this program is a table
}

Columns = dict[str, NDArray[Any]]


class Engine:
    """A database in RAM, thrown away with this object.

    Args:
        files: all that it may read.
        folder: where it puts what does not fit the RAM; None: where the system keeps such files.
        threads: None: one a core.
    """

    def __init__(
        self, files: Iterable[Path], folder: Path | None = None, *, threads: int | None = None
    ) -> None:
        allowed = list(files)
        size = sum(path.stat().st_size for path in allowed)
        if folder is not None and size > LEAST:
            with contextlib.suppress(OSError):
                folder.mkdir(parents=True, exist_ok=True)
        parent = folder if folder is not None and folder.is_dir() else Path(tempfile.gettempdir())
        clear_up(parent, _SPILL)
        # what it spills, and copies of files that it may read
        self.scratch = spill = parent / f"{of_this_process(_SPILL)}{id(self)}"
        import duckdb

        limit = min(MOST, max(LEAST, (ram_size() or MOST) // SHARE))
        # a file of a megabyte may stand for many gigabytes
        most = max(LEAST_SPILLED, SPILLED * size)
        config = {
            "memory_limit": f"{limit}B",
            "temp_directory": str(spill),
            "max_temp_directory_size": f"{most}B",
            **_SHUT_IN,
            **({} if threads is None else {"threads": str(threads)}),
        }
        self._database = duckdb.connect(config=config)  # type: ignore[arg-type]
        weakref.finalize(self, _close, self._database, spill)
        self._database.execute("SET TimeZone = 'UTC'")  # whatever this machine's is
        self._database.execute(f"SET allowed_paths = {texts(map(str, allowed))}")
        self._database.execute(f"SET allowed_directories = {texts([str(spill)])}")
        self._database.execute("SET enable_external_access = false")
        self._database.execute("SET lock_configuration = true")

    def run(self, statement: str) -> list[tuple[Any, ...]]:
        """All rows of a result; of what gives none, none."""
        return self._database.execute(statement).fetchall()

    def arrays(self, statement: str) -> Columns:
        """The columns of a result; masked arrays where values are missing."""
        return self._database.execute(statement).fetchnumpy()  # type: ignore[return-value]

    def describe(self, statement: str) -> list[tuple[str, str]]:
        """The name and the type of each column of a result."""
        return [(row[0], row[1]) for row in self.run(f"DESCRIBE {statement}")]

    def keep(self, query: str, name: str) -> None:
        """Make what one SELECT gives a table."""
        self._database.sql(query).create(name)

    def interrupt(self) -> None:
        """End what another thread runs."""
        self._database.interrupt()

    def register(self, name: str, columns: Mapping[str, NDArray[Any]] | object) -> None:
        """Let arrays or a data frame be read as a table."""
        self._database.register(name, columns)


@contextlib.contextmanager
def explained(where: object) -> Iterator[None]:
    """What the engine says in the body, as a DataError."""
    import duckdb

    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise RunError(f"{where}: too little RAM or disk to read it: {_first(error)}") from None
    except (duckdb.Error, OSError, UnicodeError) as error:
        raise DataError(f"{where}: cannot be read: {_first(error)}") from None


def text(value: str) -> str:
    """A text as SQL writes it."""
    return "'" + value.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def texts(values: Iterable[str]) -> str:
    """A list of them."""
    return f"[{', '.join(map(text, values))}]"


def filled(array: NDArray[Any], value: Any) -> NDArray[Any]:
    """An array of `Engine.arrays` with something in place of what is missing."""
    return array.filled(value) if isinstance(array, np.ma.MaskedArray) else array


def _first(error: Exception) -> str:
    """The first sentence of what the engine says, without the kind of error in front."""
    line = (str(error).splitlines() or ["it is damaged"])[0]
    if "unicode" in line:
        line = "a name or text in it is not UTF-8"
    return line.partition(" Error: ")[2] or line


def _close(database: duckdb.DuckDBPyConnection, spill: Path) -> None:
    database.close()
    shutil.rmtree(spill, ignore_errors=True)
