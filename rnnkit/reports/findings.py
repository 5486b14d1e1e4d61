"""What an evaluation says of a model in sentences, for its model card; each task fills it in."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

from rnnkit.reports.card import Grid
from rnnkit.reports.evaluation import Evaluation
from rnnkit.reports.scores import Interval
from rnnkit.words import listed, measured, percent

MISSED = 0.05  # an interval that holds by so much less or more often than it says, says little


@dataclasses.dataclass(frozen=True)
class Findings:
    """Sentences, each with the numbers that it rests on.

    Args:
        judged: on how much of what.
        scores: the model first, then what it is compared with.
        does: what the model does.
        verdict: whether it is better, and is that more than chance; how its probabilities hold.
        fails: where it does worst.
        unfit: what it must not be used for.
    """

    judged: str
    scores: Grid
    does: str = ""
    verdict: Sequence[str] = ()
    fails: Sequence[str] = ()
    unfit: Sequence[str] = ()

    @classmethod
    def plain(cls, evaluation: Evaluation) -> Findings:
        """The numbers of an evaluation of which nothing else is known, beside the best baseline."""
        best = evaluation.baseline_numbers
        rows = [
            (name, measured(value), "–" if (other := best.get(name)) is None else measured(other))
            for name, value in evaluation.numbers.items()
        ]
        scores = Grid(("", "this model", "best baseline"), tuple(rows))
        return cls(judged=evaluation.data, scores=scores)


def held(intervals: Sequence[Interval], of: str = "its") -> Iterator[str]:
    """How often intervals held, in one sentence, where that was measured."""
    known = [one for one in intervals if one.coverage is not None]
    shares = [f"{100 * one.level:g} % intervals {percent(one.coverage or 0)}" for one in known]
    if known:
        yield f"Of {of} {listed(shares, 'and of its')} held."


def missed(intervals: Sequence[Interval], of: str = "its") -> Iterator[str]:
    """Intervals that hold much less, or much more, often than they say."""
    for one in intervals:
        if one.coverage is not None and round(abs(one.coverage - one.level), 4) > MISSED:
            yield (
                f"Taking {of} {100 * one.level:g} % intervals at their word: they held "
                f"{percent(one.coverage)} of the time."
            )
