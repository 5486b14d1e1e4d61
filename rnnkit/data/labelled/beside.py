"""What examples have beside their sequences -> what a run keeps of it, and its model reads."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.beside import (
    FEATURES,
    STATIC,
    Beside,
    BesideInput,
    Categories,
    Kept,
    Values,
    fit_inputs,
    unknown_notes,
)
from rnnkit.data.labelled.examples import Examples
from rnnkit.data.labelled.preprocessing import Columns
from rnnkit.data.numbers import read_matrix
from rnnkit.data.scaling import rounding_notes
from rnnkit.data.sequences import Indices
from rnnkit.data.static import Constant, read_static, text_among

if TYPE_CHECKING:
    from rnnkit.data.tables.table import Table


def told_apart(columns: Columns, table: Table) -> Columns:
    """The columns, with the static ones that hold text as categories.

    Raises:
        ColumnError: a category cannot be an input, because of its name.
    """
    categories = text_among(table, columns.static)
    numbers = tuple(name for name in columns.static if name not in categories)
    return dataclasses.replace(columns, static=numbers, categories=categories)


def read_beside(
    table: Table, columns: Columns, first: Indices, check: Constant
) -> dict[str, Values]:
    """What N examples have beside their sequences.

    Args:
        table: the rows.
        columns: says which.
        first: (N,) a row of each.
        check: refuses a column that changes within an example.

    Raises:
        DataError: missing values; text where numbers were; a column that changes within an id.
    """
    found: dict[str, Values] = {}
    if columns.text is not None and columns.features:  # a text is a row
        found[FEATURES] = read_matrix(table, columns.features, ids=False)
    return found | read_static(table, columns.static, columns.categories, first, check)


def fit_beside(train: Beside, columns: Columns | None, scale: str) -> dict[str, BesideInput]:
    """What is learnt of the training examples: scales, and which categories there are."""
    if columns is None:
        return {}
    return fit_inputs(train, {FEATURES: columns.features, STATIC: columns.static}, scale)


def columns_with(columns: Columns, kept: Kept) -> Columns:
    """The columns of new data, with those that stand beside."""
    numbers = kept[STATIC].columns if STATIC in kept else ()
    names = tuple(name for name, one in kept.items() if one.known is not None)
    return dataclasses.replace(columns, static=numbers, categories=names)


def flat(beside: Beside, columns: Columns) -> tuple[list[str], NDArray[np.float64]]:
    """Every column's name, D, and N rows of their numbers, (N, D); names by their place."""
    named = {FEATURES: columns.features, STATIC: columns.static}
    names = [column for name in beside for column in named.get(name, (name,))]
    values = (v.codes[:, None] if isinstance(v, Categories) else v for v in beside.values())
    return names, np.concatenate(list(values), axis=1, dtype=np.float64)


def unseen_notes(parts: Mapping[str, Examples], kept: Kept) -> tuple[str, ...]:
    """A sentence for each part and column with categories that no training example has."""
    different = {id(examples): (part, examples) for part, examples in parts.items()}
    return tuple(
        note
        for part, examples in different.values()
        for note in unknown_notes(examples.beside, kept, f"{part} example".strip())
    )


def numbers_notes(beside: Beside, columns: Columns | None, scale: str) -> tuple[str, ...]:
    """A sentence where float32 takes the differences between static numbers away."""
    values = beside.get(STATIC)
    if columns is None or values is None or isinstance(values, Categories) or scale != "none":
        return ()
    return rounding_notes([values], columns.static)
