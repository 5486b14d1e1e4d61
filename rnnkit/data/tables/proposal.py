"""The beginning of delimited text, or text that should be numbers -> the `data.format` it needs.

Only proposed, to be stated by the user: nothing is read as it looks.
"""

from __future__ import annotations

import contextlib
import csv
import itertools
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from rnnkit.config.tables import TableFormat
from rnnkit.words import brief, quoted

# as other systems write a blank, an apostrophe and a minus within numbers
VARIANTS = ("\u00a0\u202f\u2009\u2019\u2212", "   '-")
FACTORS = {
    "%": 1, "k": 1e3, "K": 1e3, "M": 1e6, "m": 1e6, "Mio": 1e6, "B": 1e9, "bn": 1e9, "Mrd": 1e9,
    "T": 1e12, "€": 1, "$": 1, "£": 1, "¥": 1, "EUR": 1, "USD": 1, "GBP": 1, "CHF": 1,
}  # fmt: skip
_SEPARATORS = {",": "','", ";": "';'", "\t": "tabs", "|": "'|'"}
_COMMENTS = "#%"
_SIGN = r"[^\d\s.,'+\-()\[\]{}\"]"  # of a unit
_NUMBER = re.compile(
    rf"[-+]?(?P<before>{_SIGN}{{1,3}}(?= ?[-+.,\d]))? ?[-+]?(?P<digits>[.,]?\d[\d.,' ]*(?<! ))"
    rf"(?:[eE][-+]?\d+)?(?P<after>(?: ?{_SIGN}{{1,6}}){{0,2}})"
)
_FIRST = 1000  # columns that are looked at
_ENOUGH = 0.8  # of the fields that are numbers make a column of numbers
_MOST_UNITS, _MOST_MARKS = 6, 3  # of a column, that are taken for some
_VARIANTS = str.maketrans(*VARIANTS)


class Proposed(NamedTuple):
    """One option of `data.format`, and what speaks for it."""

    key: str
    value: object
    why: str


def of_text(lines: Sequence[str], options: TableFormat, separator: str) -> list[Proposed]:
    """What lines at the beginning of a file say of how it is cut into rows and fields.

    Args:
        lines: with their ends.
        options: as they are stated.
        separator: that is stated, or usual.

    Returns:
        What differs; where something does, how numbers are written too.
    """
    found: list[Proposed] = []
    skipped = options.skip_rows
    if skipped == 0 and (said := re.match(r"sep=(.)\s*$", lines[0] if lines else "")):
        found.append(Proposed("skip_rows", skipped := 1, f"its first line is {said[0].strip()!r}"))
        if options.separator is None and (sign := said[1]) != separator:
            found.append(_separated(separator := sign))
    lines, commented = _uncommented(lines[skipped:], options, separator)
    found += commented
    separators = [separator] if options.separator or found else [separator, *_SEPARATORS]
    tables = [_Rows(lines, sign) for sign in dict.fromkeys(separators)]
    usual, table = tables[0], max(tables, key=lambda one: (one.is_table, one.length, one.fields))
    if usual.is_table and usual.length == table.length:
        table = usual
    if table.before and not (skipped == 0 and table.has_titles):
        table = usual
    if table is not usual:
        found.append(_separated(table.separator))
    if table.before and skipped == 0 and table.has_titles:
        title = brief(lines[0].strip())
        why = f"its first line, '{title}', names no columns"
        found.append(Proposed("skip_rows", table.line, why))
    begins = not table.before or table.has_titles
    if options.header is None and begins and (looks := _like_data(table.rows)):
        why = f"its first row looks like data, {looks} (if those are names: header: true)"
        found.append(Proposed("header", False, why))
    if not found:
        return []
    columns = itertools.zip_longest(*table.rows[options.has_header :], fillvalue="")
    named = dict(enumerate(map(list, columns), 1))
    numbers = of_numbers(named, options, only_signs=True)
    return found + [one for one in numbers if one.value != table.separator]


def of_numbers(
    columns: Mapping[Any, Sequence[str]], options: TableFormat, *, only_signs: bool = False
) -> list[Proposed]:
    """What the fields of columns say of how their numbers are written.

    Args:
        columns: some fields of each.
        options: as they are stated.
        only_signs: of units only well-known ones, and no marks for missing values: some of the
            columns may hold no numbers.
    """
    signs = _Signs()
    units: dict[str, str] = {}  # with a field that has it
    marks: Counter[str] = Counter()
    for column in columns.values():
        fields = [field for one in column if (field := one.strip().translate(_VARIANTS))]
        matches = [_NUMBER.fullmatch(field) for field in fields]
        numbers = [match for match in matches if match is not None]
        strange = Counter(f for f, match in zip(fields, matches, strict=True) if match is None)
        if len(numbers) < _ENOUGH * len(fields) and len(strange) > _MOST_MARKS:
            continue
        if not numbers or not all(signs.seen(match["digits"]) for match in numbers):
            continue
        if len(strange) <= _MOST_MARKS:
            marks += {f: n for f, n in strange.items() if n > 1 or not re.search(r"\w", f)}
        beside = {u: m[0] for m in numbers for u in (m["before"], *m["after"].split()) if u}
        if len(beside) <= _MOST_UNITS and (not only_signs or beside.keys() <= FACTORS.keys()):
            units = beside | units
    found = signs.proposed(options)
    if new := [unit for unit in units if unit not in options.units]:
        factors = {unit: FACTORS.get(unit, 1) for unit in (*options.units, *new)} | options.units
        why = f"{quoted([units[u] for u in new])}: a unit beside a number (what it multiplies)"
        found.append(Proposed("units", factors, why))
    if not only_signs and marks:
        why = f"{quoted([*marks])}: perhaps no value"
        found.append(Proposed("missing", [*options.missing, *marks], why))
    return found


def block(proposed: Iterable[Proposed], stated: TableFormat) -> str:
    """The lines of a config that state it all, what was stated before too."""
    given = {name: getattr(stated, name) for name in stated.given}
    options = given | {one.key: one.value for one in proposed}
    shown = ", ".join(f"{name}: {_yaml(value)}" for name, value in options.items())
    return f"  format: {{{shown}}}"


def because(proposed: Iterable[Proposed]) -> str:
    """What speaks for it, as one sentence's part."""
    return "; ".join(one.why for one in proposed)


class _Rows:
    """Lines cut into rows by a separator; the longest run of rows with as many fields each."""

    def __init__(self, lines: Sequence[str], separator: str) -> None:
        self.separator = separator
        reader = csv.reader(lines, delimiter=separator, skipinitialspace=True)
        begins, every = 0, []
        with contextlib.suppress(csv.Error):  # a field too long; what comes before it counts
            for row in reader:
                if row:
                    every.append((begins, [field.strip() for field in row]))
                begins = reader.line_num
        runs = [list(run) for _, run in itertools.groupby(every, lambda numbered: len(numbered[1]))]
        run = max(runs, key=len, default=[])
        self.rows = [row for _, row in run]
        self.length = len(run)
        self.fields = len(self.rows[0]) if run else 0
        self.before = [row for line, row in every if run and line < run[0][0]]
        while len(self.rows) > 1 and self.fields > 2 and sum(map(bool, self.rows[0])) <= 1:
            self.before.append(self.rows.pop(0))
            run.pop(0)
        self.line = run[0][0] if run else 0

    @property
    def is_table(self) -> bool:
        return self.fields > 1 and self.length > 1

    @property
    def has_titles(self) -> bool:
        """Whether what stands before the run is too short for its header, and its first row one."""
        short = all(sum(map(bool, row)) <= max(1, self.fields // 2) for row in self.before)
        return self.is_table and short and any(not _are_numbers([n]) for n in _above(self.rows))


class _Signs:
    """The signs within numbers: which of them stand for what, with a number that has each."""

    def __init__(self) -> None:
        self.decimal: dict[str, str] = {}
        self.thousands: dict[str, str] = {}
        self.either: dict[str, str] = {}

    def seen(self, digits: str) -> bool:
        """Take note of a number; whether it is one."""
        signs = [sign for sign in digits if not sign.isdigit()]
        if not signs:
            return True
        last, others = signs[-1], signs[:-1]
        if others and last not in others:
            if last not in ".," or not _grouped(digits.rpartition(last)[0], others[0]):
                return False
            self.thousands.setdefault(others[0], digits)
            self.decimal.setdefault(last, digits)
        elif not _grouped(digits, last):
            if others or last not in ".,":
                return False
            self.decimal.setdefault(last, digits)
        elif others or last not in ".,":
            self.thousands.setdefault(last, digits)
        else:
            self.either.setdefault(last, digits)
        return True

    def proposed(self, options: TableFormat) -> list[Proposed]:
        """The signs that are not stated; none where numbers contradict each other."""
        decimal, thousands, either = self.decimal.copy(), self.thousands.copy(), self.either.copy()
        if options.decimal is not None:
            decimal.setdefault(options.decimal, "")
        if options.thousands is not None:
            thousands.setdefault(options.thousands, "")
        doubt = ""
        for sign, number in either.items():
            other = {".": ",", ",": "."}[sign]
            if sign in decimal or (sign not in thousands and other in thousands):
                decimal.setdefault(sign, number)
            elif decimal or sign in thousands:
                thousands.setdefault(sign, number)
            elif sign == ",":
                thousands[sign] = number
                doubt = " (if it is a decimal comma: decimal: ',' instead)"
        if len(decimal) > 1 or len(thousands) > 1 or decimal.keys() & thousands.keys():
            return []
        found = []
        for sign, number in decimal.items():
            if sign != (options.decimal or "."):
                found.append(Proposed("decimal", sign, f"'{number}' has a decimal comma"))
        for sign, number in thousands.items():
            if sign != options.thousands:
                why = f"'{number}' groups thousands by '{sign}'{doubt}"
                found.append(Proposed("thousands", sign, why))
        return found


def _grouped(digits: str, sign: str) -> bool:
    """Whether it is 1.234.567, or as in India 12.34.567."""
    s = re.escape(sign)
    return re.fullmatch(rf"[1-9]\d{{0,2}}({s}\d{{2,3}})*{s}\d{{3}}", digits) is not None


def _separated(sign: str) -> Proposed:
    return Proposed("separator", sign, f"its fields are separated by {_SEPARATORS.get(sign, sign)}")


def _uncommented(
    lines: Sequence[str], options: TableFormat, separator: str
) -> tuple[list[str], list[Proposed]]:
    """The lines without comments, stated or not."""
    sign = options.comment
    found = []
    if sign is None:
        first = [line[:1] for line in lines if line.strip()]
        marked = [one for one in first if one == first[0] and one in _COMMENTS]
        if marked and len(marked) < len(first) and not _is_header(lines, separator):
            sign = marked[0]
            found = [Proposed("comment", sign, f"lines that begin with '{sign}' are comments")]
    return [line for line in lines if sign is None or not line.startswith(sign)], found


def _is_header(lines: Sequence[str], separator: str) -> bool:
    """Whether the first two rows have as many fields, though the first begins like a comment."""
    rows = [row for row in csv.reader(lines, delimiter=separator) if row][:2]
    return len(rows) == 2 and len(rows[0]) == len(rows[1]) > 1


def _like_data(rows: Sequence[Sequence[str]]) -> str:
    """What of the first row is hardly a name: numbers above numbers, which do not count on."""
    if len(rows) < 2:
        return ""
    above = _above(rows)
    numbers = [name for name in above if _are_numbers([name])]
    if not numbers or len(numbers) < len(above):
        return ""
    steps = {round(b - a, 6) for a, b in itertools.pairwise(map(_float, numbers))}
    counts_on = len(steps) == 1 and steps != {0} and (len(numbers) > 2 or steps == {1})
    return "" if counts_on else quoted(numbers, 4)


def _above(rows: Sequence[Sequence[str]]) -> list[str]:
    """The fields of the first row that stand above numbers."""
    first, *others = rows
    columns = itertools.islice(zip(first, *others, strict=True), _FIRST)
    return [name for name, *column in columns if _are_numbers(column)]


def _are_numbers(fields: Iterable[str]) -> bool:
    given = [field for field in fields if field]
    return bool(given) and all(
        re.fullmatch(r"[-+]?[\d.,]*\d[.,]?(e[-+]?\d+)?", f, re.I) for f in given
    )


def _float(number: str) -> float:
    try:
        return float(number)
    except ValueError:
        return float("nan")


def _yaml(value: object) -> str:
    """As a config has it, within {}."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_yaml(key)}: {_yaml(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_yaml, value)) + "]"
    whole = isinstance(value, float) and value.is_integer()
    return json.dumps(int(value) if whole else value, ensure_ascii=False)  # type: ignore[call-overload]
