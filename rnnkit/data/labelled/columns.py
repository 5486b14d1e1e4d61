"""The column options of a config and a table's header -> Columns that are there and fit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rnnkit.config.classification import ClassificationData
from rnnkit.data.columns import named_columns, require_columns
from rnnkit.data.labelled.preprocessing import Columns
from rnnkit.errors import DataError

if TYPE_CHECKING:
    from rnnkit.data.frames.table import Table

KEYS = ("label", "id", "time", "split.column", "features")  # of the section, that name columns


def choose_columns(table: Table, data: ClassificationData) -> Columns:
    """Find the label, id, time and feature columns.

    Raises:
        ColumnError: columns are not there, or the label is not named.
        DataError: none is left for the features, or the label is one.
    """
    names = [str(name) for name in table.frame.columns]
    unnamed = f"{table.path}: name the column with the class in data.label"
    require_columns(
        table.path,
        names,
        named_columns(data, *KEYS),
        wrong=[(("data", "label"), unnamed)] if data.label is None else [],
    )
    others = {data.label, data.id, data.time, data.split.column}
    features = data.features
    if features is None:
        features = [name for name in names if name not in others]
    _check_features(table, features, data)
    return Columns(
        features=tuple(features),
        label=data.label or "",
        id=data.id,
        time=data.time,
        features_per_step=data.features_per_step,
    )


def _check_features(table: Table, features: Sequence[str], data: ClassificationData) -> None:
    if not features:
        raise DataError(f"{table.path}: no column is left for the features")
    if "" in features:
        raise DataError(
            f"{table.path}: column {list(table.frame.columns).index('') + 1} has no name: name "
            "the feature columns in data.features"
        )
    if data.label in features:
        raise DataError(
            f"{table.path}: '{data.label}' is data.label and among data.features: the model would "
            "read the answer"
        )
    if data.id is not None and data.features_per_step != 1:
        raise DataError(
            f"data.features_per_step (={data.features_per_step}) is for wide tables: in a long "
            "table, data.id, a row is a time step with all its features"
        )
    if len(features) > 1 and len(features) % data.features_per_step:
        raise DataError(
            f"{table.path}: {len(features)} feature columns cannot be divided into time steps of "
            f"data.features_per_step (={data.features_per_step})"
        )
