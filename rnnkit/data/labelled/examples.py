"""What every source is read into before splitting: sequences and their labels."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, Self, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.beside import Beside, keyed, rows_of
from rnnkit.data.card import TableCard
from rnnkit.data.keys import Keys, content_keys, name_keys
from rnnkit.data.labelled.preprocessing import Columns
from rnnkit.data.sequences import Indices, Sequences
from rnnkit.data.splits import PARTS
from rnnkit.errors import DataError
from rnnkit.words import quoted

MANY = 8  # examples, from which labels that are all different cannot be classes
UNLABELLED = -1  # the label number of an example whose label is not known

Label = int | str
Array = TypeVar("Array", bound=NDArray[Any])
E = TypeVar("E", bound="Examples")

NOT_READ = Sequences(np.empty((0, 1)), np.empty(0, np.intp), np.empty(0, np.intp))


@dataclasses.dataclass(frozen=True, eq=False)
class Labels:
    """N labels: the distinct values once, and for each example the position of its own."""

    codes: Indices  # (N,) positions in `values`; UNLABELLED where there is none
    values: tuple[Label, ...]  # distinct, in no particular order
    notes: tuple[str, ...] = ()  # on how they are written, as sentences

    @classmethod
    def unknown(cls, examples: int) -> Labels:
        return cls(np.full(examples, UNLABELLED, np.intp), ())

    @classmethod
    def none(cls, examples: int) -> Labels:
        """Of examples that have numbers instead: all are of one kind."""
        return cls(np.zeros(examples, np.intp), ())

    def take(self, indices: Indices) -> Labels:
        return Labels(self.codes[indices], self.values, self.notes)

    def present(self) -> set[Label]:
        """The labels that at least one example has."""
        return {self.values[code] for code in np.unique(self.codes)}

    def numbered(self, numbers: Sequence[int]) -> NDArray[np.int32]:
        """Each example's number, (N,), when `values[i]` has number `numbers[i]`."""
        return np.array([*numbers, UNLABELLED], np.int32)[self.codes]  # code -1 takes the last


@dataclasses.dataclass(frozen=True, eq=False)
class Examples:
    """N examples as a source gave them."""

    sequences: Sequences
    labels: Labels
    names: NDArray[np.object_] | None = None  # (N,) str: the ids of a long table
    groups: Keys | None = None  # (N,) equal for those of one subject, where a column says it
    content: Keys | None = None  # (N,) equal for equal values, once they were looked at
    targets: NDArray[np.float64] | None = None  # (N, K) numbers to predict
    course: NDArray[np.float64] | None = None  # (S, K) those of every time step instead
    weights: NDArray[np.float64] | None = None  # (N,) what each counts in training; None: 1
    places: Indices | None = None  # (N,) in the source, from 0; None: in its order
    beside: Beside = dataclasses.field(default_factory=dict)  # what else the model reads of each
    notes: tuple[str, ...] = ()  # on rows of a new file that are none of them, as sentences

    def __len__(self) -> int:
        return len(self.sequences.starts)

    def of(self, sequences: Sequences) -> Self:
        """The same examples, whose values are known now."""
        return dataclasses.replace(self, sequences=sequences)

    @property
    def keys(self) -> Keys:
        """What decides the part of each, (N,): its name, or else its content."""
        if self.names is not None:
            return name_keys(self.names)
        return self.looked_at.keys if self.content is None else self.content

    @property
    def looked_at(self) -> Self:
        """The same, with their content."""
        content = keyed(content_keys(self.sequences), self.beside)
        return dataclasses.replace(self, content=content)

    def with_targets(self, targets: NDArray[np.float64] | None, *, course: bool) -> Examples:
        """The same, with the numbers of each, or of each time step."""
        whole, steps = (None, targets) if course else (targets, None)
        return dataclasses.replace(self, targets=whole, course=steps)

    @property
    def measured(self) -> NDArray[np.float64] | None:
        """The numbers to predict, of examples or of time steps, (..., K)."""
        return self.targets if self.course is None else self.course

    @property
    def numbers(self) -> int | None:
        """K; None where there are none."""
        return None if self.measured is None else self.measured.shape[1]

    def take(self, indices: Indices) -> Self:
        return dataclasses.replace(
            self,
            sequences=self.sequences.take(indices),
            labels=self.labels.take(indices),
            names=_taken(self.names, indices),
            groups=_taken(self.groups, indices),
            content=_taken(self.content, indices),
            targets=_taken(self.targets, indices),
            weights=_taken(self.weights, indices),
            places=indices if self.places is None else self.places[indices],
            beside=rows_of(self.beside, indices),
        )


@dataclasses.dataclass(frozen=True, eq=False)
class Found:
    """What a source brings: the examples of each part; of a table, what else is known of it."""

    parts: dict[str, Examples]
    columns: Columns | None = None
    card: TableCard | None = None
    notes: tuple[str, ...] = ()
    whole_files: bool = False  # a file was a text

    @property
    def features(self) -> int:
        """F."""
        return int(self.parts["train"].sequences.values.shape[1])

    @property
    def targets(self) -> tuple[str, ...]:
        """The names of the numbers to predict; of arrays `y`, or `y[0]`, `y[1]` ..."""
        if self.columns is not None:
            return self.columns.targets
        count = self.parts["train"].numbers or 1
        return ("y",) if count == 1 else tuple(f"y[{number}]" for number in range(count))


def _taken(values: Array | None, indices: Indices) -> Array | None:
    return None if values is None else cast(Array, values[indices])


def by_part(examples: E, split: Labels | None) -> dict[str, E]:
    """The examples in the parts that they are labelled with; without labels all train."""
    if split is None:
        return {"train": examples}
    return {part: examples.take(members) for part, members in members_of(split).items()}


def members_of(split: Labels) -> dict[str, Indices]:
    """Which examples are in each part that they are labelled with, ascending."""
    return {
        part: np.flatnonzero(split.codes == split.values.index(part))
        for part in PARTS
        if part in split.values
    }


def class_values(parts: Mapping[str, Labels], where: str) -> list[Label]:
    """Every label that occurs, in the order of the class numbers: sorted.

    Labels 0..C-1 thereby keep their number.

    Raises:
        DataError: integers and text are mixed, there are fewer than two classes, or a part has a
            label that the training part lacks.
    """
    present = {part: labels.present() for part, labels in parts.items()}
    values = set[Label]().union(*present.values())
    integers = [value for value in values if isinstance(value, int)]
    text = [value for value in values if isinstance(value, str)]
    if integers and text:
        raise DataError(
            f"{where}: labels are integers ({min(integers)}) and text ('{min(text)}') mixed: use "
            "one of them"
        )
    if len(values) < 2:
        only = f"the label {next(iter(values))!r}" if values else "no label"
        raise DataError(f"{where}: every example has {only}: there must be two classes or more")
    examples = sum(len(labels.codes) for labels in parts.values())
    if len(values) == examples >= MANY:
        raise DataError(
            f"{where}: each of {examples:,} examples has a label of its own, as "
            f"'{min(map(str, values))}' is one: that names the examples, it is no class"
        )
    for part, labels in present.items():
        if unknown := sorted(map(str, labels - present["train"])):
            raise DataError(
                f"{where}: no training example has the {_labels(unknown)} of the {part} part"
            )
    return [*sorted(integers), *sorted(text)]


def class_numbers(labels: Labels, classes: Sequence[str], where: str) -> NDArray[np.int32]:
    """Number the labels of examples, (N,), by their place among `classes`.

    Compared as text, so that a run trained on labels 0 and 1 can read them from any format.

    Raises:
        DataError: labels that are not among the classes, listed.
    """
    number_of = {name: number for number, name in enumerate(classes)}
    if unknown := sorted(str(value) for value in labels.values if str(value) not in number_of):
        raise DataError(
            f"{where}: unknown {_labels(unknown)}: the run's classes are {quoted(classes)}"
            + _hint(unknown, classes)
        )
    return labels.numbered([number_of[str(value)] for value in labels.values])


def _hint(unknown: Sequence[str], classes: Sequence[str]) -> str:
    """Where a label that is unknown is a class but for capitals."""
    folded = {name.casefold(): name for name in classes}
    for name in unknown:
        if (known := folded.get(name.casefold())) is not None:
            return f"; '{name}' and '{known}' differ in capitals alone"
    return ""


def _labels(names: Sequence[str]) -> str:
    """`label 'a'`, `labels 'a', 'b'`."""
    return f"{'label' if len(names) == 1 else 'labels'} {quoted(names)}"
