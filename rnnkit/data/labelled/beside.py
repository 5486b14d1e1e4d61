"""What examples have beside their sequences -> what a run keeps of it, and its model reads."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.config.stack import InputFacts
from rnnkit.data.labelled.examples import Examples
from rnnkit.data.labelled.inputs import FEATURES, STATIC, Beside, BesideInput, Categories, Kept
from rnnkit.data.labelled.preprocessing import Columns
from rnnkit.data.scaling import fit_scale, rounding_notes
from rnnkit.words import brief, counted


def fit_beside(train: Beside, columns: Columns | None, scale: str) -> dict[str, BesideInput]:
    """What is learnt of the training examples: scales, and which categories there are."""
    if columns is None:
        return {}
    named = {FEATURES: columns.features, STATIC: columns.static}
    found = {}
    for name, values in train.items():
        if isinstance(values, Categories):
            known = tuple(values.values[code] for code in np.unique(values.codes).tolist())
            found[name] = BesideInput(columns=(name,), known=known)
        else:
            found[name] = BesideInput(columns=named[name], scale=fit_scale(scale, values))
    return found


def columns_with(columns: Columns, kept: Kept) -> Columns:
    """The columns of new data, with those that stand beside."""
    numbers = kept[STATIC].columns if STATIC in kept else ()
    names = tuple(name for name, one in kept.items() if one.known is not None)
    return dataclasses.replace(columns, static=numbers, categories=names)


def facts_of(kept: Kept) -> dict[str, InputFacts]:
    """The inputs beside the first."""
    return {name: one.facts for name, one in kept.items()}


def arrays_of(beside: Beside, kept: Kept) -> dict[str, NDArray[Any]]:
    """What the model reads of N examples beside their sequences."""
    return {name: kept[name].array(values) for name, values in beside.items()}


def flat(beside: Beside, columns: Columns) -> tuple[list[str], NDArray[np.float64]]:
    """Every column's name, D, and N rows of their numbers, (N, D); names by their place."""
    named = {FEATURES: columns.features, STATIC: columns.static}
    names = [column for name in beside for column in named.get(name, (name,))]
    values = (v.codes[:, None] if isinstance(v, Categories) else v for v in beside.values())
    return names, np.concatenate(list(values), axis=1, dtype=np.float64)


def unknown_notes(parts: Mapping[str, Examples], kept: Kept) -> tuple[str, ...]:
    """A sentence for each part and column with categories that no training example has."""
    different = {id(examples): (part, examples) for part, examples in parts.items()}
    return tuple(
        note
        for part, examples in different.values()
        for name, values in examples.beside.items()
        if isinstance(values, Categories)
        for note in _unknown(values, kept[name], f"{part} example".strip())
    )


def _unknown(values: Categories, kept: BesideInput, noun: str) -> Iterator[str]:
    known = kept.known or ()
    among = np.array([value not in known for value in values.values])[values.codes]
    if count := int(among.sum()):
        first = values.values[int(values.codes[np.argmax(among)])]
        has = "has" if count == 1 else "have"
        yield (
            f"{count:,} of {counted(len(among), noun)} {has} a value of "
            f"'{brief(kept.columns[0])}' that no training example has, such as '{brief(first)}': "
            "it is read as <unk>, of which training learns nothing"
        )


def numbers_notes(beside: Beside, columns: Columns | None, scale: str) -> tuple[str, ...]:
    """A sentence where float32 takes the differences between static numbers away."""
    values = beside.get(STATIC)
    if columns is None or values is None or isinstance(values, Categories) or scale != "none":
        return ()
    return rounding_notes([values], columns.static)
