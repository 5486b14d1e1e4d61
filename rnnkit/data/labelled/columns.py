"""The column options of a config and a table's header -> Columns that are there and fit."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from rnnkit.data.columns import (
    choose_features,
    choose_static,
    named_columns,
    require_columns,
)
from rnnkit.data.labelled.preprocessing import Columns
from rnnkit.data.labelled.section import ExampleData
from rnnkit.errors import ColumnError, DataError
from rnnkit.words import quoted

if TYPE_CHECKING:
    from rnnkit.data.tables.table import Table

KEYS = (
    "id",
    "time",
    "split.column",
    "split.group",
    "features",
    "exclude",
)  # of the section, that name columns
# how columns are called that say of whom an example is
_SUBJECT = re.compile(
    r"(subject|patient|participant|person|volunteer|user|speaker|player|driver|rider|animal)"
    r"([ _.-]?(id|no|nr|number|name|code))?",
    re.I,
)


def says_of_whom(column: str) -> bool:
    """Whether a column's name is one for the people, or animals, that examples are of."""
    return _SUBJECT.fullmatch(column.strip()) is not None


def choose_columns(where: str, names: Sequence[str], data: ExampleData) -> Columns:
    """Find the answer, id, time and feature columns.

    Raises:
        ColumnError: columns are not there, or the answer is not named.
        DataError: none is left for the features, or the answer is one.
    """
    others = (*data.answers, data.id, data.time, data.split.column, data.split.group, data.weighing)
    static, wrong = choose_static(names, data, (*others, data.text_column))
    features, unfit = choose_features(names, data, (*others, *static, data.text_column))
    wrong += unfit
    alone = data.text_column is not None and data.features is None
    if alone:
        features = []
    if not data.answers:
        text = f"{where}: name the column with {data.answered} in data.{data.answer}"
        wrong.append((("data", data.answer), text))
    keys = [data.answer, *KEYS]
    keys += ["text"] if data.text_column is not None else []
    keys += ["static"] if data.static is not None else []
    keys += ["sample_weight"] if data.weighing is not None else []
    require_columns(where, names, named_columns(data, *keys), wrong=wrong)
    if not alone:
        _check_features(where, names, features, data)
    _check_static(where, static, (*others, data.text_column, *features))
    subjects = (name for name in names if name not in others and says_of_whom(name))
    group = data.split.group or next(subjects, None)
    columns = columns_of(data, tuple(features))
    return dataclasses.replace(columns, group=group, static=tuple(static))


def without_index(columns: Columns, table: Table, data: ExampleData) -> Columns:
    """The columns, but for those that number the rows where no features are named; with a note.

    Raises:
        DataError: what is left cannot be divided into time steps.
    """
    features = without_numbering(columns.features, table, named=data.features is not None)
    columns = dataclasses.replace(columns, features=features)
    if len(columns.features) > 1 and len(columns.features) % columns.features_per_step:
        raise DataError(
            f"{table.where}: {len(columns.features)} feature columns cannot be divided into time "
            f"steps of data.features_per_step (={columns.features_per_step})"
        )
    return columns


def without_numbering(features: tuple[str, ...], table: Table, *, named: bool) -> tuple[str, ...]:
    """The feature columns, but for those that number the rows, unless they were named; noted."""
    found = table.numbering(features)
    left = tuple(name for name in features if name not in found)
    if not found:
        return features
    every = quoted(found)
    number = "numbers the rows" if len(found) == 1 else "number the rows"
    if named or not left:
        note = f"{every} {number} and is a feature: it may say more than new data will"
        table.notes.append(note)
        return features
    table.notes.append(
        f"{every} {number}: left out of the features (name it in data.features to use it)"
    )
    return left


def columns_of(data: ExampleData, features: tuple[str, ...]) -> Columns:
    """The columns that the section names, with the feature columns found."""
    label, targets = (data.answers[0], ()) if data.answer == "label" else ("", data.answers)
    columns = Columns(features, label, data.id, data.time, data.features_per_step)
    return dataclasses.replace(columns, targets=targets, course=data.course, text=data.text_column)


def _check_static(where: str, static: Sequence[str], others: Collection[str | None]) -> None:
    if twice := [name for name in static if name in others]:
        what = "is in data.static and read as something else as well: name it in one place"
        raise ColumnError([(("data", "static"), f"{where}: '{twice[0]}' {what}")], where)


def _check_features(
    where: str, names: Sequence[str], features: Sequence[str], data: ExampleData
) -> None:
    if not features:
        raise DataError(f"{where}: no column is left for the features")
    if "" in features:
        raise DataError(
            f"{where}: column {list(names).index('') + 1} has no name: name "
            "the feature columns in data.features"
        )
    if read := [name for name in data.answers if name in features]:
        raise DataError(
            f"{where}: '{read[0]}' is data.{data.answer} and among data.features: the model would "
            "read the answer"
        )
    if data.id is not None and data.features_per_step != 1:
        raise DataError(
            f"data.features_per_step (={data.features_per_step}) is for wide tables: in a long "
            "table, data.id, a row is a time step with all its features"
        )
