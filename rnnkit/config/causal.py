"""Tasks that predict what comes next: their layers must not see it."""

from __future__ import annotations

from collections.abc import Iterator

from rnnkit.config.layers import Bidirectional
from rnnkit.config.layers.recurrent import Recurrent
from rnnkit.config.stack import Misfit, Stack


def causal_problems(stack: Stack, elements: str, *, unequal: bool) -> Iterator[Misfit]:
    """The layers that read ahead.

    Args:
        stack: the layers.
        elements: what a sequence is made of, for messages: `tokens`.
        unequal: sequences differ in length, which an unrolled loop cannot do.
    """
    for row in stack.summaries:
        layer, path = row.layer, row.path
        if isinstance(layer, Bidirectional):
            message = (
                f"bidirectional: it would read the {elements} that it has to predict: use its "
                f"layer alone, {layer.layer.kind}"
            )
            yield Misfit(path, message, at_key=True)
        elif isinstance(layer, Recurrent) and layer.go_backwards:
            message = (
                f"{layer.kind}: go_backwards would read the {elements} that it has to predict: "
                "remove it"
            )
            yield Misfit((*path, "go_backwards"), message)
        elif isinstance(layer, Recurrent) and layer.unroll and unequal:
            message = f"{layer.kind}: unroll needs one length, but here lengths differ"
            yield Misfit((*path, "unroll"), message)
