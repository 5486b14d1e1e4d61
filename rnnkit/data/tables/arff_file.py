"""An .arff file of Weka: attributes that are named and typed, then rows between commas."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence

from rnnkit.data.tables.python_rows import PythonFormat
from rnnkit.errors import DataError
from rnnkit.words import counted

_ATTRIBUTE = re.compile(r"@attribute\s+('[^']*'|\"[^\"]*\"|\S+)\s+(\S.*)", re.IGNORECASE)
_NUMERIC = ("numeric", "real", "integer")


class Format(PythonFormat):
    """Numbers where the file says so, else text."""

    typed = False

    def rows(self) -> Iterator[tuple[str, list[str | float | None]]]:
        """`line 7`, and the values of each row."""
        attributes = self._attributes()
        with self.path.open(encoding="utf-8-sig") as file:
            lines = enumerate(file, 1)
            for _, line in lines:
                if line.strip().lower() == "@data":
                    break
            for number, line in lines:
                if line.strip() and not line.startswith("%"):
                    quote = '"' if '"' in line else "'"
                    [fields] = csv.reader([line.strip()], quotechar=quote, skipinitialspace=True)
                    yield f"line {number:,}", self._values(number, fields, attributes)

    def _find_names(self) -> list[str]:
        return [name for name, _ in self._attributes()]

    def _attributes(self) -> list[tuple[str, str]]:
        """The name and the type of each."""
        found: list[tuple[str, str]] = []
        with self.path.open(encoding="utf-8-sig") as file:
            for number, line in enumerate(file, 1):
                if line.strip().lower() == "@data":
                    return found
                if line.lower().startswith("@attribute"):
                    match = _ATTRIBUTE.match(line.strip())
                    if match is None or match[2].lower().startswith("relational"):
                        raise DataError(
                            f"{self.path}, line {number:,}: expected @attribute, a name and "
                            "numeric, string, date or {classes}"
                        )
                    found.append((match[1].strip("'\""), match[2].lower().strip()))
        raise DataError(f"{self.path}: it has no line @data")

    def _values(
        self, line: int, fields: list[str], attributes: Sequence[tuple[str, str]]
    ) -> list[str | float | None]:
        where = f"{self.path}, line {line:,}"
        if len(fields) != len(attributes):
            raise DataError(
                f"{where}: {counted(len(fields), 'field')}, but the file has "
                f"{counted(len(attributes), 'attribute')}"
            )
        values: list[str | float | None] = []
        for (name, kind), field in zip(attributes, map(str.strip, fields), strict=True):
            try:
                number = kind in _NUMERIC
                values.append(None if field in ("?", "") else float(field) if number else field)
            except ValueError:
                raise DataError(
                    f"{where}, column '{name}': '{field:.40}' is not a number"
                ) from None
        return values
