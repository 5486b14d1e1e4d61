"""A .parquet file: it states the names and the types of its columns."""

from __future__ import annotations

import re
from collections.abc import Collection

import duckdb

from rnnkit.data.tables.contract import PANDAS_INDEX, FileFormat, local_time, numbers_left_out
from rnnkit.data.tables.engine import text


class Format(FileFormat):
    """Columns of the file's own types, but for pandas's numbers of the rows."""

    def select(self, wanted: Collection[int]) -> str:
        places, kinds = self._places, [kind for _, kind in self._described]
        zoned = any(kinds[places[n]] == "TIMESTAMP WITH TIME ZONE" for n in wanted)
        zones = self._zones() if zoned else {}
        kept = (
            f"{local_time(f'p{places[n]}', zones.get(places[n]))} AS c{n}" for n in sorted(wanted)
        )
        return f"SELECT {', '.join(kept)} FROM {self._source}"

    def complaint(self, wanted: Collection[int]) -> str | None:
        """Text that is not UTF-8."""
        for n in wanted:
            place = self._places[n]
            if value := self._not_utf8(f"SELECT max(p{place}::VARCHAR) FROM {self._source}"):
                where = f"{self.path}{self._row(place)}, column '{self.names[n]}'"
                return f"{where}: {value} is not UTF-8: write text as UTF-8"
        return None

    def _find_names(self) -> list[str]:
        self._described = self.engine.describe(f"SELECT * FROM {self._call}")
        names = [name for name, _ in self._described]
        self._places = [
            n for n, (name, kind) in enumerate(self._described)
            if not (PANDAS_INDEX.fullmatch(name) and kind.endswith("INT"))
        ]  # fmt: skip
        return [names[n] for n in self._places]

    def remarks(self) -> list[str]:
        left_out = (name for n, (name, _) in enumerate(self._described) if n not in self._places)
        return list(map(numbers_left_out, left_out))

    @property
    def _call(self) -> str:
        return f"read_parquet({text(str(self.path))})"

    @property
    def _source(self) -> str:
        """With the columns as p0, p1 ..."""
        return f"{self._call} AS found({', '.join(f'p{n}' for n in range(len(self._described)))})"

    def _zones(self) -> dict[int, str]:
        """The zone of each column of instants that has one: the engine does not tell."""
        import pyarrow.parquet

        kinds = pyarrow.parquet.read_schema(self.path).types
        return {n: kind.tz for n, kind in enumerate(kinds) if getattr(kind, "tz", None)}

    def _row(self, column: int) -> str:
        """`, row 7`, where text is not UTF-8: the engine does not tell."""
        import pyarrow.parquet

        with pyarrow.parquet.ParquetFile(self.path) as file:
            schema = file.schema_arrow
        coded = [field.name for field in schema if pyarrow.types.is_dictionary(field.type)]
        row = 0  # a dictionary stays one: else reading casts, which names no row
        with pyarrow.parquet.ParquetFile(self.path, read_dictionary=coded) as file:
            for batch in file.iter_batches():
                for value in batch.column(column):
                    row += 1
                    try:
                        value.as_py()
                    except UnicodeDecodeError:
                        return f", row {row:,}"
        return ""

    def _not_utf8(self, statement: str) -> str | None:
        """The value that the engine stumbles over, if it is text."""
        try:
            self.engine.run(statement)
        except duckdb.Error as error:
            match = re.search(r'value ("(?:[^"\\]|\\.)*") is not valid UTF8', str(error))
            return match[1] if match else None
        return None
