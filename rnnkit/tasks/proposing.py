"""What a task proposes for a source that was looked at, and how sizes follow from the data's."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Sequence

from rnnkit.config.draft import Key
from rnnkit.data.labelled.columns import says_of_whom
from rnnkit.data.look.columns import Column
from rnnkit.data.look.table import TableLook
from rnnkit.data.numbers import dates_of
from rnnkit.data.splits import PARTS

MINUTES = 5  # that training may take on two cores, about
RATE = 1e11  # additions and multiplications a second that middling layers reach there
_GROUPS = 10  # that parts can be drawn from
_OF_A_WEIGHT = 6  # of these for a weight and a step: forwards two, backwards four


@dataclasses.dataclass(frozen=True)
class Proposal:
    """A config, with what speaks for it.

    Args:
        fit: 0.9: little else can be meant; 0.5: it can be done; of several tasks the best fit wins.
        why: the task, as the rest of `because ...`.
        data: the keys of `data:` but for `source` and `format`.
        layers: of the model, the last a dense one.
        training: the keys of `training:`.
        doubts: what to look at first, the most doubtful first.
    """

    fit: float
    why: str
    data: Sequence[Key]
    layers: Sequence[Key]
    training: Sequence[Key]
    doubts: Sequence[str] = ()


def says_part(look: TableLook, column: Column) -> bool:
    """Whether a column says which part an example is in."""
    few = column.kind == "text" and 1 < column.distinct <= len(PARTS)
    return few and {"train"} < set(look.values_of(column.name)) <= set(PARTS)


def group_of(
    look: TableLook, examples: int, *, key: str | None, taken: Collection[str | None]
) -> str | None:
    """The column that says of whom an example is, where there are several of each.

    Args:
        examples: rows, or sequences.
        key: the column whose rows of one value are a sequence.
    """

    def fits(column: Column) -> bool:
        several = _GROUPS <= column.distinct <= examples // 2 and column.values == column.rows
        return several and (key is None or look.is_constant(column.name, key))

    called = (c for c in look.columns.values() if c.name not in taken and says_of_whom(c.name))
    return next((column.name for column in called if fits(column)), None)


def split_of(look: TableLook, part: str | None, group: str | None, share: float, why: str) -> Key:
    """The parts: those that a column says, or shares, `why` says how, with whole groups in one."""
    if part is not None:
        return _split_by(look, part, share)
    shares: dict[str, object] = {"validation": share, "test": share}
    if group is None:
        return Key("split", shares, why)
    return Key("split", {**shares, "group": group}, f"shares; all of one {group} in one part")


def _split_by(look: TableLook, part: str, share: float) -> Key:
    """The parts that a column says; of train a share for validation, where it says none."""
    if "validation" in look.values_of(part):
        return Key("split", {"column": part}, "it says which part an example is in")
    why = "it says which part an example is in; validation is a share of train"
    return Key("split", {"column": part, "validation": share}, why)


def order_of(look: TableLook, time: str | None) -> list[Key]:
    """What the rows of each sequence are sorted by, as dates that can be.

    Raises:
        DataError: its dates can be read in two ways: then both are named.
    """
    if time is None:
        return []
    keys = [Key("time", time, "the order of the rows of each")]
    if time not in {c.name for c in look.of_kind("time")} or look.query is not None:
        return keys
    form = look.read_times([time])[0].form
    why = f"{time} is written as {form}"
    return [*([Key("query", dates_of(time, form), why)] if "%" in form else []), *keys]


def epochs_for(weights: int, steps: int, *, most: int) -> int:
    """Passes over the training part that take a few minutes.

    Args:
        weights: of the layers that every step goes through.
        steps: time steps of all examples together.
        most: passes at most.
    """
    one = _OF_A_WEIGHT * weights * steps
    return max(1, min(most, int(MINUTES * 60 * RATE / one)))


def recurrent_weights(gates: int, inputs: int, units: int) -> int:
    """Weights of a layer with so many gates: 4 of an LSTM, 3 of a GRU."""
    return gates * units * (inputs + units + 1)


def batch_size_for(examples: int) -> int:
    """A power of two from 8 to 128 that gives a hundred updates an epoch, if it can."""
    return int(min(128, max(8, 2 ** int(max(0, examples // 100)).bit_length() // 2)))


def adam(learning_rate: float) -> Key:
    """The optimizer of recurrent layers, whose gradients can explode: they are clipped."""
    return Key(
        "optimizer", {"name": "adam", "learning_rate": learning_rate, "global_clipnorm": 1.0}
    )


def early_stopping(patience: int) -> Key:
    return Key(
        "early_stopping", {"monitor": "val_loss", "patience": patience},
        "the weights of the best epoch are kept",
    )  # fmt: skip
