"""What an example or a series has once, beside its sequence: an input of the model, by name."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.config.section import Section
from rnnkit.config.stack import InputFacts
from rnnkit.data.keys import Keys, content_keys, mixed, name_keys
from rnnkit.data.preprocessing import numbered
from rnnkit.data.scaling import Scale, fit_scale, narrowed
from rnnkit.data.sequences import Indices, Sequences
from rnnkit.words import brief, counted

FEATURES = "features"  # the input that the numbers beside a text are
STATIC = "static"  # that static numbers are; a static category is one of its column's name
UNKNOWN = 0  # the id of a category that no training example has


@dataclasses.dataclass(frozen=True, eq=False)
class Categories:
    """N values of one column of text: the distinct ones once."""

    codes: Indices  # (N,) positions in `values`
    values: tuple[str, ...]  # distinct, sorted

    def __getitem__(self, rows: Indices) -> Categories:
        return Categories(self.codes[rows], self.values)


Values = NDArray[np.float64] | Categories  # (N, S) numbers, or (N,)
Beside = Mapping[str, Values]  # by the input's name


class BesideInput(Section):
    """One of them, as a run keeps it."""

    columns: tuple[str, ...]
    scale: Scale | None = None  # of numbers
    known: tuple[str, ...] | None = None  # sorted, of ids 1 and up; None: numbers

    @property
    def facts(self) -> InputFacts:
        """The input: (S,) numbers, or (1,) id."""
        if self.known is None:
            return InputFacts((len(self.columns),), time="none")
        return InputFacts((1,), integer=True, vocabulary=len(self.known) + 1, time="none")

    @property
    def lengths(self) -> list[tuple[str, int, int]]:
        """As `Preprocessing.lengths`."""
        found = [] if self.scale is None else self.scale.lengths(len(self.columns))
        return [(f"{', '.join(self.columns)}: {name}", n, m) for name, n, m in found]

    def array(self, values: Values) -> NDArray[Any]:
        """What the model reads: (N, S) float32, scaled, or (N, 1) int32 ids."""
        if not isinstance(values, Categories):
            return narrowed(values, self.scale)
        ids = {value: number for number, value in enumerate(self.known or (), 1)}
        table = np.array([ids.get(value, UNKNOWN) for value in values.values], np.int32)
        return table[values.codes][:, None]


Kept = Mapping[str, BesideInput]


def fit_inputs(
    train: Beside, columns: Mapping[str, tuple[str, ...]], scale: str
) -> dict[str, BesideInput]:
    """What is learnt of those that train: scales, and which categories there are.

    Args:
        train: their values.
        columns: of each input of numbers.
        scale: as in the config.
    """
    found = {}
    for name, values in train.items():
        if isinstance(values, Categories):
            known = tuple(values.values[code] for code in np.unique(values.codes).tolist())
            found[name] = BesideInput(columns=(name,), known=known)
        else:
            found[name] = BesideInput(columns=columns[name], scale=fit_scale(scale, values))
    return found


def facts_of(kept: Kept) -> dict[str, InputFacts]:
    """The inputs beside the first."""
    return {name: one.facts for name, one in kept.items()}


def arrays_of(beside: Beside, kept: Kept) -> dict[str, NDArray[Any]]:
    """What the model reads of N examples beside their sequences."""
    return {name: kept[name].array(values) for name, values in beside.items()}


def unknown_notes(beside: Beside, kept: Kept, noun: str) -> Iterator[str]:
    """A sentence for each column with categories that no training `noun` has."""
    for name, values in beside.items():
        if isinstance(values, Categories):
            yield from unknown_note(name, values, kept[name].known or (), noun)


def unknown_note(column: str, values: Categories, known: Sequence[str], noun: str) -> Iterator[str]:
    """A sentence where a column has categories that are not known."""
    among = np.array([value not in known for value in values.values])[values.codes]
    if count := int(among.sum()):
        first = values.values[int(values.codes[np.argmax(among)])]
        has = "has" if count == 1 else "have"
        yield (
            f"{count:,} of {counted(len(among), noun)} {has} a value of '{brief(column)}' that no "
            f"training {noun.split()[-1]} has, such as '{brief(first)}': it is read as <unk>, of "
            "which training learns nothing"
        )


def names_beside(beside: Mapping[str, BesideInput]) -> dict[str, dict[str, int]]:
    """The id of each category, by the input's name."""
    return {name: ids_of(one.known) for name, one in beside.items() if one.known is not None}


def scales_beside(beside: Mapping[str, BesideInput]) -> dict[str, Scale]:
    """The scales of numbers, by the input's name."""
    return {name: one.scale for name, one in beside.items() if one.scale is not None}


def ids_of(known: Sequence[str]) -> dict[str, int]:
    """The id of each category."""
    return {"<unk>": UNKNOWN, **numbered(known, 1)}


def keyed(keys: Keys, beside: Beside) -> Keys:
    """The keys of N sequences, (N,), told apart by what stands beside them as well."""
    for values in beside.values():
        if isinstance(values, Categories):
            own = name_keys(values.values)[values.codes]
        else:
            own = content_keys(Sequences.of_equal_length(values[:, None]))
        keys = mixed(keys) + own
    return keys


def as_json(values: Values) -> dict[str, Any]:
    """What `of_json` reads."""
    if isinstance(values, Categories):
        return {"codes": values.codes.tolist(), "values": values.values}
    return {"numbers": values.tolist()}


def of_json(kept: Mapping[str, Any]) -> Values:
    if "codes" in kept:
        return Categories(np.array(kept["codes"], np.intp), tuple(kept["values"]))
    return np.array(kept["numbers"], np.float64)


def rows_of(beside: Mapping[str, Any], rows: Any) -> dict[str, Any]:
    """That of some examples, as `Beside` or as arrays."""
    return {name: values[rows] for name, values in beside.items()}


def beside_text(kept: Kept) -> str:
    """` and 2 static columns`; nothing where there are none."""
    count = sum(len(one.columns) for one in kept.values())
    return f" and {counted(count, 'static column')}" if count else ""
