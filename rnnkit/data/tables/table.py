"""Rows on an engine -> columns as arrays, and the place of each row.

DuckDB takes 0.2 s to import: import this module only where a table is read.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.card import ColumnCard, TableCard
from rnnkit.data.ram import ram_size
from rnnkit.data.tables.engine import filled
from rnnkit.data.tables.numbered import VALUES, Numbered
from rnnkit.data.tables.proposal import because, block, of_numbers
from rnnkit.data.tables.relation import string_of
from rnnkit.errors import DataError
from rnnkit.words import brief

PACKED = "numbers"  # the column of lists
_WIDE = 100  # columns of text: more of them are read as lists
PIECE = 1 << 22  # values that are read at once
_ROWS = 1 << 15  # that the engine gives at once, at least
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
class Table(Numbered):
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
        at_once = max(_ROWS, VALUES // len(columns))
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
