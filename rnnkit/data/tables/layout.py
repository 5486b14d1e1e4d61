"""The beginning of delimited text -> the `data.format` that cuts it into rows and fields."""

from __future__ import annotations

import contextlib
import csv
import itertools
import re
from collections.abc import Iterable, Sequence

from rnnkit.config.tables import TableFormat
from rnnkit.data.tables.proposal import MISSING, Proposed, of_numbers
from rnnkit.words import brief, quoted

_SEPARATORS = {",": "','", ";": "';'", "\t": "tabs", "|": "'|'", " ": "blanks"}
BLANKS = " "  # any number of them separates fields
_SINGLE = "'"
_IN_SINGLE = re.compile(r"(?<![^,;|\t])'[^']*'(?![^,;|\t])")
_DIGIT = re.compile(r"\d")
_MOST_NAMES = 4  # rows of a header
_COMMENTS = "#%"
_QUOTED_OR_BLANKS = re.compile(r'"[^"]*"|[ \t]+')
_FIRST = 1000  # columns that are looked at


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
    if options.quote is None and (field := _single_quoted(lines)):
        why = f"fields stand within single quotation marks, as {brief(field)}"
        found.append(Proposed("quote", _SINGLE, f"{why} (if these belong to them: quote: '\"')"))
        options = options.model_copy(update={"quote": _SINGLE})
    stated = options.separator or any(one.key == "separator" for one in found)
    separators = [separator] if stated else [separator, *_SEPARATORS]
    tables = [_Rows(lines, sign, options.quotation_mark) for sign in dict.fromkeys(separators)]
    if not stated and (any(one.is_table for one in tables[:-1]) or not tables[-1].is_all_numbers):
        tables.pop()  # blanks within texts
    usual, table = tables[0], max(tables, key=lambda one: (one.is_table, one.length, one.fields))
    if usual.is_table and usual.length == table.length:
        table = usual
    explained = skipped == 0 and (table.has_titles or table.lacks_a_name)
    if not table.is_table or (table.before and not explained):
        table = usual
    if table is not usual:
        found.append(_separated(table.separator))
    if table.before and skipped == 0 and table.has_titles:
        title = brief(lines[0].strip())
        why = f"its first line, '{title}', names no columns"
        found.append(Proposed("skip_rows", table.line, why))
    if skipped == 0 and options.header is None and table.lacks_a_name:
        why = "its header has one name less than its rows have fields, as R's write.table has it"
        found.append(Proposed("skip_rows", table.line, why))
        found.append(Proposed("header", False, "so that the names go by the place"))
    if skipped == 0 and options.header is None and (several := _rows_of_names(table.rows)):
        names = [" ".join(filter(None, column)) for column in zip(*several, strict=True)]
        shown = ", ".join(f"column{n} is '{brief(one)}'" for n, one in enumerate(names[:4], 1))
        why = f"its header has {len(several)} lines (names go by the place without it: {shown})"
        found.append(Proposed("skip_rows", table.begins[len(several)], why))
        return [*found, Proposed("header", False, "so that no row of it is read")]
    begins = not table.before or table.has_titles
    if options.header is None and begins and (looks := _like_data(table.rows)):
        why = f"its first row looks like data, {looks} (if those are names: header: true)"
        found.append(Proposed("header", False, why))
    if not found:
        return []
    columns = itertools.zip_longest(*table.rows[options.has_header :], fillvalue="")
    named = dict(enumerate(map(list, columns), 1))
    options = options.model_copy(update={"separator": table.separator})
    numbers = of_numbers(named, options, only_signs=True)
    return found + [one for one in numbers if one.value != table.separator]


class _Rows:
    """Lines cut into rows by a separator; the longest run of rows with as many fields each."""

    def __init__(self, lines: Sequence[str], separator: str, quote: str) -> None:
        self.separator = separator
        lines = list(map(one_blank, lines)) if separator == BLANKS else lines
        reader = csv.reader(lines, delimiter=separator, quotechar=quote, skipinitialspace=True)
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
        self.others = len(every) - len(run)  # rows that have more fields, or fewer
        self.behind = self.others - len(self.before)
        while len(self.rows) > 1 and self.fields > 2 and sum(map(bool, self.rows[0])) <= 1:
            self.before.append(self.rows.pop(0))
            run.pop(0)
        self.begins = [line for line, _ in run]
        self.line = self.begins[0] if run else 0

    @property
    def is_table(self) -> bool:
        return self.fields > 1 and self.length > 1

    @property
    def is_all_numbers(self) -> bool:
        """Whether there are no other rows, and a column of numbers."""
        columns = zip(*self.rows[1:], strict=True)
        alone = not self.others or self.lacks_a_name
        return self.is_table and alone and any(map(_are_numbers, columns))

    @property
    def lacks_a_name(self) -> bool:
        """Whether a header of names stands before rows that have a name or a number each."""
        names = self.before[0] if len(self.before) == 1 else []
        first = [row[0] for row in self.rows]
        numbered = first == [str(n) for n in range(1, len(first) + 1)]
        fits = numbered or not any(_are_numbers([name]) for name in first)
        fits &= any(row[-1] for row in self.rows)  # else each row ends with a separator
        return fits and self.length > 1 and not self.behind and len(names) + 1 == self.fields > 2

    @property
    def has_titles(self) -> bool:
        """Whether what stands before the run is too short for its header, and its first row one."""
        short = all(sum(map(bool, row)) <= max(1, self.fields // 2) for row in self.before)
        return self.is_table and short and any(not _are_numbers([n]) for n in _above(self.rows))


def _single_quoted(lines: Sequence[str]) -> str | None:
    """A field within single quotation marks, if half of the lines have one and none has others."""
    every = [_IN_SINGLE.search(line.strip()) for line in lines if line.strip()]
    fields = [one[0] for one in every if one]
    few = 2 * len(fields) < len(every) or any('"' in line for line in lines)
    return None if few or not fields else fields[-1]


def _rows_of_names(rows: Sequence[Sequence[str]]) -> Sequence[Sequence[str]]:
    """The rows that a header has, if several: texts alone above numbers, as `Close` and `AAPL`.

    One below the names is one of units, unless a name stands there twice.
    """
    below = list(zip(*rows[_MOST_NAMES:], strict=True))
    numbers = {n for n, column in enumerate(below) if _are_numbers(column)}
    dates = {n for n, column in enumerate(below) if all(map(_DIGIT.search, column))} - numbers

    def are_names(row: Sequence[str]) -> bool:
        if any(_are_numbers([row[n]]) for n in numbers) or any(
            _DIGIT.search(row[n]) for n in dates
        ):
            return False
        return any(row[n] not in MISSING and row[n][0].isalpha() for n in numbers | dates)

    above = list(itertools.takewhile(are_names, rows)) if numbers else []
    given = list(filter(None, above[0])) if above else []
    fewest = 2 if len({*given}) < len(given) else 3
    return above if fewest <= len(above) <= _MOST_NAMES else []


def one_blank(line: str) -> str:
    """A line with one blank where there are several, and none at its ends; not within quotes."""
    body = line.rstrip("\r\n")
    fields = _QUOTED_OR_BLANKS.sub(lambda m: m[0] if m[0][0] == '"' else BLANKS, body)
    return fields.strip(BLANKS) + line[len(body) :]


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
    """What of the first row is hardly a name: a value that stands below it too; or numbers above
    numbers, which do not count on.
    """
    if len(rows) < 2:
        return ""
    if again := _again(rows):
        return f"'{brief(again)}' stands in the rows below it too"
    above = _above(rows)
    numbers = [name for name in above if _are_numbers([name])]
    if not numbers or len(numbers) < len(above):
        return ""
    steps = {round(b - a, 6) for a, b in itertools.pairwise(map(_float, numbers))}
    counts_on = len(steps) == 1 and steps != {0} and (len(numbers) > 2 or steps == {1})
    return "" if counts_on else quoted(numbers, 4)


def _again(rows: Sequence[Sequence[str]]) -> str | None:
    """A text of the first row that stands below it too; None where others there are names.

    A column may be called as one of its values. A name stands above numbers, or above few values
    of which it is none.
    """
    first, *others = rows
    found = None
    for name, *column in itertools.islice(zip(first, *others, strict=True), _FIRST):
        values = {*column}
        if name in MISSING or _are_numbers([name]):
            continue
        if name in values:
            found = found or (name if len(values) > 1 else None)
        elif 2 * len(values) <= len(column) or _are_numbers(column):
            return None
    return None if first in others else found  # a header that is repeated


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
