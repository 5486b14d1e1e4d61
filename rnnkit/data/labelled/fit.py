"""New examples and a run -> refused where its model cannot read them."""

from __future__ import annotations

from collections.abc import Sequence

from rnnkit.config.layers import Layer
from rnnkit.config.layers.container import steps_for
from rnnkit.data.labelled.examples import Examples
from rnnkit.data.labelled.facts import Kept
from rnnkit.data.labelled.section import ExampleData
from rnnkit.errors import DataError
from rnnkit.words import counted


def check_fit(
    examples: Examples, kept: Kept, data: ExampleData, layers: Sequence[Layer], where: str
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
