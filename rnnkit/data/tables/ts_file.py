"""A .ts file of the time-series archives: a line a case, its dimensions and its class.

Columns: `x`, a list of numbers, or of time steps with a number for each dimension; and `label`,
where the file has classes. The format: https://www.sktime.net, "the .ts file format".
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

from rnnkit.data.tables.python_rows import PythonFormat
from rnnkit.errors import DataError

SERIES, LABEL = "x", "label"
_BEGINS = "@data"


class Format(PythonFormat):
    """x, and label where there are classes."""

    typed = False
    lists = (SERIES,)

    def rows(self) -> Iterator[tuple[str, list[object]]]:
        """`line 7`, and the values of each case."""
        labelled = LABEL in self.names
        for number, line in _cases(self.path):
            place = f"line {number:,}"
            yield place, _row(f"{self.path}, {place}", line, labelled=labelled)

    def _find_names(self) -> list[str]:
        return [SERIES, LABEL] if _has_classes(self.path) else [SERIES]


def _row(where: str, line: str, *, labelled: bool) -> list[object]:
    *dimensions, last = line.split(":")
    if not labelled:
        dimensions, last = [*dimensions, last], ""
    if not dimensions:
        raise DataError(f"{where}: expected values, a colon and a class")
    if any("(" in dimension for dimension in dimensions):
        raise DataError(f"{where}: values with time stamps are not read: write the values alone")
    series = [[_number(where, v) for v in dimension.split(",")] for dimension in dimensions]
    if len({len(values) for values in series}) > 1:
        raise DataError(
            f"{where}: its dimensions have {' and '.join(str(len(s)) for s in series)} steps"
        )
    x = series[0] if len(series) == 1 else list(map(list, zip(*series, strict=True)))
    return [x, last.strip()] if labelled else [x]


def _number(where: str, text: str) -> float:
    try:
        return float("nan") if text.strip() == "?" else float(text)
    except ValueError:
        raise DataError(f"{where}: '{text.strip():.40}' is not a number") from None


def _has_classes(path: Path) -> bool:
    """What the header says."""
    with path.open(encoding="utf-8-sig") as file:
        for line in itertools.takewhile(lambda line: not _begins(line), file):
            if line.lower().startswith("@classlabel"):
                return line.split()[1:2] != ["false"]
    return False


def _cases(path: Path) -> Iterator[tuple[int, str]]:
    """The lines behind @data that are not blank, each with its number."""
    with path.open(encoding="utf-8-sig") as file:
        numbered = enumerate(file, 1)
        for _, line in numbered:
            if _begins(line):
                break
        for number, line in numbered:
            if line.strip() and not line.startswith("#"):
                yield number, line.strip()


def _begins(line: str) -> bool:
    return line.strip().lower() == _BEGINS
