"""Examples, or what a run kept of them -> what a model must know of them, or cannot read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from rnnkit.config.layers import Layer
from rnnkit.config.layers.container import steps_for
from rnnkit.config.stack import InputFacts
from rnnkit.data.columns import one_row_notes
from rnnkit.data.keys import pieces
from rnnkit.data.labelled.beside import numbers_notes
from rnnkit.data.labelled.examples import Examples
from rnnkit.data.labelled.preprocessing import Columns, ExamplePreprocessing
from rnnkit.data.labelled.section import ExampleData
from rnnkit.data.scaling import rounding_notes
from rnnkit.errors import DataError
from rnnkit.words import counted


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


def check_fit(
    examples: Examples,
    kept: ExamplePreprocessing,
    data: ExampleData,
    layers: Sequence[Layer],
    where: str,
) -> None:
    """Refuse what a run was not trained for.

    Args:
        examples: the new ones.
        kept: what was learnt from the run's data.
        data: the run's section.
        layers: of its model.
        where: the source, for messages.

    Raises:
        DataError: another number of features, lengths that it cannot read, or unknown ids.
    """
    lengths, values = examples.sequences.lengths, examples.sequences.values
    if (features := int(values.shape[1])) != kept.features:
        raise DataError(
            f"{where}: {counted(features, 'feature')} a time step, but the run was "
            f"trained on {kept.features}"
        )
    shortest, longest = int(lengths.min()), int(lengths.max())
    if not kept.masked:
        wrong = shortest if shortest < kept.length else longest
        if wrong < kept.length or (wrong > kept.length and data.max_length is None):
            raise DataError(
                f"{where}: an example of {wrong} time steps, but the run was trained on "
                f"{kept.length} in every example"
            )
    if shortest < (needed := steps_for(1, layers)):
        raise DataError(
            f"{where}: an example of {counted(shortest, 'time step')}, but the windows of the "
            f"model's layers need at least {needed}"
        )
    if kept.vocabulary is not None and (largest := int(values.max())) >= kept.vocabulary:
        raise DataError(
            f"{where}: id {largest} is larger than any the run was trained on, "
            f"{kept.vocabulary - 1}"
        )
