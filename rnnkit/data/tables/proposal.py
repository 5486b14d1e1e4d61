"""Text that should be numbers -> the `data.format` that it needs; how proposals are worded.

Only proposed, to be stated by the user: nothing is read as it looks.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from rnnkit.config.tables import TableFormat
from rnnkit.words import quoted

# FRED and SAS write a point
MISSING = ["", ".", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "<NA>", "#N/A"]
# as other systems write a blank, an apostrophe and a minus within numbers
VARIANTS = ("\u00a0\u202f\u2009\u2019\u2212", "   '-")
BEHIND = "-"  # of `units`: a minus behind the digits, as SAP writes
FACTORS = {
    "%": 1, "k": 1e3, "K": 1e3, "M": 1e6, "m": 1e6, "Mio": 1e6, "B": 1e9, "bn": 1e9, "Mrd": 1e9,
    "T": 1e12, "€": 1, "$": 1, "£": 1, "¥": 1, "EUR": 1, "USD": 1, "GBP": 1, "CHF": 1,
    "(": -1, ")": 1, BEHIND: -1, "–": -1, "—": -1,
}  # fmt: skip
_SIGN = r"[^\d\s.,'+\-()\[\]{}\"]"  # of a unit
_NUMBER = re.compile(
    rf"(?P<open>\()?[-+]?(?P<before>{_SIGN}{{1,3}}(?= ?[-+.,\d]))? ?[-+]?"
    rf"(?P<digits>[.,]?\d[\d.,' ]*(?<! ))(?P<power>[eE][-+]?\d+)?(?P<behind> ?-)?"
    rf"(?P<after>(?: ?{_SIGN}{{1,6}}){{0,2}})"
    r"(?(open)\))"
)
_ENOUGH = 0.8  # of the fields that are numbers make a column of numbers
_MOST_UNITS, _MOST_MARKS = 6, 3  # of a column, that are taken for some
_VARIANTS = str.maketrans(*VARIANTS)


class Proposed(NamedTuple):
    """One option of `data.format`, and what speaks for it."""

    key: str
    value: object
    why: str
    sure: bool = True


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
    mixed: list[str] = []  # fields of one column with units that none of FACTORS tells apart
    marks: Counter[str] = Counter()
    for column in columns.values():
        fields = [field for one in column if (field := one.strip().translate(_VARIANTS))]
        matches = [_NUMBER.fullmatch(field) for field in fields]
        numbers = [match for match in matches if match is not None]
        strange = Counter(f for f, match in zip(fields, matches, strict=True) if match is None)
        if len(numbers) < _ENOUGH * len(fields) and len(strange) > _MOST_MARKS:
            continue
        if not numbers or not all(
            signs.seen(m["digits"], power=m["power"] is not None) for m in numbers
        ):
            continue
        if len(strange) <= _MOST_MARKS:
            few = len({m[0] for m in numbers}) <= len(strange)
            if few and all(re.match(r"\w", field) for field in strange):  # categories: 0 and a
                continue
            marks += {f: n for f, n in strange.items() if n > 1 or not re.match(r"\w", f)}
        beside = {u: m[0] for m in numbers for u in _units(m)}
        if len(beside) <= _MOST_UNITS and (not only_signs or beside.keys() <= FACTORS.keys()):
            units = beside | units
            of_one = {
                frozenset(
                    u for u in _units(m) if abs(FACTORS.get(u, 1)) == 1 and u not in "()-–—"
                ): m[0]
                for m in numbers
                if m["digits"].strip("0.,")
            }
            mixed = mixed or (list(of_one.values()) if len(of_one) > 1 else [])
    found = signs.proposed(options)
    if new := [unit for unit in units if unit not in options.units]:
        factors = {unit: FACTORS.get(unit, 1) for unit in (*options.units, *new)} | options.units
        shown = [units[u] for u in new if u != ")"]
        why = f"{quoted(shown)}: a sign or a unit beside a number (what it multiplies)"
        if mixed:
            why += f", but {quoted(mixed)} stand in one column: correct what each multiplies"
        found.append(Proposed("units", factors, why, sure=not mixed))
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


class _Signs:
    """The signs within numbers: which of them stand for what, with a number that has each."""

    def __init__(self) -> None:
        self.decimal: dict[str, str] = {}
        self.thousands: dict[str, str] = {}
        self.either: dict[str, str] = {}

    def seen(self, digits: str, *, power: bool) -> bool:
        """Take note of a number, which a power of ten may follow; whether it is one."""
        signs = [sign for sign in digits if not sign.isdigit()]
        if not signs:
            return True
        last, others = signs[-1], signs[:-1]
        if others and last not in others:
            if last not in ".," or not _grouped(digits.rpartition(last)[0], others[0]):
                return False
            self.thousands.setdefault(others[0], digits)
            self.decimal.setdefault(last, digits)
        elif power or not _grouped(digits, last):
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
            elif sign == "," and options.separator == ";":
                decimal[sign] = number
                doubt = " (if it groups thousands: thousands: ',' instead)"
            elif sign == ",":
                thousands[sign] = number
                doubt = " (if it is a decimal comma: decimal: ',' instead)"
        if len(decimal) > 1 or len(thousands) > 1 or decimal.keys() & thousands.keys():
            return []
        found = []
        for sign, number in decimal.items():
            if sign != (options.decimal or "."):
                why = f"'{number}' has a decimal comma{doubt}"
                found.append(Proposed("decimal", sign, why, sure=not doubt))
        for sign, number in thousands.items():
            if sign != options.thousands:
                why = f"'{number}' groups thousands by '{sign}'{doubt}"
                found.append(Proposed("thousands", sign, why))
        return found


def _units(number: re.Match[str]) -> list[str]:
    """What stands beside the digits of a number."""
    around = ["(", ")"] if number["open"] else []
    around += [BEHIND] if number["behind"] else []
    return [u for u in (*around, number["before"], *number["after"].split()) if u]


def _grouped(digits: str, sign: str) -> bool:
    """Whether it is 1.234.567, or as in India 12.34.567."""
    s = re.escape(sign)
    return re.fullmatch(rf"[1-9]\d{{0,2}}({s}\d{{2,3}})*{s}\d{{3}}", digits) is not None


def _yaml(value: object) -> str:
    """As a config has it, within {}."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_yaml(key)}: {_yaml(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_yaml, value)) + "]"
    whole = isinstance(value, float) and value.is_integer()
    return json.dumps(int(value) if whole else value, ensure_ascii=False)  # type: ignore[call-overload]
