"""Files of one of FORMATS -> a Table: the columns that are wanted, read as it was stated.

DuckDB takes 0.2 s to import: import this module only where a table is read.
"""

from __future__ import annotations

import bisect
import dataclasses
import importlib
import itertools
import os
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from rnnkit.config.tables import TableFormat
from rnnkit.data.tables import FORMATS, suffix_of
from rnnkit.data.tables.contract import FileFormat, LeftOut, Wanted, refuse_many
from rnnkit.data.tables.doubts import refuse_grouped
from rnnkit.data.tables.engine import Engine, explained, identifier
from rnnkit.data.tables.engine import text as quoted_text
from rnnkit.data.tables.table import PACKED, Table
from rnnkit.errors import DataError
from rnnkit.words import counted, listed, quoted

USUAL = TableFormat()
MAX_NAME = 1000  # characters of a column's
_WIDE = 100  # columns: more of them are read as lists
_SHOWN = 3  # rows named of many
_CREATE = "CREATE OR REPLACE TABLE rows AS"
_OF_ALL = ("decimal", "thousands", "units", "missing", "file_column")  # whatever the format


class TableFiles:
    """A table that is there, in one file or several, of which only the header was read.

    Args:
        files: of one format, and with the same columns.
        options: how they are written.
        folder: where rows go that do not fit the RAM; None: where the system keeps such files.
        engine: what reads them; None: one of their own.

    Raises:
        DataError: not such files, damaged, not UTF-8, two columns of one name, other ones in
            another file, or one that is to be added.
    """

    def __init__(
        self,
        files: Sequence[Path],
        options: TableFormat = USUAL,
        folder: Path | None = None,
        *,
        engine: Engine | None = None,
    ) -> None:
        self.options = options
        self._engine = engine or Engine(files, folder)
        self._files = [self._opened(file) for file in files]
        self._first = self._files[0]
        self._added = options.file_column
        if self._added in self._first.columns:
            if len(files) > 1:
                raise DataError(
                    f"{self._first.path} has a column '{self._added}' already: name another one in "
                    "data.format.file_column"
                )
            self._added = None  # one table of what stood in several files
        self.names = (*self._first.columns, *([self._added] if self._added else []))
        for one in self._files:
            if different := sorted({*one.names, ""} ^ {*self._first.names, ""}):
                raise DataError(
                    f"{one.path} has other columns than {self._first.path}, which is read with "
                    f"it: {quoted(different)}; name the files of one table, as in *.csv or a list"
                )

    @property
    def where(self) -> str:
        """What messages call them."""
        first, others = self._first.path, self._files[1:]
        return f"{first} and {counted(len(others), 'other file')}" if others else str(first)

    def read(
        self, *, numbers: Collection[str], text: Collection[str], labels: Collection[str] = ()
    ) -> Table:
        """Read some of the columns, all of which must be there.

        Args:
            numbers: columns that hold numbers, of a file without types.
            text: those that are text even where they look like numbers, so that an id `007`
                stays one and a class may be called NA.
            labels: text, of which `Table.padded` is asked.

        Raises:
            DataError: no rows, or rows that have more or fewer fields than the header.
        """
        wanted: dict[str, Wanted] = dict.fromkeys(numbers, "number")
        wanted |= dict.fromkeys(text, "text")
        wanted |= dict.fromkeys(labels, "label")
        rejected = self._load(wanted)
        while more := {name for r in rejected if (name := r.column) is not None}:
            wanted |= dict.fromkeys(more, "text")
            rejected = self._load(wanted)
        if self.options.bad_rows == "refuse" and rejected:
            raise DataError(
                f"{rejected[0].place}: {rejected[0].reason} (data.format.bad_rows: skip leaves "
                "such rows out and counts them)"
            )
        places = _Places(
            self._files,
            tuple(itertools.accumulate(self._rows)),
            frozenset((r.file, r.line) for r in rejected),
        )
        if places.ends[-1] == 0:
            raise DataError(f"{self.where} has no rows of data")
        described = dict(self._engine.describe("SELECT * FROM rows"))
        described |= dict.fromkeys(self._lists, "DOUBLE")
        lists = {field: f"{PACKED}[{n}]" for n, field in enumerate(self._lists, 1)}
        known = {*self.names}
        every = (*self._first.names, self._added)
        fields = {name: f"c{n}" for n, name in enumerate(every) if name in known}
        flags = {name: f"p{fields[name][1:]}" for name in labels}
        return Table(
            where=self.where,
            rows=places.ends[-1],
            place_of=places,
            columns={name: lists.get(field, field) for name, field in fields.items()},
            kinds={name: described[field] for name, field in fields.items() if field in described},
            typed=self._first.typed,
            options=self.options,
            engine=self._engine,
            notes=[*_notes(rejected), *self._remarks()],
            in_groups=self._in_groups,
            flags={name: flag if flag in described else "false" for name, flag in flags.items()},
        )

    def fill(self, name: str) -> list[str]:
        """Make all columns a table of the engine, under their own names.

        Text whose values all are numbers becomes numbers, unless one begins with a zero.

        Returns:
            The notes of the table, about rows that were left out.

        Raises:
            DataError: as `read`; or a column whose points may group thousands.
        """
        table = self.read(numbers=(), text=self.names)
        if not table.typed and self.options.decimal is None and self.options.thousands is None:
            for column in table.all_in_groups():
                refuse_grouped(table, column)
        with explained(self.where):
            self._engine.run(f"CREATE TABLE {identifier(name)} AS {table.as_proposed()}")
            self._engine.run("DROP TABLE rows")
        return table.notes

    def _load(self, wanted: Mapping[str, Wanted]) -> list[LeftOut]:
        """Fill the engine's table `rows`; what it left out."""
        import duckdb

        self._rows: list[int] = []  # of each file
        self._lists: list[str] = []
        found: list[LeftOut] = []
        folder = os.path.commonpath([one.path.parent for one in self._files])
        for one in self._files:
            with explained(one.path):
                chosen = {n: wanted[name] for n, name in enumerate(one.names) if name in wanted}
                into = "INSERT INTO rows BY NAME" if self._rows else _CREATE
                select = self._select(one, chosen)
                if self._rows and not one.typed and (other := self._read_otherwise(select)):
                    return [LeftOut(one.path, 0, name, "") for name in other]
                if self._added in wanted:
                    name = quoted_text(one.path.relative_to(folder).as_posix())
                    select = f"SELECT *, {name} AS c{len(self._first.names)} FROM ({select})"
                try:
                    if self._rows and one.typed:
                        self._widen(one.path, select)
                    self._engine.run(f"{into} {select}")
                except duckdb.Error:
                    if said := one.complaint(chosen):
                        raise DataError(said) from None
                    raise
                [(rows,)] = self._engine.run("SELECT count(*) FROM rows")
                self._rows.append(rows - sum(self._rows))
                found += one.rejected(self._rows[-1])
        return found

    def _select(self, one: FileFormat, chosen: Mapping[int, Wanted]) -> str:
        """The wanted columns of a file, named as the first file's."""
        select = one.select(chosen)
        if one.names != self._first.names:
            place = {name: n for n, name in enumerate(self._first.names)}
            fields = (field for field, _ in self._engine.describe(select))
            renamed = (f"{f} AS {f[0]}{place[one.names[int(f[1:])]]}" for f in fields)
            select = f"SELECT {', '.join(renamed)} FROM ({select})"
        return self._packed(select) if len(chosen) > _WIDE and len(self._files) == 1 else select

    def _read_otherwise(self, select: str) -> list[str]:
        """Columns that are numbers here and text in a file before, or the other way round."""
        before = dict(self._engine.describe("SELECT * FROM rows"))
        after = self._engine.describe(select)
        return [self._first.names[int(f[1:])] for f, kind in after if before[f] != kind]

    def _widen(self, path: Path, select: str) -> None:
        """Give the table's columns types that hold a file's values too: it would make 2 of 2.5.

        Raises:
            DataError: there is no type that holds the values of both.
        """
        before, here = (dict(self._engine.describe(s)) for s in ("SELECT * FROM rows", select))
        if before == here:
            return
        for field, both in self._engine.describe(f"FROM rows UNION ALL BY NAME {select}"):
            old, new = before[field], here[field]
            if old == new:
                continue
            kind = "VARCHAR" if "ZONE" in both else both  # to guess no offset
            for source, given in (("rows", old), (f"({select})", new)):
                lost = f"{field}::{kind}::{given} IS DISTINCT FROM {field}"
                if given != '"NULL"' and self._engine.run(f"FROM {source} WHERE {lost} LIMIT 1"):
                    raise DataError(
                        f"{path}: column '{self._first.names[int(field[1:])]}' is of type "
                        f"{new.lower()}, in files before it {old.lower()}, and neither holds the "
                        "values of both: write it with one type in all files"
                    )
            self._engine.run(f"ALTER TABLE rows ALTER {field} TYPE {kind}")

    def _packed(self, select: str) -> str:
        """The numbers of a wide table in one column of lists: to fetch columns takes long."""
        kinds = dict(self._engine.describe(select))
        self._lists = [field for field, kind in kinds.items() if kind == "DOUBLE"]
        if not self._lists:
            return select
        others = [field for field, kind in kinds.items() if kind != "DOUBLE"]
        packed = f"list_value({', '.join(self._lists)}) AS {PACKED}"
        return f"SELECT {', '.join([packed, *others])} FROM ({select})"

    def _remarks(self) -> list[str]:
        """What was left out of each file because it holds nothing."""
        found = []
        for one in self._files:
            with explained(one.path):
                said = one.remarks()
            found += [f"{one.path}: {each}" if len(self._files) > 1 else each for each in said]
        return found

    def _in_groups(self, column: str) -> str | None:
        """What of a column says that its points may group thousands."""
        grouped, speaks = "", ""
        for file in self._files:
            with explained(file.path):
                others, one, why = file.in_groups(file.names.index(column))
            if others:
                return None
            grouped, speaks = grouped or one or "", speaks or why
        return f"'{grouped}' {speaks}" if grouped and speaks else None

    def _opened(self, file: Path) -> FileFormat:
        with explained(file):
            found = _format(file)(self._engine, file, self.options)
        check_names(file, found.columns)
        return found


@dataclasses.dataclass(frozen=True, eq=False)
class _Places:
    """Where each row of files, end to end, stands; reads its file again: for messages only.

    Args:
        files: in order.
        ends: rows in all files up to each.
        left_out: the file and the line of each row that is not counted.
    """

    files: Sequence[FileFormat]
    ends: tuple[int, ...]
    left_out: frozenset[tuple[Path, int]]

    def __call__(self, row: int, brief: bool) -> str:
        number = bisect.bisect_right(self.ends, row)
        file, before = self.files[number], self.ends[number - 1] if number else 0
        lines = {line for path, line in self.left_out if path == file.path}
        place = file.place(row - before, lines)
        return place if brief and len(self.files) == 1 else f"{file.path}, {place}"


def check_names(where: object, names: Sequence[str]) -> None:
    """Whether columns can have these names.

    Raises:
        DataError: there are none, too many, or two alike.
    """
    if not names:
        raise DataError(f"{where} is empty")
    refuse_many(where, len(names))
    if (length := max(map(len, names))) > MAX_NAME:
        raise DataError(f"{where} has a column whose name has {length:,} characters")
    if twice := [name for name, count in Counter(names).items() if count > 1]:
        raise DataError(
            f"{where} has more than one column named {quoted(twice)}: rename them, or state the "
            "lines above the header in data.format.skip_rows"
        )


def check_options(path: Path, options: TableFormat) -> None:
    """Whether a kind of file heeds the options that are given.

    Raises:
        DataError: one would do nothing.
    """
    known = (*_OF_ALL, *_format(path).heeds)
    if idle := [name for name in options.given if name not in known]:
        raise DataError(
            f"{path}: data.format.{idle[0]} says nothing of {suffix_of(path)} files, which know "
            f"{listed(known)}: remove it"
        )


def _notes(rejected: Sequence[LeftOut]) -> tuple[str, ...]:
    if not rejected:
        return ()
    # a row may lack several fields: the first of them is told
    rejected = [*{(r.file, r.line): r for r in reversed(rejected)}.values()][::-1]
    places = "; ".join(f"{r.place}: {r.reason}" for r in rejected[:_SHOWN])
    more = f"; and {len(rejected) - _SHOWN:,} more" if len(rejected) > _SHOWN else ""
    return (f"{counted(len(rejected), 'row')} left out (format.bad_rows: skip): {places}{more}",)


def _format(path: Path) -> type[FileFormat]:
    """What reads such a file."""
    module = importlib.import_module(f"{__package__}.{FORMATS[suffix_of(path)]}")
    found: type[FileFormat] = module.Format
    return found
