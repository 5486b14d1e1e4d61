"""Tasks that predict what comes next: their layers must not see it, and go step by step."""

from __future__ import annotations

from collections.abc import Iterator

from rnnkit.config.layers.recurrent import Recurrent
from rnnkit.config.stack import Misfit, Stack


def causal_problems(stack: Stack, elements: str, *, unequal: bool) -> Iterator[Misfit]:
    """The layers that read ahead, or cannot be asked for one step after the other.

    Args:
        stack: the layers.
        elements: what a sequence is made of, for messages: `tokens`.
        unequal: sequences differ in length, which an unrolled loop cannot do.
    """
    for row in stack.summaries:
        layer, path = row.layer, row.path
        ahead = layer.looks_ahead
        if ahead is not None:
            message = (
                f"{layer.kind}: {ahead.what} would read the {elements} that it has to predict: "
                f"{ahead.cure}"
            )
            yield Misfit((*path, *ahead.key), message, at_key=not ahead.key)
        elif not layer.stepwise:
            message = (
                f"{layer.kind}: {elements} are made one after the other, and it would have to read "
                "all of them again for each: use a recurrent layer, or a causal conv_1d"
            )
            yield Misfit(path, message, at_key=True)
        elif isinstance(layer, Recurrent) and layer.unroll and unequal:
            message = f"{layer.kind}: unroll needs one length, but here lengths differ"
            yield Misfit((*path, "unroll"), message)
