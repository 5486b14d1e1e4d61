"""The different values of a column, numbered as they first appear; an event log in sequences."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import numpy as np

from rnnkit.data.sequences import Indices
from rnnkit.data.tables.relation import Relation

VALUES = 1 << 18  # that the engine gives at once: more do not fit the cache


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Numbered(Relation):
    """Rows whose columns can be numbered; the engine keeps the values of each in a table."""

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
            some = f"rowid >= {start} AND rowid < {start + VALUES}"
            found = self._read(f"SELECT value FROM {self._keys(column)} WHERE {some}")
            values = found["value"].tolist()
            yield list(map(self._loaded, values)) if self.kinds[column] == "JSON" else values
            start += VALUES

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
