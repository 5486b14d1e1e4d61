"""`data.format:`, how a file writes its table; `data.query:`, which rows and columns are read."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from rnnkit.config.root import DataSection, moved_path
from rnnkit.config.section import Section, does_not_fit
from rnnkit.words import shown

Sign = Annotated[str, StringConstraints(min_length=1, max_length=1)]


def _source(value: Any) -> Any:
    names = value if isinstance(value, list | tuple) else [value]
    if not names or not all(isinstance(name, str) and name for name in names):
        raise does_not_fit("expected a file, a folder or a pattern, or a list of them")
    return tuple(names) if len(names) > 1 else names[0]


def _encoding(name: str) -> str:
    try:
        "1,2\n".encode(name)
    except (LookupError, UnicodeError):
        raise does_not_fit(
            f"{shown(name)} is no encoding that Python knows: utf-8, utf-16, cp1252, latin-1 ..."
        ) from None
    return name.lower()


def _unit(name: str) -> str:
    if name != "-" and not re.fullmatch(r"[^\d\s.,+-]([^\d]*[^\d\s])?", name):
        raise does_not_fit(
            f"{shown(name)} is no unit: what stands beside a number begins with neither a blank "
            "nor a sign and has no digits; '-' alone is a minus behind it"
        )
    return name


def _marks(value: Any) -> Any:
    marks = value if isinstance(value, list) else [value]
    return [str(one) if isinstance(one, int | float) else one for one in marks]


Source = Annotated[
    str | tuple[str, ...], BeforeValidator(_source, json_schema_input_type=str | list[str])
]
Names = Annotated[
    list[str],
    BeforeValidator(
        lambda v: [v] if isinstance(v, str) else v, json_schema_input_type=str | list[str]
    ),
]
Encoding = Annotated[str, AfterValidator(_encoding)]
Unit = Annotated[str, AfterValidator(_unit)]
_Mark = str | float
Marks = Annotated[list[str], BeforeValidator(_marks, json_schema_input_type=_Mark | list[_Mark])]


class TableFormat(Section):
    """How text is cut into rows and fields, and what stands in them."""

    separator: Sign | None = None  # between fields; None: a comma, in a .tsv a tab
    quote: Sign | None = None  # around fields that hold a separator; None: "
    decimal: Literal[".", ","] | None = None  # None: a point, refused where it may be another sign
    thousands: Sign | None = None  # within numbers, as in 1'000'000
    units: dict[Unit, float] = {}  # beside numbers: what each multiplies, as in {"%": 1, K: 1000}
    missing: Marks = []  # what stands for no value, beside an empty field, NA, NaN ...
    encoding: Encoding = "utf-8"  # of the text
    header: bool | None = None  # the first row names the columns (None: refused where it may not)
    skip_rows: Annotated[int, Field(ge=0, lt=2**31)] = 0  # lines before the header
    comment: Sign | None = None  # what a line begins with that is none of the table
    sheet: str | None = None  # spreadsheet: its name; None: the only one
    table: str | None = None  # database: its name; None: the only one
    bad_rows: Literal["refuse", "skip"] = "refuse"  # those with too few or too many fields
    file_column: Annotated[str, Field(min_length=1)] | None = (
        None  # one to add, of the name of a row's file
    )

    @property
    def has_header(self) -> bool:
        """Whether the first row names the columns."""
        return self.header is not False

    @property
    def decimal_sign(self) -> str:
        """A point, unless it groups thousands or something else is stated."""
        return self.decimal or ("," if self.thousands == "." else ".")

    @property
    def quotation_mark(self) -> str:
        return self.quote or '"'

    @property
    def given(self) -> list[str]:
        """The options that say something else than usual."""
        usual = type(self).model_fields
        return [name for name in usual if getattr(self, name) != usual[name].default]

    @model_validator(mode="after")
    def _signs_differ(self) -> TableFormat:
        if self.units.get("-", -1) != -1:
            raise does_not_fit("a minus behind a number multiplies it by -1: units: {'-': -1}")
        given = {
            "separator": self.separator,
            "quote": self.quote,
            "decimal": self.decimal,
            "thousands": self.thousands,
            "comment": self.comment,
        }
        for key, sign in given.items():
            for other, same in given.items():
                if key < other and sign is not None and sign == same:
                    raise does_not_fit(f"{key} and {other} are the same sign, '{sign}'")
        return self


_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)


class TableSection(DataSection):
    """What every `data:` knows whose source can be a table."""

    format: TableFormat = TableFormat()  # how the files are written
    query: str | None = None  # one SELECT, from `source` and `tables`; what it gives is read
    tables: dict[str, str] = {}  # for the query: the name and the file of each

    def moved(self, root: Path, place: Path) -> Self:
        tables = {name: moved_path(path, root, place) for name, path in self.tables.items()}
        return super().moved(root, place).model_copy(update={"tables": tables})

    @model_validator(mode="after")
    def _tables_are_asked(self) -> TableSection:
        if self.tables and self.query is None:
            raise does_not_fit("tables are for `query`: give one, or remove them", "tables")
        if wrong := [name for name in self.tables if not _NAME.fullmatch(name) or name == "source"]:
            raise does_not_fit(
                f"tables: {shown(wrong[0])} is no name for one: use letters, digits and _, and not "
                "`source`",
                "tables",
            )
        return self
