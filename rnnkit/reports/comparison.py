"""Runs of one task side by side -> sentences, and tables that hold at 60 columns."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from rnnkit.baselines.paired import Outcome
from rnnkit.baselines.versus import SIGNIFICANT
from rnnkit.reports.history import Rows
from rnnkit.words import counted, duration, measured, shorten

LONGEST = 24  # characters of a file in the head of a table
NOT_SHOWN = ("p_value",)  # of each beside its own baseline
ONE_TRAINING = (
    "Each is one training: what another seed would give is not in this (`rnnkit train --seeds` "
    "shows it)."
)


@dataclasses.dataclass(frozen=True)
class Compared:
    """One of the runs.

    Args:
        letter: by which sentences and tables name it.
        name: mnist/20261123-204502.
        path: its folder.
        parameters: of its model; None: it does not say.
        seconds: that it trained.
        history: its epochs.
        numbers: of its own evaluation, where that is of the same examples.
    """

    letter: str
    name: str
    path: str
    parameters: int | None
    seconds: float
    history: Rows
    numbers: Mapping[str, float]


@dataclasses.dataclass(frozen=True)
class Difference:
    """A key that the runs' configs do not agree on."""

    key: str
    values: tuple[str, ...]  # one a run; – where it has no such key


@dataclasses.dataclass(frozen=True)
class Pair:
    """Two of the runs on the same examples.

    Args:
        one: the letter of the first run.
        other: the letter of the other one.
        outcome: of their answers.
        p_value: the outcome's, by Holm's method where there are several pairs.
    """

    one: str
    other: str
    outcome: Outcome
    p_value: float | None

    @property
    def sentence(self) -> str:
        """Which is better, by how much, on what, and whether that could be chance."""
        found, (own, others) = self.outcome, self.outcome.scores
        word = found.measure.replace("_", " ")
        where = f"on the same {counted(found.examples, found.noun)}"
        if own == others:
            same = f"{self.one} and {self.other} are equally good: {word} {measured(own)}"
            return f"{same} {where}{self._details(swapped=False)}."
        ahead = (others > own) == (found.measure == "accuracy")
        better, worse = (self.other, self.one) if ahead else (self.one, self.other)
        high, low = (others, own) if ahead else (own, others)
        scores = f"{word} {measured(high)} against {measured(low)} {where}"
        details = self._details(swapped=ahead)
        if self.p_value is None:
            return f"{better} is better than {worse}: {scores}, too few to tell that from chance."
        if self.p_value < SIGNIFICANT:
            return f"{better} is better than {worse}: {scores}{details}."
        return (
            f"Between {self.one} and {self.other} there is no difference beyond chance: {better} "
            f"is ahead, {scores}{details}."
        )

    def _details(self, *, swapped: bool) -> str:
        """What the test saw, and what it says."""
        found, text = self.outcome, ""
        if found.only is not None:
            only = list(zip((self.one, self.other), found.only, strict=True))
            (first, right), (second, also) = reversed(only) if swapped else only
            text = f"; {right:,} only {first} got right, {also:,} only {second}"
        if found.interval is not None:
            low, high = sorted(-b if swapped else b for b in found.interval)
            text = f"; the difference lies between {measured(low)} and {measured(high)} (95 %)"
        over = "" if found.units == found.examples else f" over {counted(found.units, 'group')}"
        p = self.p_value
        shown = "too few" if p is None else "p < 0.001" if p < 0.001 else f"p = {p:.2g}"
        return f"{text} ({found.test}{over}, {shown})"


@dataclasses.dataclass(frozen=True)
class Comparison:
    """Runs of one task; each is held against the first.

    Args:
        task: theirs.
        part: what they are judged on: test, validation, or a file.
        runs: two or more.
        differences: of their configs.
        pairs: the first run with each other.
        scores: of each run on the examples that all share.
        notes: what the numbers must be read with, as sentences.
    """

    task: str
    part: str
    runs: tuple[Compared, ...]
    differences: tuple[Difference, ...]
    pairs: tuple[Pair, ...]
    scores: tuple[float, ...]
    notes: tuple[str, ...]

    @property
    def outcome(self) -> Outcome:
        """What all pairs have in common can be read from the first."""
        return self.pairs[0].outcome

    @property
    def rows(self) -> list[tuple[str, ...]]:
        """What is shown of each run, as texts: a name, then one a run."""
        found: list[tuple[str, ...]] = []
        if all(run.parameters is not None for run in self.runs):
            found.append(("parameters", *(f"{run.parameters:,}" for run in self.runs)))
        found.append(("epochs", *(f"{len(run.history):,}" for run in self.runs)))
        found.append(("trained", *(duration(run.seconds) for run in self.runs)))
        name = self.outcome.measure
        found.append((name.replace("_", " "), *map(measured, self.scores)))
        for other in self.runs[0].numbers:
            values = [run.numbers.get(other) for run in self.runs]
            if other not in (name, *NOT_SHOWN) and None not in values:
                found.append(
                    (other.replace("_", " "), *(measured(v) for v in values if v is not None))
                )
        return found

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "task": self.task,
            "part": self.part,
            "examples": self.outcome.examples,
            "measure": self.outcome.measure,
            "runs": [
                {
                    "letter": run.letter,
                    "path": run.path,
                    "parameters": run.parameters,
                    "epochs": len(run.history),
                    "seconds": run.seconds,
                    "score": score,
                    "numbers": dict(run.numbers),
                }
                for run, score in zip(self.runs, self.scores, strict=True)
            ],
            "differences": {one.key: list(one.values) for one in self.differences},
            "pairs": [
                {
                    "runs": [pair.one, pair.other],
                    "sentence": pair.sentence,
                    **dataclasses.asdict(pair.outcome),
                    "p_value": pair.p_value,
                }
                for pair in self.pairs
            ],
            "notes": list(self.notes),
        }


def comparison_tables(found: Comparison) -> RenderableType:
    """All that a terminal shows of a comparison."""
    parts: list[RenderableType] = [Text(f"{run.letter}  {run.name}") for run in found.runs]
    parts.append(_config_table(found) if found.differences else Text("\nTheir configs agree."))
    table = _table(f"on {shorten(found.part, LONGEST)}")
    for run in found.runs:
        table.add_column(run.letter, justify="right", overflow="fold")
    for row in found.rows:
        table.add_row(*map(Text, row))
    parts.append(table)
    parts += [Text(pair.sentence, "bold") for pair in found.pairs]
    parts += [Text(note) for note in found.notes]
    return Group(*parts)


def _config_table(found: Comparison) -> Table:
    """A row a value: of two columns long ones, and those of many runs, would leave nothing."""
    table = _table("config", "", "")
    for one in found.differences:
        for number, value in enumerate(one.values):
            table.add_row(Text("" if number else one.key), found.runs[number].letter, Text(value))
    return table


def _table(*heads: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for head in heads:
        table.add_column(head, overflow="fold")
    return table
