"""The column options of a config and a table's header -> Columns that are there and fit."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

from rnnkit.data.columns import is_pattern, matching, named_columns, require_columns
from rnnkit.data.labelled.preprocessing import Columns
from rnnkit.data.labelled.section import LabelledData
from rnnkit.errors import DataError

KEYS = (
    "label",
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


def choose_columns(where: str, names: Sequence[str], data: LabelledData) -> Columns:
    """Find the label, id, time and feature columns.

    Raises:
        ColumnError: columns are not there, or the label is not named.
        DataError: none is left for the features, or the label is one.
    """
    others = {data.label, data.id, data.time, data.split.column, data.split.group}
    features = [name for name in names if name not in others]
    excluded, wrong = matching(names, named_columns(data, "exclude"))
    if data.features is not None:
        features, unfit = matching(features, named_columns(data, "features"))
        wrong += unfit
    if data.label is None:
        wrong.append((("data", "label"), f"{where}: name the column with the class in data.label"))
    wanted = [
        (path, name) for path, name in named_columns(data, *KEYS) if not is_pattern(name, names)
    ]
    require_columns(where, names, wanted, wrong=wrong)
    features = [name for name in features if name not in excluded]
    _check_features(where, names, features, data)
    subjects = (name for name in names if name not in others and _SUBJECT.fullmatch(name.strip()))
    group = data.split.group or next(subjects, None)
    return dataclasses.replace(columns_of(data, tuple(features)), group=group)


def columns_of(data: LabelledData, features: tuple[str, ...]) -> Columns:
    """The columns that the section names, with the feature columns found."""
    return Columns(features, data.label or "", data.id, data.time, data.features_per_step)


def _check_features(
    where: str, names: Sequence[str], features: Sequence[str], data: LabelledData
) -> None:
    if not features:
        raise DataError(f"{where}: no column is left for the features")
    if "" in features:
        raise DataError(
            f"{where}: column {list(names).index('') + 1} has no name: name "
            "the feature columns in data.features"
        )
    if data.label in features:
        raise DataError(
            f"{where}: '{data.label}' is data.label and among data.features: the model would "
            "read the answer"
        )
    if data.id is not None and data.features_per_step != 1:
        raise DataError(
            f"data.features_per_step (={data.features_per_step}) is for wide tables: in a long "
            "table, data.id, a row is a time step with all its features"
        )
    if len(features) > 1 and len(features) % data.features_per_step:
        raise DataError(
            f"{where}: {len(features)} feature columns cannot be divided into time steps of "
            f"data.features_per_step (={data.features_per_step})"
        )
