"""A table with a label a row, in sequences -> a config that labels every step."""

from __future__ import annotations

import re

from rnnkit.config.draft import Key
from rnnkit.data.look.columns import Column
from rnnkit.data.look.source import Look
from rnnkit.data.look.table import TableLook
from rnnkit.tasks.proposing import (
    Proposal,
    adam,
    batch_size_for,
    early_stopping,
    epochs_for,
    order_of,
    recurrent_weights,
)
from rnnkit.words import named

_TAG = re.compile(
    r"(.*[^a-z])?(tag|upos|pos|ner|label|class|activity|phase|state|status|target|y)([^a-z].*)?",
    re.I,
)  # fmt: skip
_TOKEN = re.compile(r"(.*[^a-z])?(form|token|word|wort|text|event)([^a-z].*)?", re.I)
_MOST_TAGS = 100


def propose(look: Look) -> Proposal | None:
    """See `rnnkit.tasks.contract.Task.propose`."""
    if not isinstance(look, TableLook) or look.sequences is None:
        return None
    key, time = look.sequences
    tag = _tag(look, key)
    if tag is None:
        return None
    taken = {key, time, tag.name}
    texts = [c for c in look.of_kind("text") if c.name not in taken and c.values == c.rows]
    numbers = [c for c in look.of_kind("number") if c.name not in taken and c.distinct > 1]
    token = next((c for c in texts if _TOKEN.fullmatch(c.name)), None)
    token = token or max(texts, key=lambda c: c.distinct, default=None)
    if token is None and not numbers:
        return None
    sequences = look.columns[key].distinct
    data = [Key("tag", tag.name, f"{tag.distinct} different ones, which change within a sequence")]
    if token is not None:
        data.append(Key("token", token.name, f"{token.distinct:,} different ones"))
    else:
        data.append(Key("features", [c.name for c in numbers], "all other columns of numbers"))
        data.append(Key("scale", "standard", "mean 0, deviation 1, by the training part"))
    data.append(Key("sequence", key, f"{sequences:,} sequences, a row a step"))
    data += order_of(look, time)
    share = 0.1 if sequences >= 200 else 0.2
    data.append(Key("split", {"validation": share, "test": share}, "whole sequences, at random"))
    few = [c.name for c in texts if c.distinct <= _MOST_TAGS and c != token]
    also = f"; there are also {named(few, 6)}" if few else ""
    timed = look.of_kind("time") or any(len(one) > 1 for one in look.times)
    sure = _TAG.fullmatch(tag.name) is not None or look.asked.target is not None
    return Proposal(
        fit=0.8 if not timed else 0.6 if sure else 0.5,
        why=f"'{tag.name}' has a label for each row of each '{key}'",
        data=data,
        **_model(look.rows, sequences, 0 if token is not None else len(numbers)),
        doubts=[
            f"tag: '{tag.name}' is what is predicted" + also,
            "token: words that training has once only are unknown; characters: true reads them"
            if token is not None
            else "features: a row is judged by all rows before and after it",
        ],
    )


def _tag(look: TableLook, key: str) -> Column | None:
    """The labels: by its name, or the last column of a few texts."""
    if look.asked.target is not None:
        asked = look.columns[look.asked.target]
        return asked if asked.kind == "text" or asked.whole else None
    few = [
        c for c in look.columns.values()
        if c.name != key and 2 <= c.distinct <= _MOST_TAGS and c.values == c.rows
        and (c.kind == "text" or (c.whole and _TAG.fullmatch(c.name)))
    ]  # fmt: skip
    changing = [c for c in few if not look.is_constant(c.name, key)]
    by_name = [c for c in changing if _TAG.fullmatch(c.name)]
    return next(iter(by_name or reversed(changing)), None)


def _model(steps: int, sequences: int, features: int) -> dict[str, list[Key]]:
    """A stack and a training of a few minutes for so many steps; without features, of tokens."""
    units = 32 if steps < 5_000 else 96
    width = features or 64
    epochs = epochs_for(2 * recurrent_weights(4, width, units), steps, most=40)
    embedded = [Key("embedding", {"output_dim": 64}), Key("dropout", {"rate": 0.3})]
    return {
        "layers": [
            *([] if features else embedded),
            Key("bidirectional", {"layer": {"lstm": {"units": units}}}, "what follows counts too"),
            Key("dropout", {"rate": 0.5 if not features else 0.2}),
            Key("dense", None, "as many units as there are tags"),
        ],
        "training": [
            Key("epochs", epochs, "at most; a few minutes on two cores"),
            Key("batch_size", min(32, batch_size_for(sequences))),
            adam(3e-3),
            early_stopping(max(3, epochs // 6)),
        ],
    }
