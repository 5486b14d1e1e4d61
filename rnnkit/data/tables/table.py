"""Rows on an engine -> columns as arrays, and the place of each row.

DuckDB takes 0.2 s to import: import this module only where a table is read.
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.card import ColumnCard, TableCard
from rnnkit.data.ram import ram_size
from rnnkit.data.sequences import Indices
from rnnkit.data.tables.engine import filled
from rnnkit.data.tables.proposal import because, block, of_numbers
from rnnkit.data.tables.relation import Relation, string_of
from rnnkit.errors import DataError
from rnnkit.words import brief

PACKED = "numbers"  # the column of lists
_WIDE = 100  # columns of text: more of them are read as lists
PIECE = 1 << 22  # values that are read at once
_ROWS, _VALUES = 1 << 15, 1 << 18  # that the engine gives at once: more do not fit the cache
_TOGETHER = 4096  # values of rows that are reduced at once


class Range(NamedTuple):
    """Of the numbers of a column."""

    minimum: float = math.inf
    maximum: float = -math.inf
    missing: int = 0

    def with_more(self, least: float, most: float, missing: float) -> Range:
        return Range(
            min(self.minimum, least) if least == least else self.minimum,
            max(self.maximum, most) if most == most else self.maximum,
            self.missing + int(missing),
        )


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Table(Relation):
    """Rows, in the order of their files or in another.

    Args:
        place_of: where a row of the files stands, whole or briefly.
        typed: whether the files themselves tell text from numbers.
        notes: about rows that were left out and odd values, as sentences; grows with what is read.
        in_groups: of a column of text that was read as numbers: a number whose points may group
            thousands, and what speaks for it; None where nothing does.
        flags: the engine's names of what says whether a field of a label had blanks around it.
    """

    place_of: Callable[[int, bool], str]
    typed: bool
    notes: list[str] = dataclasses.field(default_factory=list)
    in_groups: Callable[[str], str | None] = lambda column: None
    flags: Mapping[str, str] = dataclasses.field(default_factory=dict)
    ranges: dict[str, Range] = dataclasses.field(default_factory=dict)  # of what `numbers` gave

    def refuse_larger(self, size: int) -> None:
        """Raise a DataError where what is read would not fit the RAM.

        Args:
            size: bytes that it takes.
        """
        if (ram := ram_size()) is not None and size > ram:
            raise DataError(
                f"{self.where}: its {self.rows:,} rows take about {size:,} bytes of RAM, more than "
                f"this machine has ({ram:,} bytes): give fewer rows or columns"
            )

    def place(self, row: int, *, brief: bool = False) -> str:
        """Where a row, counted from 0, stands: `train.csv, line 7`, or briefly `line 7`.

        Reads the file again: for error messages only.
        """
        if self.relation != "rows":
            [(row,)] = self._run(f"SELECT number FROM {self.relation} WHERE rowid = {row}")
        return self.place_of(row, brief)

    def numbers(
        self, columns: Sequence[str], into: NDArray[np.float64] | None = None
    ) -> Iterator[tuple[int, NDArray[np.float64]]]:
        """The columns side by side, (n, columns), some rows at a time with the number of the first.

        A field without a value is NaN.

        Args:
            columns: their names.
            into: (rows, columns), which they fill; None: each piece is an array of its own.

        Raises:
            DataError: a field holds something else than a number.
        """
        step = max(1, PIECE // len(columns))
        numbers = [self._number(name) for name in columns]
        if numbers == [f"{PACKED}[{n}]::DOUBLE" for n in range(1, len(columns) + 1)]:
            for start in range(0, self.rows, step):
                chosen = f"unnest({PACKED}[1:{len(columns)}]) AS n"  # others may follow them
                values = self._arrays(chosen, start, step)["n"]
                matrix = filled(values, np.nan).reshape(-1, len(columns))
                if into is not None:
                    into[start : start + step] = matrix
                self._remember(columns, matrix)
                yield start, matrix
            return
        chosen = ", ".join(f"{number} AS n{i}" for i, number in enumerate(numbers))
        listed = len(columns) > _WIDE and all(self.kinds[name] == "VARCHAR" for name in columns)
        if listed:
            chosen = f"unnest({self._list_of_numbers(columns)}) AS n"
        at_once = max(_ROWS, _VALUES // len(columns))
        for start in range(0, self.rows, step):
            shape = (min(step, self.rows - start), len(columns))
            matrix = np.empty(shape) if into is None else into[start : start + step]
            for at in range(0, len(matrix), at_once):
                part = matrix[at : at + at_once]
                found = self._arrays(chosen, start + at, len(part))
                if listed:
                    wide = found["n"].reshape(-1, len(columns))
                    found = {f"n{index}": column for index, column in enumerate(wide.T)}
                for index, name in enumerate(columns):
                    values = found[f"n{index}"]
                    if self.kinds[name] in ("VARCHAR", "JSON"):
                        self._check_numbers(name, values, start + at, columns)
                    part[:, index] = filled(values, np.nan)
            self._remember(columns, matrix)
            yield start, matrix

    def card(self, roles: Mapping[str, str]) -> TableCard:
        """What was read of the rows.

        Args:
            roles: the key of the config that each column is read for, by its name.
        """
        columns = []
        for name, role in roles.items():
            found = self.ranges.get(name, Range())
            columns.append(
                ColumnCard(
                    name=name,
                    role=role,
                    minimum=found.minimum if found.minimum <= found.maximum else None,
                    maximum=found.maximum if found.minimum <= found.maximum else None,
                    missing=found.missing,
                )
            )
        return TableCard(
            rows=self.rows,
            columns=tuple(columns),
            unused=tuple(name for name in self.columns if name not in roles),
            stated={name: str(getattr(self.options, name)) for name in self.options.given},
        )

    def codes(self, column: str) -> tuple[Indices, list[Any], Indices]:
        """Number the values of a column by first appearance.

        Returns:
            Each row's number, (rows,), -1 where there is no value; the values by number; and the
            first row of each.

        Raises:
            DataError: a field holds a list, an object or bytes.
        """
        self.number(column)
        keys = self._keys(column)
        listed = self._read(f"SELECT * FROM {keys} ORDER BY first")
        rows = listed["rows"]
        if rows.sum() == self.rows and (listed["first"] + rows == listed["last"] + 1).all():
            codes: Indices = np.repeat(np.arange(len(rows)), rows)  # those of a value are together
        else:  # in any order: sorting them there costs more than placing them here
            found = self._read(
                f"SELECT t.rowid AS row, {keys}.rowid AS code FROM {self.relation} AS t "
                f"JOIN {keys} ON t.{self._field(column)} = {keys}.value"
            )
            codes = np.full(self.rows, -1, np.intp)
            codes[found["row"]] = found["code"]
        values: list[Any] = listed["value"].tolist()
        if self.kinds[column] == "JSON":
            values = list(map(self._loaded, values))
        return codes, values, listed["first"]

    def number(self, column: str) -> int:
        """Number the values of a column by first appearance; how many different ones there are.

        Raises:
            DataError: a field holds a list, an object or bytes.
        """
        field, keys = self._single(column), self._keys(column)
        self._run(
            f"CREATE OR REPLACE TABLE {keys} AS SELECT {field} AS value, min(rowid) AS first, "
            f"max(rowid) AS last, count(*) AS rows FROM {self.relation} "
            f"WHERE {self._known(column)} GROUP BY 1 ORDER BY first"
        )
        [(count,)] = self._run(f"SELECT count(*) FROM {keys}")
        return int(count)

    def numbered(self, column: str) -> Iterator[list[Any]]:
        """The values that `number` has numbered, in order, some at a time."""
        start, values = 0, [None]
        while values:
            some = f"rowid >= {start} AND rowid < {start + _VALUES}"
            found = self._read(f"SELECT value FROM {self._keys(column)} WHERE {some}")
            values = found["value"].tolist()
            yield list(map(self._loaded, values)) if self.kinds[column] == "JSON" else values
            start += _VALUES

    def lacking(self, column: str) -> tuple[int, int | None]:
        """How many rows have no value in a column, or an empty text; and the first of them.

        Raises:
            DataError: a field holds a list, an object or bytes.
        """
        empty = {"VARCHAR": "''", "JSON": "'\"\"'"}.get(self.kinds[column])
        field = self._single(column)
        lacks = f"NOT ({self._known(column)})" + (f" OR {field} = {empty}" if empty else "")
        [found] = self._run(f"SELECT count(*), min(rowid) FROM {self.relation} WHERE {lacks}")
        return found

    def in_sequences(self, token: str, sequence: str, time: str | None) -> None:
        """Make the rows, those of one sequence together, a table of the engine, `events`.

        It has of each row the numbers of `token` and `sequence`, the `time`, and the `number` of
        the row here; sequences in the order of their numbers, in each the rows by time, and where
        that is the same as they are here.

        Args:
            token: a column that `number` has numbered; as `sequence`.
            sequence: the column that names the sequence.
            time: the column to sort by.

        Raises:
            DataError: a field of the times holds a list, an object or bytes.
        """
        moment, *dates = ["0"] if time is None else self._times(time)
        if dates and self._run(f"SELECT count({moment}) FROM {self.relation}") == [(0,)]:
            moment = dates[0]
        tokens, sequences = self._keys(token), self._keys(sequence)
        self._run(
            f"CREATE OR REPLACE TABLE events AS SELECT k.rowid AS token, s.rowid AS sequence, "
            f"{moment} AS time, t.rowid AS number FROM {self.relation} AS t "
            f"JOIN {tokens} AS k ON t.{self._field(token)} = k.value "
            f"JOIN {sequences} AS s ON t.{self._field(sequence)} = s.value "
            "ORDER BY sequence, time, number"
        )

    def _keys(self, column: str) -> str:
        """The engine's table of a column's values, with the first row of each."""
        return f"k_{list(self.columns).index(column)}"

    def _known(self, column: str) -> str:
        """Whether a column of one value a row has it."""
        field = self._field(column)
        is_float = self.kinds[column] in ("FLOAT", "DOUBLE")
        return f"{field} IS NOT NULL" + f" AND NOT isnan({field})" * is_float

    def values(self, column: str) -> NDArray[Any]:
        """Each row's value as the file has it, (rows,); an array of objects or a masked one.

        Raises:
            DataError: a field holds a list, an object or bytes.
        """
        field = self._single(column)
        if self.kinds[column] == "JSON":
            field = string_of(field)
        return self._arrays(f"{field} AS v", 0, self.rows)["v"]

    def padded(self, column: str) -> int:
        """How many fields of a column that was read as labels had blanks around them."""
        if self.typed:
            return 0
        [(fields,)] = self._run(f"SELECT count(*) FILTER ({self.flags[column]}) FROM rows")
        return int(fields)

    def keep_texts(self, columns: Sequence[str]) -> None:
        """Make the text of columns, a blank between two, the engine's table `texts (value)`.

        It has the rows in order; a row that lacks one of the columns has none.

        Raises:
            DataError: a field holds a list, an object or bytes.
        """
        alone = len(columns) == 1
        written = " || ' ' || ".join(self._as_text(name, alone=alone) for name in columns)
        self._run(
            f"CREATE OR REPLACE TABLE texts AS SELECT {written} AS value FROM {self.relation}"
        )

    def ask(self, statement: str) -> Mapping[str, NDArray[Any]]:
        """The columns of a result of the engine, as arrays."""
        return self._read(statement)

    def times(self, column: str) -> NDArray[Any]:
        """What the rows can be sorted by, (rows,): numbers, or else dates; NaN or NaT for others.

        Raises:
            DataError: a field holds a list, an object or bytes.
        """
        for written in self._times(column):
            found = self._arrays(f"{written} AS v", 0, self.rows)["v"]
            if not np.ma.getmaskarray(found).all():
                break
        return found

    def sorted(self, keys: Sequence[NDArray[Any]], columns: Sequence[str]) -> Table:
        """Some columns of the rows in another order: by the first key, then the next; ties as here.

        Args:
            keys: (rows,) each, numbers or dates.
            columns: those that are wanted.
        """
        named = {f"k{n}": key for n, key in enumerate(keys)}
        self.engine.register("keys", named)
        named_fields = dict.fromkeys(self._field(name).partition("[")[0] for name in columns)
        fields = ", ".join(f"t.{field}" for field in named_fields)
        self._run(
            f"CREATE OR REPLACE TABLE sorted AS SELECT t.rowid AS number, {fields} "
            f"FROM {self.relation} AS t POSITIONAL JOIN keys ORDER BY {', '.join(named)}, t.rowid"
        )
        return dataclasses.replace(self, relation="sorted")

    def holds_lists(self, column: str) -> bool:
        """Whether the column's first field that has a value is a list."""
        return self._first_type(column) == "ARRAY" or self.kinds[column].endswith("]")

    def holds_objects(self, column: str) -> bool:
        """Whether that is an object."""
        kind = self.kinds[column]
        return self._first_type(column) == "OBJECT" or kind.startswith(("STRUCT", "MAP"))

    def _first_type(self, column: str) -> str | None:
        """JSON's, of a column of it."""
        if self.kinds[column] != "JSON":
            return None
        field = self._field(column)
        found = self._run(
            f"SELECT json_type({field}) FROM {self.relation} WHERE {field} IS NOT NULL LIMIT 1"
        )
        return found[0][0] if found else None

    def values_in_lists(self, column: str) -> int:
        """How many a column of lists holds, in lists within lists too; of JSON about."""
        field = self._field(column)
        count = f"len({field})"
        if self.kinds[column] == "JSON":
            count = f"length({field}::VARCHAR) / 2"
        elif self.kinds[column].endswith("][]"):
            count = f"len(flatten({field}))"
        [(values,)] = self._run(f"SELECT sum({count}) FROM {self.relation}")
        return int(values or 0)

    def signs(self, column: str) -> int:
        """How many characters a column has, of lists with their brackets."""
        field = self._field(column)
        [(count,)] = self._run(f"SELECT sum(length({field}::VARCHAR)) FROM {self.relation}")
        return int(count or 0)

    def fields(self, column: str, start: int = 0, rows: int | None = None) -> list[Any]:
        """Some rows' values as Python has them, lists too; None where there is none."""
        rows = self.rows if rows is None else rows
        found = self._run(f"SELECT {self._field(column)} FROM {self._some(start, rows)}")
        if self.kinds[column] == "JSON":
            return [None if value is None else self._loaded(value) for (value,) in found]
        return [value for (value,) in found]

    def written(self, row: int, column: str) -> Any:
        """One field as the file has it; None where it has no value."""
        field = self._field(column)
        [(value,)] = self._run(f"SELECT {field} FROM {self.relation} WHERE rowid = {row}")
        return self._loaded(value) if value is not None and self.kinds[column] == "JSON" else value

    def _loaded(self, value: str) -> Any:
        try:
            return json.loads(value)
        except (ValueError, RecursionError):  # thousands of digits, or of brackets
            raise DataError(f"{self.where}: a value is too long, or nested too deep") from None

    def _remember(self, columns: Sequence[str], matrix: NDArray[np.float64]) -> None:
        """The extremes of some rows, (n, columns); NaN is a field without a value."""
        least, most = by_column(np.fmin, matrix), by_column(np.fmax, matrix)
        missing = by_column(np.add, np.isnan(matrix))
        for name, *one in zip(columns, least, most, missing, strict=True):
            before = self.ranges.get(name, Range())
            self.ranges[name] = before.with_more(*map(float, one))

    def _arrays(self, chosen: str, start: int, rows: int) -> Mapping[str, NDArray[Any]]:
        return self._read(f"SELECT {chosen} FROM {self._some(start, rows)}")

    def _some(self, start: int, rows: int) -> str:
        if start == 0 and rows >= self.rows:
            return self.relation
        return f"{self.relation} WHERE rowid >= {start} AND rowid < {start + rows}"

    def _check_numbers(
        self, column: str, values: NDArray[Any], start: int, columns: Sequence[str]
    ) -> None:
        wrong = np.isnan(filled(values, 0))
        if wrong.any():
            row = start + int(np.argmax(wrong))
            hint = "if the column is not a feature, name those that are in data.features"
            if proposed := of_numbers(self.some_texts(columns), self.options):
                hint += f"; {because(proposed)}. State how it is written, under `data:`\n"
                hint += block(proposed, self.options)
            raise DataError(
                f"{self.place(row)}, column '{column}': {_shown(self.written(row, column))} is not "
                f"a number; {hint}"
            )


def by_column(which: np.ufunc, matrix: NDArray[Any]) -> NDArray[Any]:
    """What a ufunc makes of each column; many short rows at once, which is ten times as fast."""
    rows, width = matrix.shape
    together = max(1, _TOGETHER // width)
    blocks = matrix[: rows // together * together].reshape(-1, together * width)
    rest = matrix[rows // together * together :]
    found: NDArray[Any] = which.reduce(rest, initial=np.nan if which.identity is None else 0)
    if len(blocks):
        found = which(found, which.reduce(which.reduce(blocks).reshape(together, width)))
    return found


def _shown(value: object) -> str:
    return brief(repr(value) if isinstance(value, str) else value)
