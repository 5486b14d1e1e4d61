"""Rows on an engine -> columns as arrays, and the place of each row.

DuckDB takes 0.2 s to import: import this module only where a table is read.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnnkit.config.tables import TableFormat
from rnnkit.data.card import ColumnCard, TableCard
from rnnkit.data.ram import ram_size
from rnnkit.data.sequences import Indices
from rnnkit.data.tables.csv_file import MISSING
from rnnkit.data.tables.engine import Engine, explained, filled, identifier, text
from rnnkit.data.tables.numerals import number_in
from rnnkit.data.tables.proposal import because, block, of_numbers
from rnnkit.errors import DataError
from rnnkit.words import brief

PACKED = "numbers"  # the column of lists
_FEW = 5  # rows whose numbers are no index
_FIRST = 100  # columns among which an index is looked for
_INDEX = re.compile(r"Unnamed: \d+(\.\d+)*|column1|index|level_0", re.I)  # what pandas calls one
_WIDE = 100  # columns of text: more of them are read as lists
_TEXTS = 100  # fields that are looked at where some are no numbers
PIECE = 1 << 22  # values that are read at once
_NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE", "DECIMAL")


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


@dataclasses.dataclass(frozen=True, eq=False)
class Table:
    """Rows, in the order of their files or in another.

    Args:
        where: what messages call it.
        rows: how many.
        place_of: where a row of the files stands, whole or briefly.
        columns: the engine's name for each column of the files; of a wide table `numbers[7]`, in
            one list a row.
        kinds: the engine's type of each column that was read.
        typed: whether the files themselves tell text from numbers.
        engine: has the rows.
        options: how the files are written.
        notes: about rows that were left out and odd values, as sentences; grows with what is read.
        in_groups: of a column of text that was read as numbers: a number whose points may group
            thousands, and what speaks for it; None where nothing does.
        padded: of a column of text: how many fields had blanks around them.
        relation: the engine's name for the rows; in any but the files' order they have a column
            `number`, which says where each stands there.
    """

    where: str
    rows: int
    place_of: Callable[[int, bool], str]
    columns: Mapping[str, str]
    kinds: Mapping[str, str]
    typed: bool
    engine: Engine
    options: TableFormat = dataclasses.field(default_factory=TableFormat)
    notes: list[str] = dataclasses.field(default_factory=list)
    in_groups: Callable[[str], str | None] = lambda column: None
    padded: Callable[[str], int] = lambda column: 0
    relation: str = "rows"
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

    def is_numeric(self, column: str) -> bool:
        """Whether the file says that a column holds numbers, or true and false."""
        kind = self.kinds[column].removeprefix("U").partition("(")[0]
        return kind in (*_NUMBERS, "BOOLEAN")

    def numbers(self, columns: Sequence[str]) -> Iterator[tuple[int, NDArray[np.float64]]]:
        """The columns side by side, (n, columns), some rows at a time with the number of the first.

        A field without a value is NaN.

        Raises:
            DataError: a field holds something else than a number.
        """
        step = max(1, PIECE // len(columns))
        numbers = [self._number(name) for name in columns]
        if numbers == [f"{PACKED}[{n}]::DOUBLE" for n in range(1, len(columns) + 1)]:
            for start in range(0, self.rows, step):
                values = self._arrays(f"unnest({PACKED}) AS n", start, step)["n"]
                yield start, filled(values, np.nan).reshape(-1, len(columns))
            return
        chosen = ", ".join(f"{number} AS n{i}" for i, number in enumerate(numbers))
        listed = len(columns) > _WIDE and all(self.kinds[name] == "VARCHAR" for name in columns)
        if listed:
            chosen = f"unnest({self._list_of_numbers(columns)}) AS n"
        for start in range(0, self.rows, step):
            found = self._arrays(chosen, start, step)
            if listed:
                wide = found["n"].reshape(-1, len(columns))
                found = {f"n{index}": column for index, column in enumerate(wide.T)}
            matrix = np.empty((len(found["n0"]), len(columns)))
            for index, name in enumerate(columns):
                values = found[f"n{index}"]
                if self.kinds[name] in ("VARCHAR", "JSON"):
                    self._check_numbers(name, values, start, columns)
                matrix[:, index] = filled(values, np.nan)
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

    def numbering(self, columns: Sequence[str]) -> list[str]:
        """Those that number the rows: 0, 1, 2 ... or 1, 2, 3 ...; of an index, in any order."""
        kinds = {name: self.kinds[name] for name in columns[:_FIRST]}
        numeric = (*_NUMBERS, *(f"U{kind}" for kind in _NUMBERS), "JSON")
        names = [c for c, kind in kinds.items() if kind.partition("(")[0] in numeric]
        if self.rows < _FEW or not names:
            return []
        numbers = ", ".join(map(self._number, names))
        [first] = self._run(f"SELECT {numbers} FROM {self.relation} WHERE rowid = 0")
        found = []
        for name, begins in zip(names, first, strict=True):
            if begins in (0, 1) or _INDEX.fullmatch(name):
                number = self._number(name)
                [(counts, distinct, whole)] = self._run(
                    f"SELECT bool_and({number} = rowid + {begins or 0}) AND count({number}) = "
                    f"{self.rows}, count(DISTINCT {number}), bool_and({number} = trunc({number})) "
                    f"FROM {self.relation}"
                )
                if counts or (_INDEX.fullmatch(name) and whole and distinct == self.rows):
                    found.append(name)
        return found

    def all_in_groups(self) -> list[str]:
        """Columns of text whose values are all 968 or 1.029, with at most three digits a group."""
        names = [c for c, kind in self.kinds.items() if kind == "VARCHAR"]
        found = self._of_each(
            names,
            "bool_and(field = '' OR regexp_full_match(field, '[-+]?[0-9]{1,3}(\\.[0-9]{3})*')) "
            "AND bool_or(contains(field, '.'))",
        )
        return [c for c in names if found.get(c, [False])[0]]

    def codes(self, column: str) -> tuple[Indices, list[Any], Indices]:
        """Number the values of a column by first appearance.

        Returns:
            Each row's number, (rows,), -1 where there is no value; the values by number; and the
            first row of each.

        Raises:
            DataError: a field holds a list, an object or bytes.
        """
        field = self._single(column)
        keys = f"k_{list(self.columns).index(column)}"
        known = f"{field} IS NOT NULL"
        if self.kinds[column] in ("FLOAT", "DOUBLE"):
            known += f" AND NOT isnan({field})"
        self._run(
            f"CREATE OR REPLACE TABLE {keys} AS SELECT {field} AS value, min(rowid) AS first "
            f"FROM {self.relation} WHERE {known} GROUP BY 1 ORDER BY first"
        )
        found = self._read(  # in any order: sorting them here costs more than placing them below
            f"SELECT t.rowid AS row, {keys}.rowid AS code FROM {self.relation} AS t "
            f"JOIN {keys} ON t.{field} = {keys}.value"
        )
        codes: Indices = np.full(self.rows, -1, np.intp)
        codes[found["row"]] = found["code"]
        listed = self._read(f"SELECT value, first FROM {keys} ORDER BY first")
        values: list[Any] = listed["value"].tolist()
        if self.kinds[column] == "JSON":
            values = list(map(self._loaded, values))
        return codes, values, listed["first"]

    def values(self, column: str) -> NDArray[Any]:
        """Each row's value as the file has it, (rows,); an array of objects or a masked one.

        Raises:
            DataError: a field holds a list, an object or bytes.
        """
        field = self._single(column)
        if self.kinds[column] == "JSON":
            field = _string(field)
        return self._arrays(f"{field} AS v", 0, self.rows)["v"]

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
        return self._arrays(f"{self._time(column)} AS v", 0, self.rows)["v"]

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
        if self.kinds[column] != "JSON":
            return self.kinds[column].endswith("]")
        field = self._field(column)
        found = self._run(
            f"SELECT json_type({field}) FROM {self.relation} WHERE {field} IS NOT NULL LIMIT 1"
        )
        return found == [("ARRAY",)]

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

    def proposed(self, column: str) -> str:
        """A column of text as numbers, whole ones if it can be, where all of its values are some.

        Else, and where one begins with a zero, as 007 does, it stays as it is.
        """
        field, reading = self._field(column), self._readings.get(column)
        if reading in (None, "text"):
            return _written(field, self.kinds[column])
        return self._number(column) if reading == "number" else f"({self._number(column)})::BIGINT"

    @functools.cached_property
    def _readings(self) -> dict[str, Literal["text", "number", "whole"]]:
        """What each column of text may be read as."""
        found: dict[str, Literal["text", "number", "whole"]] = {}
        for kind in ("VARCHAR", "JSON"):
            names = [c for c, k in self.kinds.items() if k == kind]
            written, number = _written("field", kind), self._number_in("field", kind)
            also = " OR json_type(field) = 'VARCHAR'" if kind == "JSON" else ""
            counts = self._of_each(
                names,
                f"count(*) FILTER (isnan({number}) OR lower({written}) IN ('true', 'false') "
                f"OR regexp_matches({written}, '^[-+]?0[0-9]'){also}), "
                f"count(*) FILTER ({number} <> trunc({number}) OR abs({number}) >= {2**53})",
            )
            for name in names:
                others, fractions = counts.get(name, (0, 0))
                found[name] = "text" if others else "number" if fractions else "whole"
        return found

    def as_proposed(self) -> str:
        """A SELECT of all columns under their own names, each as it is `proposed`."""
        every = {name: self.proposed(name) for name in self.columns}
        read = {c: how for c, how in self._readings.items() if self.kinds[c] == "VARCHAR"}
        numbers = [c for c, how in read.items() if how != "text"]
        packed = f", {self._list_of_numbers(numbers)} AS l" if numbers else ""
        for place, name in enumerate(numbers, 1):
            every[name] = f"l[{place}]" + ("::BIGINT" if read[name] == "whole" else "")
        chosen = ", ".join(f"{value} AS {identifier(name)}" for name, value in every.items())
        return f"SELECT {chosen} FROM (SELECT *{packed} FROM {self.relation})"

    def _list_of_numbers(self, columns: Sequence[str]) -> str:
        """Columns of text as numbers in one list a row, which is planned at once."""
        number = self._number_in("field", "VARCHAR")
        return f"list_transform([{', '.join(map(self._field, columns))}], lambda field: {number})"

    def _of_each(self, columns: Sequence[str], counts: str) -> dict[str, list[Any]]:
        """Aggregates of `field`, for each column of one type that has a value.

        All in one: to plan a query takes 10 ms, whatever there is to read, and there may be
        thousands of columns.
        """
        if not columns:
            return {}
        names = {self._field(name): name for name in columns}
        found = self._run(
            f"SELECT name, {counts} FROM (UNPIVOT (SELECT {', '.join(names)} FROM "
            f"{self.relation}) ON COLUMNS(*) INTO NAME name VALUE field) GROUP BY name"
        )
        return {names[name]: row for name, *row in found}

    def reads_as_numbers(self, column: str) -> bool:
        """Whether all of a column's values are numbers, as `proposed` has it."""
        field = self._field(column)
        return self.is_numeric(column) or self.proposed(column) not in (field, _string(field))

    def _remember(self, columns: Sequence[str], matrix: NDArray[np.float64]) -> None:
        """The extremes of some rows, (n, columns); NaN is a field without a value."""
        least, most = np.fmin.reduce(matrix), np.fmax.reduce(matrix)
        missing = np.isnan(matrix).sum(axis=0)
        for name, *one in zip(columns, least, most, missing, strict=True):
            before = self.ranges.get(name, Range())
            self.ranges[name] = before.with_more(*map(float, one))

    def _run(self, statement: str) -> list[tuple[Any, ...]]:
        with explained(self.where):
            return self.engine.run(statement)

    def _read(self, statement: str) -> Mapping[str, NDArray[Any]]:
        with explained(self.where):
            return self.engine.arrays(statement)

    def _field(self, column: str) -> str:
        return self.columns[column]

    def _single(self, column: str) -> str:
        """The field of a column that has one value a row."""
        field, kind = self._field(column), self.kinds[column]
        wrong = _content(kind) if _content(kind) in ("bytes", "lists or objects") else None
        if kind == "JSON" and self._run(
            f"SELECT 1 FROM {self.relation} WHERE json_type({field}) IN ('ARRAY', 'OBJECT') LIMIT 1"
        ):
            wrong = "lists or objects"
        if wrong is not None:
            raise DataError(
                f"{self.where}: column '{column}' holds {wrong}: expected one value a row"
            )
        return field

    def _number(self, column: str) -> str:
        """A field as a number; what is text but no number is NaN."""
        field, kind = self._field(column), self.kinds[column]
        if not self.is_numeric(column) and kind not in ("VARCHAR", "JSON"):
            raise DataError(
                f"{self.where}: column '{column}' holds {_content(kind)}, not numbers: name the "
                "numeric columns in data.features"
            )
        return self._number_in(field, kind)

    def _number_in(self, field: str, kind: str) -> str:
        """A field of a type as a number."""
        number = f"{field}::DOUBLE"
        if kind == "VARCHAR":
            number = number_in(field, self.options)
        elif kind == "JSON":
            number = (
                f"CASE WHEN json_type({field}) IN ('ARRAY', 'OBJECT') THEN 'NaN'::DOUBLE "
                f"ELSE {number_in(_string(field), self.options)} END"
            )
        marks = [str(mark) for one in self.options.missing if (mark := _float(one)) is not None]
        if not marks:
            return number
        return f"CASE WHEN {number} IN ({', '.join(marks)}) THEN NULL ELSE {number} END"

    def _as_text(self, column: str, *, alone: bool) -> str:
        """A field as it would be written: 2020 where the number is 2020.0; of a date no midnight,
        where another column tells the time."""
        field, kind = self._single(column), self.kinds[column]
        written = _string(field) if kind == "JSON" else f"{field}::VARCHAR"
        if kind.startswith("TIMESTAMP") and not alone:
            written = f"replace({written}, ' 00:00:00', '')"
        if not kind.startswith(("DATE", "TIME")):
            whole = f"regexp_replace({written}, '^([-+]?[0-9]+)[.]0+$', '\\1')"
            written = f"CASE WHEN {written} LIKE '%.0%' THEN {whole} ELSE {written} END"
        return f"nullif(trim({written}), '')"

    def _time(self, column: str) -> str:
        """What a column is sorted by."""
        field = self._single(column)
        if self.is_numeric(column) or self.kinds[column] not in ("VARCHAR", "JSON"):
            return field
        if self.kinds[column] == "JSON":
            field = _string(field)
        [(numbers,)] = self._run(f"SELECT count(TRY_CAST({field} AS DOUBLE)) FROM {self.relation}")
        kind = "DOUBLE" if numbers else "TIMESTAMPTZ"
        return f"TRY_CAST({field} AS {kind})"

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

    def some_texts(self, columns: Sequence[str]) -> dict[str, list[str]]:
        """Some fields of the columns that hold text: the first, and those that are no number."""
        found = {}
        for column in columns:
            if self.kinds[column] in ("VARCHAR", "JSON"):
                field = self._field(column)
                some_text = f"{field} NOT IN ({', '.join(map(text, MISSING))})"
                if self.kinds[column] == "JSON":
                    some_text = f"json_type({field}) = 'VARCHAR'"
                    field = _string(field)
                wrong = f"isnan({self._number(column)})"
                found[column] = [
                    value
                    for some in (f"NOT {wrong}", wrong)
                    for (value,) in self._run(
                        f"SELECT {field} FROM {self.relation} WHERE {some_text} AND {some} "
                        f"LIMIT {_TEXTS}"
                    )
                ]
        return found


def _written(field: str, kind: str) -> str:
    """A field of text or JSON as text."""
    return _string(field) if kind == "JSON" else field


def _content(kind: str) -> str:
    """What a column of a type holds, in words."""
    if kind.endswith("]") or kind.startswith(("STRUCT", "MAP", "UNION")):
        return "lists or objects"
    if kind.startswith(("DATE", "TIME", "INTERVAL")):
        return "dates or times"
    return {"BLOB": "bytes"}.get(kind, kind.lower())


def _string(field: str) -> str:
    """The text of a field of JSON."""
    return f"json_extract_string({field}, '$')"


def _float(mark: str) -> float | None:
    try:
        number = float(mark)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _shown(value: object) -> str:
    return brief(repr(value) if isinstance(value, str) else value)
