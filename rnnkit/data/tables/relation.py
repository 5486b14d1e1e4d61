"""Rows on an engine -> expressions for the fields of a column: a number, a text, a time.

What a column of text may be read as is proposed; what the config says decides.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from numpy.typing import NDArray

from rnnkit.config.tables import TableFormat
from rnnkit.data.tables.engine import Engine, explained, identifier, text
from rnnkit.data.tables.numerals import number_in, to_double
from rnnkit.data.tables.proposal import MISSING
from rnnkit.errors import DataError
from rnnkit.words import brief

_FEW = 5  # rows whose numbers are no index
_FIRST = 100  # columns among which an index is looked for
_INDEX = re.compile(r"Unnamed: \d+(\.\d+)*|column1|index|level_0", re.I)  # what pandas calls one
_TEXTS = 100  # fields that are looked at where some are no numbers
_NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE", "DECIMAL")


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Relation:
    """The rows of a table as the engine has them.

    Args:
        where: what messages call it.
        rows: how many.
        columns: the engine's name for each column of the files; of a wide table `numbers[7]`, in
            one list a row.
        kinds: the engine's type of each column that was read.
        engine: has the rows.
        options: how the files are written.
        relation: the engine's name for the rows; in any but the files' order they have a column
            `number`, which says where each stands there.
    """

    where: str
    rows: int
    columns: Mapping[str, str]
    kinds: Mapping[str, str]
    engine: Engine
    options: TableFormat = dataclasses.field(default_factory=TableFormat)
    relation: str = "rows"

    def is_numeric(self, column: str) -> bool:
        """Whether the file says that a column holds numbers, or true and false."""
        kind = self.kinds[column].removeprefix("U").partition("(")[0]
        return kind in (*_NUMBERS, "BOOLEAN")

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
            counts = self._of_each(
                names,
                f"count(*) FILTER (isnan({number}) OR lower({written}) IN ('true', 'false') "
                f"OR regexp_matches({written}, '^[-+]?0[0-9]')), "
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
        return self.is_numeric(column) or self.proposed(column) not in (field, string_of(field))

    def some_texts(self, columns: Sequence[str]) -> dict[str, list[str]]:
        """Some fields of the columns that hold text: the first, and those that are no number."""
        found = {}
        for column in columns:
            if self.kinds[column] in ("VARCHAR", "JSON"):
                field = self._field(column)
                some_text = f"{field} NOT IN ({', '.join(map(text, MISSING))})"
                if self.kinds[column] == "JSON":
                    some_text = f"json_type({field}) = 'VARCHAR'"
                    field = string_of(field)
                wrong = f"isnan({self._number(column)})"
                every = (f"NOT {wrong}", wrong) if self._readings[column] == "text" else ("true",)
                found[column] = [
                    value
                    for some in every
                    for (value,) in self._run(
                        f"SELECT {field} FROM {self.relation} WHERE {some_text} AND {some} "
                        f"LIMIT {_TEXTS}"
                    )
                ]
        return found

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
                f"ELSE {number_in(string_of(field), self.options)} END"
            )
        marks = [str(mark) for one in self.options.missing if (mark := _float(one)) is not None]
        if not marks:
            return number
        return f"CASE WHEN {number} IN ({', '.join(marks)}) THEN NULL ELSE {number} END"

    def _as_text(self, column: str, *, alone: bool) -> str:
        """A field as it would be written: 2020 where the number is 2020.0; of a date no midnight,
        where another column tells the time."""
        field, kind = self._single(column), self.kinds[column]
        written = string_of(field) if kind == "JSON" else f"{field}::VARCHAR"
        if kind.startswith("TIMESTAMP") and not alone:
            written = f"replace({written}, ' 00:00:00', '')"
        if not kind.startswith(("DATE", "TIME")):
            whole = f"regexp_replace({written}, '^([-+]?[0-9]+)[.]0+$', '\\1')"
            written = f"CASE WHEN {written} LIKE '%.0%' THEN {whole} ELSE {written} END"
        return f"nullif(trim({written}), '')"

    def _loaded(self, value: str) -> Any:
        """What a field of JSON stands for."""
        try:
            return json.loads(value)
        except (ValueError, RecursionError):  # thousands of digits, or of brackets
            raise DataError(f"{self.where}: a value is too long, or nested too deep") from None

    def _times(self, column: str) -> list[str]:
        """What a column is sorted by, numbers or dates: the first of these that has a value."""
        field, kind = self._single(column), self.kinds[column]
        if kind in ("FLOAT", "DOUBLE"):
            return [_without_nan(field)]
        if kind.startswith(("DECIMAL", "HUGEINT", "UHUGEINT")):
            return [f"{field}::DOUBLE"]
        if self.is_numeric(column) or kind.startswith(("DATE", "TIMESTAMP", "INTERVAL")):
            return [field]
        if kind not in ("VARCHAR", "JSON"):
            raise DataError(
                f"{self.where}: column '{column}' holds values of type {brief(kind.lower())}: "
                "expected numbers or dates to sort by"
            )
        field = _written(field, kind)
        return [_without_nan(to_double(field)), f"TRY_CAST({field} AS TIMESTAMPTZ)"]


def _without_nan(number: str) -> str:
    return f"nullif({number}, 'NaN')"


def _written(field: str, kind: str) -> str:
    """A field of text or JSON as text."""
    return string_of(field) if kind == "JSON" else field


def _content(kind: str) -> str:
    """What a column of a type holds, in words."""
    if kind.endswith("]") or kind.startswith(("STRUCT", "MAP", "UNION")):
        return "lists or objects"
    if kind.startswith(("DATE", "TIME", "INTERVAL")):
        return "dates or times"
    return {"BLOB": "bytes"}.get(kind, kind.lower())


def string_of(field: str) -> str:
    """The text of a field of JSON."""
    return f"json_extract_string({field}, '$')"


def _float(mark: str) -> float | None:
    try:
        number = float(mark)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
