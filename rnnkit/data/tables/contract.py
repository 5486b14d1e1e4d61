"""What a format is: how the engine reads such a file, and what the place of a row is called."""

from __future__ import annotations

import abc
import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Literal, NamedTuple

from rnnkit.config.tables import TableFormat
from rnnkit.data.tables.engine import Engine, text
from rnnkit.errors import DataError
from rnnkit.words import did_you_mean, quoted

MAX_COLUMNS = 100_000
Wanted = Literal["number", "text", "label"]  # text even where it looks like numbers
PANDAS_INDEX = re.compile(r"__index_level_\d+__")  # without a name


class LeftOut(NamedTuple):
    """A row that the engine could not read."""

    file: Path
    line: int
    column: str | None  # whose field is no number; None: the row itself is wrong
    reason: str

    @property
    def place(self) -> str:
        return f"{self.file}, line {self.line:,}"


class FileFormat(abc.ABC):
    """A file of one format, of which the header was read.

    Args:
        engine: reads it.
        path: the file.
        options: how it is written.

    Attributes:
        names: of all columns; where the file is not typed, "" of those that hold nothing.
    """

    typed: ClassVar[bool] = True  # it tells text from numbers
    heeds: ClassVar[tuple[str, ...]] = ()  # keys of `data.format` that not all files heed

    def __init__(self, engine: Engine, path: Path, options: TableFormat) -> None:
        self.engine, self.path, self.options = engine, path, options
        self.names = tuple(self._find_names())

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of those that can be read."""
        return tuple(name for name in self.names if name or self.typed)

    @abc.abstractmethod
    def select(self, wanted: Mapping[int, Wanted]) -> str:
        """SQL that reads columns by their numbers, as c0, c1 ...; of an untyped label, p0, p1 ...
        say whether a field had blanks around it, which are not read."""

    def place(self, row: int, left_out: Collection[int]) -> str:
        """`row 7`, counted from 1.

        Args:
            row: counted from 0, without those that were left out.
            left_out: the lines of these.
        """
        return f"row {row + 1:,}"

    def rejected(self, rows: int) -> list[LeftOut]:
        """What the engine left out when it read the file last, which gave so many rows."""
        return []

    def complaint(self, wanted: Collection[int]) -> str | None:
        """What is wrong with columns that the engine cannot read; None where nobody can say."""
        return None

    def remarks(self) -> list[str]:
        """What was left out because it holds nothing."""
        return []

    def in_groups(self, column: int) -> tuple[int, str | None, str]:
        """Whether points may group thousands in a column of numbers.

        Returns:
            How many fields say that they do not; one in which they may; and what speaks for it.
        """
        return 0, None, ""

    @abc.abstractmethod
    def _find_names(self) -> Sequence[str]: ...


def refuse_many(where: object, columns: int) -> None:
    """Raise a DataError where there are more columns than one can have meant."""
    if columns > MAX_COLUMNS:
        raise DataError(f"{where} has {columns:,} columns, more than {MAX_COLUMNS:,}")


def numbers_left_out(index: str) -> str:
    """The remark on such an index that was not read."""
    return f"column '{index}' left out: pandas's numbers of the rows"


def only_one(path: Path, noun: str, named: str | None, there: Sequence[str]) -> str:
    """The sheet or table of a file that is named, or the only one.

    Args:
        path: the file.
        noun: `sheet` or `table`, which is its key in `data.format` too.
        named: by the config.
        there: those that the file has.

    Raises:
        DataError: it is not there, none is, or several are and none is named.
    """
    if not there:
        raise DataError(f"{path} holds no {noun}")
    if named is None and len(there) > 1:
        raise DataError(
            f"{path} has {len(there)} {noun}s, {quoted(there)}: name one in data.format.{noun}"
        )
    if named is not None and named not in there:
        hint = did_you_mean(named, there)
        raise DataError(
            f"{path} has no {noun} '{named}' (data.format.{noun}): it has {quoted(there)}.{hint}"
        )
    return named or there[0]


def local_time(field: str, zone: str | None) -> str:
    """SQL that writes an instant as the clocks of a zone show it: `2020-01-01T00:00:00+01:00`.

    Without a zone it is left alone, in UTC.
    """
    if zone in (None, "UTC"):
        return field
    wall = f"timezone({text(str(zone))}, {field})"
    if fixed := re.fullmatch(r"([+-])(\d\d):(\d\d)", str(zone)):
        ahead = int(f"{fixed[1]}{60 * int(fixed[2]) + int(fixed[3])}")
        wall = f"(timezone('UTC', {field}) + INTERVAL ({ahead}) MINUTE)"
    minutes = f"((epoch_us({wall}) - epoch_us({field})) // 60000000)"
    return (
        f"CASE WHEN {field} IS NOT NULL THEN printf('%s%s%02d:%02d', "
        f"strftime({wall}, '%Y-%m-%dT%H:%M:%S.%f'), CASE WHEN {minutes} < 0 THEN '-' ELSE '+' END, "
        f"abs({minutes}) // 60, abs({minutes}) % 60) END"
    )
