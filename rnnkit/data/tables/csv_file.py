"""Delimited text, packed or not: .csv and .tsv. Its first row names the columns."""

from __future__ import annotations

import functools
import hashlib
import itertools
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rnnkit.config.tables import TableFormat
from rnnkit.data.tables.contract import FileFormat, LeftOut, Wanted, refuse_many
from rnnkit.data.tables.delimited import FIELDS_LOOKED_AT, LOOKED_AT, NUMBER, SCAN, Delimited
from rnnkit.data.tables.engine import Engine, text
from rnnkit.data.tables.layout import BLANKS
from rnnkit.data.tables.proposal import MISSING, Proposed, because, block, of_numbers
from rnnkit.errors import DataError
from rnnkit.words import counted

MOST_CODES = 100  # different values of a column that may have few
MOST_REJECTED = 1000  # rows of a file that are looked at where one is refused anyway


class Format(FileFormat):
    """The columns that have a name or hold something; numbers, dates and text look alike."""

    typed = False
    heeds = ("separator", "quote", "encoding", "header", "skip_rows", "comment", "bad_rows")

    def __init__(self, engine: Engine, path: Path, options: TableFormat) -> None:
        self._text = Delimited(path, options, engine)
        super().__init__(engine, path, options)

    def select(self, wanted: Mapping[int, Wanted]) -> str:
        """The wanted columns, as c0, c1 ...: text, trimmed, where it is asked for; else numbers.

        p0, p1 ...: whether a label had blanks around it.
        """
        numbers = {n for n, kind in wanted.items() if kind == "number"}
        numbers -= self._not_numbers()
        if self.options.thousands or self.options.units or self._text.joins_digits():
            numbers.clear()  # the engine reads 1,5 as 15 then, and 1_5 always
        kinds = ["DOUBLE" if n in numbers else "VARCHAR" for n in range(len(self.names))]
        most = 0 if self.options.bad_rows == "skip" else MOST_REJECTED  # 0: no limit
        read = self._read(kinds, f"store_rejects=true, rejects_limit={most}")
        chosen = [f"c{n}" if n in numbers else f"trim(c{n}) AS c{n}" for n in sorted(wanted)]
        chosen += (f"c{n} <> trim(c{n}) AS p{n}" for n in wanted if wanted[n] == "label")
        some = "WHERE c0 IS NOT NULL" if len(self.names) == 1 else ""  # a blank line
        if self._text.ends_empty:
            some = f"WHERE NOT ({self._all_empty})"
        return f"SELECT {', '.join(chosen)} FROM {read} {some}"

    def complaint(self, wanted: Collection[int]) -> str | None:
        """Lines that end in two ways."""
        with self._text.lines() as lines:
            ends = (line[len(line.rstrip("\r\n")) :] for line in lines)
            first = next(ends, "")
            if other := next((n for n, end in enumerate(ends, 2) if end not in (first, "")), None):
                return (
                    f"{self.path}, line {other:,}: ends otherwise than the lines before it "
                    "(\\r\\n, \\n or \\r): end all lines alike, as with: "
                    f"sed -i 's/\\r$//' {self.path.name}"
                )
        return None

    def remarks(self) -> list[str]:
        found = []
        if empty := self.names.count(""):
            found.append(f"{counted(empty, 'column')} without a name or a value left out")
        if self._text.ends_empty or len(self.names) == 1:
            [(rows,)] = self._ask(f"count(*) FILTER ({self._all_empty})")
            found += [f"{counted(rows, 'row')} without any value left out"] if rows else []
        return found

    def in_groups(self, column: int) -> tuple[int, str | None, str]:
        field = f"trim(c{column})"
        grouped = f"regexp_full_match({field}, '[-+]?[1-9][0-9]{{0,2}}(\\.[0-9]{{3}})+')"
        whole = f"regexp_full_match({field}, '[-+]?[0-9]{{1,3}}')"
        [(others, one, beside)] = self._ask(
            f"count(*) FILTER (NOT {grouped} AND NOT {whole} AND {field} NOT IN "
            f"({', '.join(map(text, MISSING))})), any_value({field}) FILTER ({grouped}), "
            f"any_value({field}) FILTER ({whole})"
        )
        if beside is not None:
            return others, one, f"beside '{beside}'"
        if self._text.separator == ";":
            return others, one, "in fields separated by ';', as where a comma is the decimal sign"
        columns = dict(enumerate(zip(*self._first_rows(), strict=False)))
        said = because(of_numbers(columns, self.options, only_signs=True))
        return others, one, f"and {said}" if said else ""

    def rejected(self, rows: int) -> list[LeftOut]:
        """Rows, or fields that are no numbers.

        Raises:
            DataError: a quotation mark that is not closed in its row takes in other rows.
        """
        found = self.engine.run(
            "SELECT line, error_type, column_name, error_message, csv_line FROM reject_errors "
            "JOIN reject_scans USING (scan_id, file_id) ORDER BY line, column_idx"
        )
        self.engine.run("DROP TABLE reject_errors")
        self.engine.run("DROP TABLE reject_scans")
        for line, kind, _, _, written in found:
            if kind == "INVALID ENCODING" and self.options.bad_rows == "refuse":
                encoding = self.options.encoding.upper()
                raise DataError(self._text.not_text() or f"{self.path}: not {encoding}")
            if kind == "UNQUOTED VALUE" and '\\"' in (written or ""):
                raise DataError(
                    f"{self.path}, line {line:,}: a quotation mark within a text is written "
                    '\\" instead of "": double all of them, as with: '
                    f'sed -i \'s/\\\\"/""/g\' {self.path.name}'
                )
            if kind == "UNQUOTED VALUE" and (more := (written or "").strip().count("\n")):
                raise DataError(self._unclosed(line, line + more))
        self._check_quotes(rows + len({line for line, *_ in found}))
        return [
            LeftOut(self.path, line, self._column(name, kind), self._reason(kind, said))
            for line, kind, name, said, _ in found
        ]

    def place(self, row: int, left_out: Collection[int]) -> str:
        """`line 7`, on which a row ends; quoted fields may hold line breaks, blank lines count."""
        with self._text.rows() as rows:
            begins, number = 1, -int(self.options.has_header)
            for _ in rows:
                if begins + self.options.skip_rows not in left_out:
                    if number == row:
                        break
                    number += 1
                begins = rows.line_num + 1
            return f"line {rows.line_num + self.options.skip_rows:,}"

    def _find_names(self) -> list[str]:
        """The names in the first row, or those that it gets."""
        self._text.check_beginning()
        with self._text.rows() as rows:
            first: list[str] = next(rows, [])
        refuse_many(self.path, len(first))
        self.names = tuple(name.strip() if self.options.has_header else "" for name in first)
        empty = self._empty()
        return [
            "" if number - 1 in empty else name or f"column{number}"
            for number, name in enumerate(self.names, 1)
        ]

    def _empty(self) -> set[int]:
        """Those of the columns without a name that hold nothing."""
        unnamed = [n for n, name in enumerate(self.names) if not name]
        for row in self._first_rows():
            unnamed = [n for n in unnamed if n >= len(row) or not row[n].strip()]
        if not unnamed:
            return set()
        [counts] = self._ask(", ".join(f"count(trim(c{n}))" for n in unnamed))
        return {n for n, values in zip(unnamed, counts, strict=True) if values == 0}

    def _first_rows(self) -> Iterator[list[str]]:
        with self._text.rows() as rows:
            yield from itertools.islice(rows, int(self.options.has_header), LOOKED_AT)

    def _not_numbers(self) -> set[int]:
        """Columns that hold something else, a mark for no value perhaps, among the first rows."""
        found: set[int] = set()
        seen = 0
        for row in self._first_rows():
            if (seen := seen + len(row)) > FIELDS_LOOKED_AT:
                break
            found |= {n for n, field in enumerate(row) if field and not NUMBER.fullmatch(field)}
        return found

    @property
    def _all_empty(self) -> str:
        return " AND ".join(f"c{n} IS NULL" for n in range(len(self.names)))

    def _ask(self, aggregates: str) -> list[tuple[Any, ...]]:
        """Of all columns as text."""
        read = self._read(["VARCHAR"] * len(self.names), "ignore_errors=true")
        return self.engine.run(f"SELECT {aggregates} FROM {read}")

    def _read(self, kinds: Sequence[str], errors: str) -> str:
        """The engine's call that reads the file, with the types of its columns c0, c1 ..."""
        columns = ", ".join(f"'c{n}': '{kind}'" for n, kind in enumerate(kinds))
        arguments = {
            "auto_detect": "false",
            "delim": text(self._text.separator),
            "quote": text(self.options.quotation_mark),
            "escape": text(self.options.quotation_mark),
            "columns": f"{{{columns}}}",
            "header": str(self.options.has_header).lower(),
            "skip": str(self._before_header()),
            "decimal_separator": text(self.options.decimal_sign),
        }
        if self.options.comment is not None:
            arguments["comment"] = text(self.options.comment)
        given = ", ".join(f"{key}={value}" for key, value in arguments.items())
        plain = self.options.encoding == "utf-8" and self._text.separator != BLANKS
        path = self.path if plain else self._as_utf8()
        return f"read_csv({text(str(path))}, {given}, {errors})"

    def _as_utf8(self) -> Path:
        """A copy beside what the engine spills, which knows few encodings and no run of blanks."""
        copy = self.engine.scratch / hashlib.sha256(str(self.path).encode()).hexdigest()
        if not copy.exists():
            copy.parent.mkdir(exist_ok=True)
            with self._text.lines() as file, copy.open("w", encoding="utf-8", newline="") as out:
                shutil.copyfileobj(file, out, SCAN)
        return copy

    def _before_header(self) -> int:
        """Lines before the first row, blank ones too, but for comments: the engine skips these."""
        with self._text.lines() as file:
            skipped, mark = 0, self.options.comment
            for line in file:
                is_comment = mark is not None and line.startswith(mark)
                if skipped >= self.options.skip_rows and line.strip() and not is_comment:
                    break
                skipped += not is_comment
            return skipped

    def _column(self, name: str, kind: str) -> str | None:
        """Which the engine calls c7."""
        return self.names[int(name[1:])] if kind == "CAST" else None

    def _reason(self, kind: str, said: str) -> str:
        if kind in ("TOO MANY COLUMNS", "MISSING COLUMNS"):
            expected, found = (int(word) for word in said.split() if word.isdigit())
            first = "header" if self.options.has_header else "first row"
            if found <= expected:
                return f"{counted(found, 'field')}, but the {first} has {expected}"
            whole = self._text.separator in self.names[0]  # of 5 fields too the engine says 2
            quoted = ": it stands in quotation marks as a whole" * whole
            return f"more fields than the {expected} of the {first}{quoted}"
        if kind == "UNQUOTED VALUE":
            return "a quotation mark that is not closed, or has something behind it"
        return (said.splitlines() or [kind.lower()])[0]

    def _check_quotes(self, rows: int) -> None:
        """Refuse a field within quotation marks that holds what look like rows of the table.

        Where `quote` states usual ones they mean what they say.
        """
        if self.options.quote == '"':
            return
        if not self._text.is_packed:
            with self.path.open("rb") as file:
                pieces = iter(functools.partial(file.read, SCAN), b"")
                if not any(self.options.quotation_mark.encode() in piece for piece in pieces):
                    return
        with self._text.lines() as lines:
            if sum(1 for _ in lines) == rows + self.options.skip_rows + self.options.has_header:
                return
        taken: list[str] = []
        found = list[tuple[int, int, list[list[str]]]]()
        values = [set[str]() for _ in self.names]
        with self._text.lines() as lines:
            noted = (taken.append(line) or line for line in lines)  # type: ignore[func-returns-value]
            reader = self._text.cut(noted)
            for row in reader:
                bare = [self._bare(line) for line in taken]
                if len(taken) > 1 and _swallowed(row, bare):
                    found.append((reader.line_num - len(taken) + 1, reader.line_num, bare))
                for seen, field in zip(values, row, strict=False):
                    if len(seen) <= MOST_CODES:
                        seen.add(field.strip())
                taken.clear()
        codes = {
            n: seen for n, seen in enumerate(values) if len(seen) <= min(MOST_CODES, rows // 4)
        }
        for first, last, bare in found:
            numbered = NUMBER.fullmatch(bare[0][0])  # as a text's lines hardly are
            if numbered or all(one[n].strip() in seen for one in bare for n, seen in codes.items()):
                way_out = ""
                if self.options.quote is None:
                    stated = block([Proposed("quote", '"', "")], self.options)
                    way_out = (
                        f"; if it is one field of several lines, state it under `data:`\n{stated}"
                    )
                raise DataError(self._unclosed(first, last) + way_out)

    def _bare(self, line: str) -> list[str]:
        """The fields of a line, were it not for quotation marks."""
        quote = self.options.quotation_mark
        return line.replace(quote, "").strip("\r\n").split(self._text.separator)

    def _unclosed(self, line: int, end: int) -> str:
        return (
            f"{self.path}, line {line:,}: a quotation mark opens here and takes in the lines up to "
            f"{end:,}: close it, or double it where it belongs to the text"
        )


def _swallowed(row: Sequence[str], bare: Sequence[Sequence[str]]) -> bool:
    """Whether each line, cut into fields, is like a row."""
    alike = {(len(one), NUMBER.fullmatch(one[0]) is None) for one in bare}
    return alike == {(len(row), NUMBER.fullmatch(row[0]) is None)} and len(row) > 1
