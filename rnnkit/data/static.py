"""The static columns of a table -> numbers and categories, one of each an example or a series."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.batch import INPUT
from rnnkit.data.beside import FEATURES, STATIC, Beside, Categories, Values
from rnnkit.data.card import TableCard
from rnnkit.data.numbers import factorize, read_matrix
from rnnkit.data.sequences import Indices
from rnnkit.data.tables.proposal import MISSING
from rnnkit.errors import ColumnError, DataError
from rnnkit.words import brief, counted, quoted

if TYPE_CHECKING:
    from rnnkit.data.tables.table import Table

_TAKEN = (INPUT, FEATURES, "characters", "masking", STATIC)  # names of other inputs
Names = tuple[str, ...]
# of a column, its values as numbers (rows,), what they mean, and a hint for the message
Constant = Callable[[str, Indices, Sequence[Any], str], None]
_HINT = "; a column that changes with time is one of data.features"


def text_among(table: Table, static: Sequence[str]) -> Names:
    """Those of the static columns that hold text: an input of its name each.

    Args:
        table: the rows.
        static: the columns.

    Raises:
        ColumnError: one cannot be an input, because of its name.
    """
    categories = tuple(name for name in static if not table.reads_as_numbers(name))
    for name in categories:
        if name in _TAKEN or "/" in name:
            why = "a name with a / cannot be" if "/" in name else "which already is"
            text = (
                f"{table.where}: the static column '{name}' is to be an input of its name, {why} "
                f'one: rename it, as `query: SELECT *, "{name}" AS site FROM source` does'
            )
            raise ColumnError([(("data", "static"), text)], table.where)
    return categories


def read_static(
    table: Table, numbers: Names, categories: Names, first: Indices, check: Constant
) -> dict[str, Values]:
    """The values of N examples.

    Args:
        table: the rows.
        numbers: the columns of numbers.
        categories: those of text.
        first: (N,) a row of each.
        check: refuses a column that changes within an example.

    Raises:
        DataError: missing values; text where numbers were; a column that changes.
    """
    found: dict[str, Values] = {}
    if numbers:
        columns = [_numbers(table, name, first, check) for name in numbers]
        found[STATIC] = np.stack(columns, axis=1)
    return found | {name: _categories(table, name, first, check) for name in categories}


def refuse_changes(
    table: Table,
    column: str,
    codes: Indices,
    values: Sequence[Any],
    hint: str = "",
    *,
    key: str | None,
    names: Sequence[str],
    of: Indices,
    first: Indices,
    noun: str,
) -> None:
    """Raise a DataError where a column changes within what the rows are of.

    Args:
        table: the rows.
        column: its name.
        codes: (rows,) its values as numbers.
        values: what these stand for.
        hint: what the message ends with.
        key: the column that says what a row is of.
        names: of these.
        of: (rows,) their numbers.
        first: a row of each.
        noun: what messages call one.
    """
    changed = codes != codes[first][of]
    if changed.any():
        row = int(np.argmax(changed))
        one = of[row]
        before = int(first[one])
        raise DataError(
            f"{table.place(row)}: {key} '{names[one]}' has {column} '{values[codes[row]]}' here, "
            f"but '{values[codes[before]]}' in {table.place(before, brief=True)}: each {noun} has "
            f"one{hint}"
        )


def _numbers(table: Table, column: str, first: Indices, check: Constant) -> NDArray[np.float64]:
    rows: NDArray[np.float64] = read_matrix(table, [column], ids=False)[:, 0]
    values, codes = np.unique(rows, return_inverse=True)
    check(column, codes, values.tolist(), _HINT)
    return rows[first]


def with_categories(card: TableCard, beside: Beside) -> TableCard:
    """The card, with the values of categories."""
    columns = []
    for column in card.columns:
        values = beside.get(column.name)
        known = values.values if isinstance(values, Categories) else ()
        columns.append(column.model_copy(update={"categories": known}))
    return card.model_copy(update={"columns": tuple(columns)})


def _categories(table: Table, column: str, first: Indices, check: Constant) -> Categories:
    codes, written, found = factorize(table, column)
    meant = list(map(_plain, written))
    for value, row in zip(meant, found.tolist(), strict=True):
        if not value:
            what = "no value but white space" if value == "" else "neither a number nor text"
            raise DataError(f"{table.place(row)}, column '{column}': {what}")
    check(column, codes, written, _HINT)
    values = sorted({value for value in meant if value})
    place = {value: number for number, value in enumerate(values)}
    numbered = np.array([place[value or ""] for value in meant], np.intp)
    table.notes.extend(_odd(column, values))
    return Categories(numbered[codes][first], tuple(values))


def _plain(value: Any) -> str | None:
    """White space around text does not count, nor how its letters are composed."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int | float):
        return unicodedata.normalize("NFC", str(value).strip())
    return None


def _odd(column: str, values: list[str]) -> Iterator[str]:
    """What is to be said of names that look like something else."""
    if marks := [value for value in values if value in MISSING]:
        yield (
            f"static column '{column}': {quoted(marks)} is a value like any other: where it stands "
            "for none, drop these rows"
        )
    others = [value for value in values if not _is_number(value)]
    if len(others) == len(values):
        return
    why = f"'{brief(others[0])}' is none" if others else "some begin with a zero"
    yield (
        f"static column '{column}': {len(values) - len(others):,} of "
        f"{counted(len(values), 'different value')} are numbers, but {why}: all are read as names"
    )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
