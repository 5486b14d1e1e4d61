"""Examples before they are split, or what a run kept of them -> what a model must know of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np

from rnnkit.config.stack import InputFacts
from rnnkit.data.beside import BesideInput, facts_of
from rnnkit.data.columns import one_row_notes
from rnnkit.data.keys import pieces
from rnnkit.data.labelled.beside import numbers_notes
from rnnkit.data.labelled.examples import Examples
from rnnkit.data.labelled.preprocessing import Columns
from rnnkit.data.labelled.section import ExampleData
from rnnkit.data.scaling import rounding_notes


class Kept(Protocol):
    """What a run keeps of its data; see `LabelledPreprocessing`."""

    @property
    def length(self) -> int: ...
    @property
    def features(self) -> int: ...
    @property
    def masked(self) -> bool: ...
    @property
    def vocabulary(self) -> int | None: ...
    @property
    def beside(self) -> Mapping[str, BesideInput]: ...


def facts_of_run(kept: Kept, *, ids: bool, outputs: int) -> InputFacts:
    """The input and output of a run's model."""
    length = None if kept.masked else kept.length
    return InputFacts(
        shape=(length,) if ids else (length, kept.features),
        integer=ids,
        vocabulary=kept.vocabulary,
        outputs=outputs,
        masked=kept.masked,
        beside=facts_of(kept.beside),
    )


def facts_of_examples(
    parts: Mapping[str, Examples],
    columns: Columns | None,
    data: ExampleData,
    where: str,
    *,
    size: tuple[int | None, int],
    ids: bool,
    outputs: int,
) -> InputFacts:
    """Of everything before it is split: what a seed puts where must not change a model.

    Args:
        parts: what the source brings.
        columns: of a table; None for others.
        data: the config's section.
        where: the source, for messages.
        size: T, None where lengths differ, and F.
        ids: the features are ids.
        outputs: numbers that the last layer gives.
    """
    train, (length, features) = parts["train"], size
    notes = tuple(dict.fromkeys(note for e in parts.values() for note in e.labels.notes))
    if data.scale == "none" and not ids:
        notes += rounding_notes(values for values, _ in pieces(train.sequences))
    notes += numbers_notes(train.beside, columns, data.scale)
    if data.id is not None and not data.course:
        lengths = np.concatenate([examples.sequences.lengths for examples in parts.values()])
        hint = f"; where one step is meant, set features_per_step: {features} instead"
        notes += one_row_notes(where, "id", data.id, lengths, columns=features, else_=hint)
    largest = (int(examples.sequences.values.max()) for examples in parts.values())
    return InputFacts(
        (length,) if ids else (length, features),
        integer=ids,
        vocabulary=max(largest) + 1 if ids else None,
        outputs=outputs,
        masked=length is None,
        notes=notes,
    )
