"""A .jsonl file, an object a line, or a .json file, a list of objects."""

from __future__ import annotations

import codecs
import itertools
import json
from collections import Counter
from collections.abc import Collection

from rnnkit.data.tables import suffix_of
from rnnkit.data.tables.contract import FileFormat
from rnnkit.data.tables.engine import text
from rnnkit.errors import DataError
from rnnkit.words import quoted

MAX_LINE = 1 << 26  # bytes of one
_BEGINNING = 1 << 12


class Format(FileFormat):
    """A column for every key; null, or a key that an object lacks, is no value."""

    def select(self, wanted: Collection[int]) -> str:
        """The wanted columns, as c0, c1 ... of JSON."""
        fields = ((n, f"json->{text(_pointer(self.names[n]))}") for n in sorted(wanted))
        chosen = (
            f"CASE json_type({field}) WHEN 'NULL' THEN NULL ELSE {field} END AS c{n}"
            for n, field in fields
        )
        return f"SELECT {', '.join(chosen)} FROM ({self._objects})"

    def place(self, row: int, left_out: Collection[int]) -> str:
        """`line 7`, of which blank ones count; in a list `object 7`."""
        if self._is_list:
            return f"object {row + 1:,}"
        with self.path.open("rb") as file:
            file.seek(len(codecs.BOM_UTF8) if file.read(3) == codecs.BOM_UTF8 else 0)
            numbers = (n for n, line in enumerate(file, 1) if line.strip())
            return f"line {next(itertools.islice(numbers, row, None)):,}"

    def _find_names(self) -> list[str]:
        """Every key that a line has, by first appearance."""
        if self._is_list and self._begins() == b"{":
            raise DataError(
                f'{self.path}: expected a list of objects, [{{"label": "a", "x1": 0.5}}, ...]: an '
                "object a line is a .jsonl file; to_json(path, orient='records') of pandas writes "
                "such a list; of objects within an object keep the list alone"
            )
        found = self.engine.run(
            "SELECT key FROM (SELECT row, unnest(json_keys(json)) AS key, "
            f"generate_subscripts(json_keys(json), 1) AS position FROM ({self._objects})) "
            "GROUP BY key ORDER BY min(row), min(position)"
        )
        self._check_objects()
        return [key for (key,) in found]

    @property
    def _objects(self) -> str:
        how = "format='newline_delimited', ignore_errors=true"
        how = "format='array'" if self._is_list else how
        return (
            "SELECT json, row_number() OVER () - 1 AS row FROM read_json_objects("
            f"{text(str(self.path))}, {how}, maximum_object_size={MAX_LINE})"
        )

    @property
    def _is_list(self) -> bool:
        return suffix_of(self.path) == ".json"

    def _begins(self) -> bytes:
        """The first sign that is no blank."""
        with self.path.open("rb") as file:
            return file.read(_BEGINNING).removeprefix(codecs.BOM_UTF8).lstrip()[:1]

    def _check_objects(self) -> None:
        """Refuse the first line that is no object."""
        wrong = self.engine.run(
            f"SELECT row, json::VARCHAR FROM ({self._objects}) "
            "WHERE json IS NULL OR json_type(json) <> 'OBJECT' "
            "OR len(json_keys(json)) <> len(list_distinct(json_keys(json))) ORDER BY row LIMIT 1"
        )
        for row, found in wrong:
            where = f"{self.path}, {self.place(row, ())}"
            if found is not None and found.lstrip().startswith("{"):
                keys = Counter(key for key, _ in json.loads(found, object_pairs_hook=list))
                twice = quoted([key for key, count in keys.items() if count > 1])
                raise DataError(f"{where}: it has more than one value for {twice}: keep one")
            if found is not None:
                raise DataError(f'{where}: expected an object, like {{"label": "a", "x1": 0.5}}')
            raise DataError(f"{where}: not JSON: {self._reason(row)}")

    def _reason(self, row: int) -> str:
        with self.path.open("rb") as file:
            line = next(itertools.islice((line for line in file if line.strip()), row, None))
        try:
            json.loads(line.decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            byte = error.object[error.start]
            return f"byte 0x{byte:02x} is not UTF-8: save the file as UTF-8 text"
        except ValueError as error:
            return getattr(error, "msg", str(error))
        except RecursionError:
            return "nested too deep"
        return "it holds half a character, which is no text"


def _pointer(name: str) -> str:
    """JSON's own way to name a key, whatever signs it has."""
    return "/" + name.replace("~", "~0").replace("/", "~1")
