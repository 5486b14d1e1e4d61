"""A table with a column of numbers to predict, or arrays x and y -> a config that predicts them."""

from __future__ import annotations

import re

from rnnkit.config.draft import Key
from rnnkit.data.look.arrays import ArraysLook
from rnnkit.data.look.columns import Column
from rnnkit.data.look.source import Look
from rnnkit.data.look.table import TableLook
from rnnkit.tasks.proposing import (
    Proposal,
    adam,
    batch_size_for,
    early_stopping,
    epochs_for,
    group_of,
    order_of,
    recurrent_weights,
    says_part,
    split_of,
)
from rnnkit.words import named

_TARGET = re.compile(
    r"(.*[^a-z])?(target|y|remaining|rul|score|rating|age|duration|response|output|yield|quality)"
    r"([^a-z].*)?", re.I,
)  # fmt: skip
_FEW = 12  # different whole numbers, which are classes rather
_WINDOW = 30  # rows
_SHARE = 0.2  # of the examples, for validation and for test


def propose(look: Look) -> Proposal | None:
    """See `rnnkit.tasks.contract.Task.propose`."""
    if isinstance(look, ArraysLook):
        return _of_arrays(look)
    return _of_table(look) if isinstance(look, TableLook) else None


def _of_arrays(look: ArraysLook) -> Proposal | None:
    x, y = look.arrays.get("x_train"), look.arrays.get("y_train")
    if x is None or y is None or len(x.shape) not in (2, 3) or y.has_labels:
        return None
    share = {"validation": 0.1} if look.has_test else {"validation": _SHARE, "test": _SHARE}
    return Proposal(
        fit=0.9,
        why=f"y_train holds numbers for each of {x.shape[0]:,} sequences",
        data=[
            Key("scale", "standard", "mean 0, deviation 1, by the training part"),
            Key("split", share, "shares, at random"),
        ],
        **_model(x.shape[0], x.shape[1], x.shape[2] if len(x.shape) == 3 else 1),
        doubts=["loss: mean_squared_error; gaussian also predicts how sure it is"],
    )


def _of_table(look: TableLook) -> Proposal | None:
    target = _target(look)
    if target is None:
        return None
    asked = look.asked.task == "regression"
    if look.sequences is None and look.has_dates() and not asked:
        return None  # its rows follow each other
    part = next((c.name for c in look.of_kind("text") if says_part(look, c)), None)
    data = [Key("target", target.name, "as asked for" if look.asked.target else "by its name")]
    key, time = look.sequences_in_time or (None, None)
    taken = {target.name, key, time, part}
    examples, steps = look.rows, 1
    if key is not None:
        examples = look.columns[key].distinct
        steps = max(2, look.rows // examples)
        data.append(Key("id", key, f"{examples:,} sequences, a row a step"))
        data += order_of(look, time)
        if not look.is_constant(target.name, key):
            window = min(_WINDOW, max(1, steps // 2))
            examples, steps = look.rows, window
            why = f"'{target.name}' changes within a sequence: the last rows say it at their end"
            data.append(Key("window", window, why))
            data.append(Key("shortest", max(1, window // 3), "at the beginning of a sequence"))
    group = group_of(look, examples, key=key, taken=taken)
    taken |= {group} if part is None else set()
    features = [
        c
        for c in look.of_kind("number")
        if c.name not in {*taken, group} and c.distinct > 1
        if not (c.counts or c.is_named_as_id)
    ]
    if not features:
        return None
    wide = len(features) + look.not_looked_at
    steps = steps if key is not None else wide
    others = [c for c in look.names if c not in {*taken, *(f.name for f in features)}]
    if others and len(look.columns) == len(look.names):
        data.append(Key("exclude", others, "say nothing, or no numbers"))
    data.append(Key("scale", "standard", "mean 0, deviation 1, by the training part"))
    data.append(split_of(look, part, group, _SHARE, "shares, at random"))
    return Proposal(
        fit=0.87 if key is not None else 0.8,  # its name says so: more than a column of few texts
        why=f"'{target.name}' is a number for each {'row' if key is None else 'sequence'}",
        data=data,
        **_model(examples, steps, 1 if key is None else wide),
        doubts=[
            f"target: '{target.name}'; there are also {named([f.name for f in features], 6)}",
            *(["window: rows that the model sees"] if key is not None else []),
        ],
    )


def _target(look: TableLook) -> Column | None:
    if look.asked.target is not None:
        column = look.columns[look.asked.target]
        return column if column.is_number else None
    numbers = [c for c in look.of_kind("number") if not c.whole or c.distinct > _FEW]
    numbers = [c for c in numbers if not look.is_axis(c.name)]
    return next((c for c in reversed(numbers) if _TARGET.fullmatch(c.name)), None)


def _model(examples: int, steps: int, features: int) -> dict[str, list[Key]]:
    """A stack and a training of a few minutes for so many examples."""
    units = 16 if examples < 500 else 64
    weights = recurrent_weights(4, features, units)
    epochs = epochs_for(weights, examples * steps, most=60)
    return {
        "layers": [
            Key("lstm", {"units": units}, f"for {examples:,} examples of about {steps:,} steps"),
            Key("dropout", {"rate": 0.2}),
            Key("dense", None, "as many outputs as targets"),
        ],
        "training": [
            Key("epochs", epochs, "at most; a few minutes on two cores"),
            Key("batch_size", batch_size_for(examples)),
            adam(3e-3),
            early_stopping(max(5, epochs // 6)),
        ],
    }
