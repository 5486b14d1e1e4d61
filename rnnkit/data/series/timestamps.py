"""A column of a table, or several -> times: dates in any common form, or whole numbers.

DuckDB takes 0.2 s to import: import this module only where a table is read.
"""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.series.dates import time_text
from rnnkit.data.series.names import (
    ORDINAL,
    WORD,
    in_english,
    is_english,
    named_months,
    with_offsets,
    zone_of,
)
from rnnkit.data.series.reading import (
    COMPACT,
    EPOCHS,
    EXCEL,
    INTEGER,
    ISO,
    NAMES,
    SAME_AS,
    Numbers,
    Reading,
    change_of_unit,
    dates_of,
    looks_like_days,
    looks_like_weeks,
    looks_like_years,
    number_form,
    read_number,
)
from rnnkit.data.series.written import PAIR_OF_YEARS, PATTERNS, likely_forms, read_written
from rnnkit.data.tables.engine import filled, identifier, text
from rnnkit.data.tables.numerals import to_double
from rnnkit.data.tables.table import Table
from rnnkit.errors import DataError
from rnnkit.words import brief, counted, did_you_mean, listed

SAMPLE = 100  # rows on which forms are tried
AHEAD = 10  # years from now: a later date is doubted where the century is not written
_NUMBER = r"[-+]?\d+(\.\d+)?([eE][-+]?\d+)?"
_OF_NUMBERS = (INTEGER, EXCEL, *EPOCHS, *COMPACT.values())


def parse_times(
    table: Table, columns: Sequence[str], form: str | None, groups: NDArray[np.intp]
) -> tuple[Reading, list[str]]:
    """Read the times of every row.

    Args:
        table: the rows.
        columns: where the times stand; the date and the time of day may stand in two.
        form: strptime's format, or one of NAMES; None infers it.
        groups: (n,) which series a row belongs to.

    Returns:
        The times, none of them wrong, and what a reader should know of how they were read.

    Raises:
        DataError: a row without a time, or with one that cannot be read; or dates that could be
            day/month or month/day.
    """
    return _Column(table, columns, groups).read(form)


class _Column:
    """The times of a table that are being read."""

    def __init__(self, table: Table, columns: Sequence[str], groups: NDArray[np.intp]) -> None:
        self._table = table
        self._columns = columns
        self._groups = groups
        self._sample: list[str] = []

    def read(self, form: str | None) -> tuple[Reading, list[str]]:
        kind = self._table.kinds[self._columns[0]]
        if len(self._columns) == 1 and kind.startswith(("DATE", "TIMESTAMP")):
            found = self._table.values(self._columns[0])
            self._refuse_missing(np.ma.getmaskarray(found))
            return self._whole(Reading(ISO, *dates_of(found))), []
        self._table.keep_texts(self._columns)
        self._refuse_missing(self._table.ask("SELECT value IS NULL AS v FROM texts")["v"])
        numbers = form is None or SAME_AS.get(form, form) in _OF_NUMBERS
        if numbers and self._table.options.decimal_sign == ",":  # 44197,25
            fraction = "regexp_replace(value, '^([-+]?[0-9]+),([0-9]+)$', '\\1.\\2')"
            self._table.ask(f"UPDATE texts SET value = {fraction}")
        self._sample = self._some()
        remarks = self._in_english(form)
        self._refuse_zones(form)
        reading, others = self._of_texts(form)
        return reading, [*remarks, *others]

    def _some(self) -> list[str]:
        step = -(-self._table.rows // SAMPLE)
        chosen = f"SELECT value FROM texts WHERE rowid % {step} = 0"
        found: list[str] = self._table.ask(chosen)["value"].tolist()
        return found

    def _of_texts(self, form: str | None) -> tuple[Reading, list[str]]:
        stated = None if form is None else SAME_AS.get(form, form)
        if stated in _OF_NUMBERS or (stated is None and self._mostly(_NUMBER)):
            return self._numbered(stated)
        if stated is not None:
            return self._whole(self._stated(stated)), []
        self._refuse_pairs_of_years()
        for name, pattern in PATTERNS.items():
            if self._mostly(pattern):
                return self._whole(read_written(self._table, name, self._sample)), []
        return self._inferred()

    def _refuse_missing(self, missing: NDArray[np.bool_]) -> None:
        if missing.any():
            raise DataError(
                f"{self._place(int(np.argmax(missing)))}: no time "
                f"({counted(int(missing.sum()), 'such row')}): fill them, or leave them out with "
                f"data.query: SELECT * FROM source WHERE {identifier(self._columns[0])} IS NOT NULL"
            )

    def _in_english(self, form: str | None) -> list[str]:
        """Write the months of other languages in English, and say so."""
        if not any(re.search(f"{WORD}|{ORDINAL}", value) for value in self._sample):
            return []
        words = (
            "SELECT DISTINCT unnest(regexp_extract_all(value, '\\pL{3,}\\.?')) AS word FROM texts"
        )
        months = named_months(self._table.ask(words)["word"].tolist(), form)
        if not months and not any(re.search(ORDINAL, value) for value in self._sample):
            return []
        value = "value"
        for pattern, name in in_english(months, form):
            value = f"regexp_replace({value}, {text(pattern)}, {text(name)})"
        self._table.ask(f"UPDATE texts SET value = {value}")
        self._sample = self._some()
        foreign = sorted(word for word in months if not is_english(word))[:1]
        return [
            f"column {self._named}: '{word}' is read as {calendar.month_name[months[word]]}"
            for word in foreign
        ]

    def _refuse_zones(self, form: str | None) -> None:
        """Ask where times name a zone: several have one name, and strptime knows the machine's."""
        stated = form or ""
        zones = {zone for value in self._sample if (zone := zone_of(value)) and zone not in stated}
        if not zones and "%Z" not in stated:
            return
        utc = "SELECT regexp_matches(value, '(?i)\\b(UTC|GMT)\\b') AS v FROM texts"
        others = ~self._table.ask(utc)["v"].astype(np.bool_)
        if not others.any():
            return
        name = identifier(self._columns[-1])
        written = f"{with_offsets(name, zones)} AS {name}"
        way = f", with data.query: SELECT * REPLACE ({written}) FROM source" if zones else ""
        row = int(np.argmax(others))
        raise DataError(
            f"{self._place(row)}: {self._value(row)}: the name of a time zone is read by no "
            f"format: write its offset from UTC instead, each one checked{way}"
        )

    def _refuse_pairs_of_years(self) -> None:
        """Ask where every row is like 2000/01, 2001/02: a year from one to the next, or a month."""
        found = [re.fullmatch(PAIR_OF_YEARS, value) for value in self._sample]
        if len(found) > 1 and all(one and (int(one[1]) + 1) % 100 == int(one[2]) for one in found):
            name = identifier(self._columns[0])
            raise DataError(
                f"{self._place(0)}: {self._value(0)} seems to be a year that ends in the next one, "
                f"as all rows do: read its first by data.query: SELECT * REPLACE (left({name}, 4) "
                f"AS {name}) FROM source and data.time_format: year; of months state "
                f"data.time_format: '%Y{self._sample[0][4]}%m'"
            )

    def _mostly(self, pattern: str) -> bool:
        """Whether most have this form: the others, if any, are mistakes."""
        fitting = sum(re.fullmatch(pattern, value) is not None for value in self._sample)
        return fitting > len(self._sample) / 2

    def _numbered(self, form: str | None) -> tuple[Reading, list[str]]:
        found = self._table.ask(
            "SELECT CASE WHEN regexp_full_match(value, '[-+]?[0-9]{1,19}') THEN "
            f"TRY_CAST(value AS BIGINT) END AS whole, {to_double('value')} AS number FROM texts"
        )
        whole, number = found["whole"], filled(found["number"], np.nan)
        wrong = ~np.isfinite(number)
        if wrong.any():
            self._whole(Reading(form or INTEGER, number, wrong))
        numbers: Numbers = number if np.ma.getmaskarray(whole).any() else filled(whole, 0)
        chosen = form or number_form(numbers)
        if chosen is None:
            raise self._neither()
        if chosen in EPOCHS and (change := change_of_unit(numbers)):
            row, before, after = change
            raise DataError(
                f"{self._place(row)}: {self._value(row)} counts from 1970 as {after}, but the row "
                f"before, {self._value(row - 1)}, as {before}: give all of them in one unit"
            )
        reading = self._whole(read_number(numbers, chosen))
        remarks = self._notes_of_numbers(reading, numbers) if form is None else []
        return reading, remarks

    def _notes_of_numbers(self, reading: Reading, numbers: Numbers) -> list[str]:
        first = f"column {self._named}: {self._value(0)}"
        if reading.form != INTEGER:
            date = time_text(reading.times[0])
            stay = "; data.time_format: integer keeps it a number"
            stay = stay if numbers.dtype.kind == "i" else ""
            return [f"{first} is read as {date} ({reading.form}){stay}"]
        if looks_like_years(reading.times):
            return [f"{first} stays a whole number; data.time_format: year makes dates of years"]
        if looks_like_weeks(reading.times):
            return [f"{first} stays a whole number; data.time_format: week makes dates of weeks"]
        if looks_like_days(reading.times):
            return [
                f"{first} stays a whole number; data.time_format: excel makes dates of the days "
                "that a spreadsheet counts"
            ]
        return []

    def _stated(self, form: str) -> Reading:
        if "%" not in form and form not in NAMES:
            raise DataError(
                f"data.time_format (={form}) is neither a format as in '%d.%m.%Y %H:%M' nor one of "
                f"{listed(NAMES)}.{did_you_mean(form, NAMES)}"
            )
        try:
            return read_written(self._table, form, self._sample)
        except ValueError as error:
            raise DataError(f"data.time_format (={form}): {error}") from None

    def _inferred(self) -> tuple[Reading, list[str]]:
        """In the format that most rows fit; of several, the one that leaves the rows in order."""
        found = [self._stated(form) for form in likely_forms(self._sample)]
        if not found:
            raise self._neither()
        fewest = min(int(reading.wrong.sum()) for reading in found)
        found = [reading for reading in found if int(reading.wrong.sum()) == fewest]
        ordered = [one for one in found if self._in_order(one) and not _in_the_future(one)]
        ordered = ordered or [one for one in self._centuries(found) if self._in_order(one)]
        readings = _distinct(ordered or [*found, *map(self._past, filter(_in_the_future, found))])
        if len(readings) > 1:
            raise self._ask(*readings[:2])
        chosen = self._whole(readings[0])
        others = [reading for reading in found if not _same(reading, chosen)]
        return chosen, [self._not_in_order(chosen, other) for other in others[:1]]

    def _in_order(self, reading: Reading) -> bool:
        return reading.in_order(self._groups)

    def _centuries(self, readings: Sequence[Reading]) -> list[Reading]:
        """The readings, and those where the first or the last year of two digits is in the 1900s.

        As strptime chooses the century they are in disorder, or lead far ahead.
        """
        found = list(readings)
        for reading in readings:
            if "%y" in reading.form:
                years = reading.times[~reading.wrong].astype("datetime64[Y]").astype(np.int64)
                for first in dict.fromkeys((years[[0, -1]] + 1970) % 100 + 1900):
                    found.append(self._stated(f"{reading.form} from {first}"))
        return found

    def _past(self, reading: Reading) -> Reading:
        """The same with no year to come."""
        return self._stated(f"{reading.form} from {datetime.date.today().year - 99}")

    def _ask(self, one: Reading, other: Reading) -> DataError:
        row = int(np.argmax(one.times != other.times))
        return DataError(
            f"{self._place(row)}: {self._value(row)} can be {time_text(one.times[row])} or "
            f"{time_text(other.times[row])}, and no row decides: state data.time_format: "
            f"'{one.form}' or '{other.form}'"
        )

    def _not_in_order(self, chosen: Reading, other: Reading) -> str:
        row = int(np.argmax(chosen.times != other.times))
        return (
            f"column {self._named}: {self._value(row)} is read as {time_text(chosen.times[row])} "
            f"({chosen.form}): as {time_text(other.times[row])} ({other.form}) the rows would not "
            "be in order"
        )

    def _whole(self, reading: Reading) -> Reading:
        """The reading, if every row fits."""
        if not reading.wrong.any():
            return reading
        row, name = int(np.argmax(reading.wrong)), identifier(self._columns[0])
        hint = ", as in Python's strptime" if "%" in reading.form else ""
        hint += " with an offset from UTC, as others have" if reading.offsets is not None else ""
        if re.search("%[bB]", reading.form) and re.search(WORD, self._value(row)):
            hint += f", with the months all short or all long{self._another_word(row)}"
        raise DataError(
            f"{self._place(row)}: {self._value(row)} does not fit {reading.form}{hint} "
            f"({counted(int(reading.wrong.sum()), 'such row')}): correct data.time_format or the "
            f"file, or leave such rows out with data.query: SELECT * FROM source WHERE {name} <> "
            f"{text(str(self._table.written(row, self._columns[0])))}"
        )

    def _neither(self) -> DataError:
        return DataError(
            f"{self._place(0)}: {self._value(0)} is neither a date of a common form nor a whole "
            f"number: state data.time_format, as in '%d.%m.%Y %H:%M'{self._another_word(0)}; or "
            "leave data.time out: then the order of the rows is the time"
        )

    @property
    def _named(self) -> str:
        return " and ".join(f"'{name}'" for name in self._columns)

    def _place(self, row: int) -> str:
        several = "s" if len(self._columns) > 1 else ""
        return f"{self._table.place(row)}, column{several} {self._named}"

    def _another_word(self, row: int) -> str:
        """How a query changes a word that the row has, if one is not English."""
        name = identifier(self._columns[0])
        words = [word for word in re.findall(WORD, self._value(row)) if not is_english(word)]
        return "".join(
            f"; data.query: SELECT * REPLACE (replace({name}, '{word}', '...') AS {name}) FROM "
            "source changes a word"
            for word in words[:1]
        )

    def _value(self, row: int) -> str:
        written = (self._table.written(row, name) for name in self._columns)
        return f"'{brief(' '.join(map(str, written)))}'"


def _in_the_future(reading: Reading) -> bool:
    """Whether a date is further ahead than data can be; of two digits of a year alone."""
    limit = np.datetime64(f"{datetime.date.today().year + AHEAD}-12-31")
    return "%y" in reading.form and bool((reading.times[~reading.wrong] > limit).any())


def _distinct(readings: Sequence[Reading]) -> list[Reading]:
    """Without those that differ in name alone: %b and %B both read May."""
    found: list[Reading] = []
    for reading in readings:
        if not any(_same(reading, other) for other in found):
            found.append(reading)
    return found


def _same(one: Reading, other: Reading) -> bool:
    return bool(np.array_equal(one.times, other.times, equal_nan=True))
