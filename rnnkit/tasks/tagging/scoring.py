"""True and predicted tags of rows -> accuracy, the scores of each tag, and those of whole spans."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rnnkit.tasks.tagging.evaluation import Scores, TagScores

Z_95 = 1.96
_BIO = re.compile(r"O|[BI]-(.+)")

Numbers = NDArray[np.integer]
Span = tuple[int, int, str]  # the first row, the one after the last, and the type


def confusion_of(y: Numbers, said: Numbers, tags: int) -> NDArray[np.int64]:
    """(C, C) counts, a row a true tag, a column a predicted one."""
    pairs = y.astype(np.int64) * tags + said
    return np.bincount(pairs, minlength=tags * tags).reshape(tags, tags)


def tag_scores(confusion: NDArray[np.int64], tags: Sequence[str]) -> tuple[TagScores, ...]:
    """Each tag against all others; a number that is undefined is 0."""
    hits, said, support = confusion.diagonal(), confusion.sum(axis=0), confusion.sum(axis=1)
    counts = zip(tags, hits.tolist(), said.tolist(), support.tolist(), strict=True)
    return tuple(scores_of(name, hit, says, there) for name, hit, says, there in counts)


def scores_of(name: str, hits: int, said: int, support: int) -> TagScores:
    """Precision, recall and F1 of what was said `said` times and is there `support` times."""
    return TagScores(
        name=name,
        precision=hits / said if said else 0.0,
        recall=hits / support if support else 0.0,
        f1=2 * hits / (said + support) if said + support else 0.0,
        support=support,
    )


def macro_f1(confusion: NDArray[np.int64], tags: Sequence[str]) -> float:
    """The mean over the tags that occur."""
    found = [scores.f1 for scores in tag_scores(confusion, tags) if scores.support]
    return float(np.mean(found))


def accuracy_interval(hit: NDArray[np.bool_], sequence: Numbers) -> tuple[float, float] | None:
    """95 %, of the sequences' luck: the steps of one are not independent. None of a single one.

    The ratio estimator's: W. G. Cochran, Sampling Techniques, 3rd edition (1977), 6.3.

    Args:
        hit: (n,) whether each row's tag is right.
        sequence: (n,) the number of its sequence.
    """
    sizes, hits = np.bincount(sequence), np.bincount(sequence, hit)
    there = sizes > 0
    count, mean = int(there.sum()), float(hit.mean())
    if count < 2:
        return None
    spread = float(((hits - mean * sizes) ** 2).sum()) * count / (count - 1)
    half = Z_95 * math.sqrt(spread) / len(hit)
    return max(0.0, mean - half), min(1.0, mean + half)


def are_bio(tags: Sequence[str]) -> bool:
    """Whether tags say where spans begin (B-), go on (I-) and are not (O)."""
    return all(map(_BIO.fullmatch, tags)) and any(tag.startswith("B-") for tag in tags)


def spans(numbers: Numbers, sequence: Numbers, tags: Sequence[str]) -> set[Span]:
    """The spans of rows in BIO; an I- that goes on with nothing begins one, as for CoNLL-2000.

    Args:
        numbers: (n,) of tags.
        sequence: (n,) the number of each row's sequence, side by side.
        tags: their names.
    """
    found: set[Span] = set()
    begin, kind, before = 0, "", -1
    for row, (number, own) in enumerate(zip(numbers.tolist(), sequence.tolist(), strict=True)):
        tag = tags[number]
        goes_on = tag.startswith("I-") and tag[2:] == kind and own == before
        if kind and not goes_on:
            found.add((begin, row, kind))
        if not goes_on:
            begin, kind = row, tag[2:]
        before = own
    return found | ({(begin, len(numbers), kind)} if kind else set())


def span_scores(true: set[Span], said: set[Span]) -> tuple[TagScores, ...]:
    """Of all spans, and then of each type; a span counts whole, with its type."""
    hits, there, says = (Counter(kind for *_, kind in some) for some in (true & said, true, said))
    kinds = sorted(there.keys() | says.keys())
    whole = scores_of("all", hits.total(), says.total(), there.total())
    return (whole, *(scores_of(kind, hits[kind], says[kind], there[kind]) for kind in kinds))


def scores(
    y: Numbers, said: Numbers, tags: Sequence[str], sequence: Numbers, unknown: NDArray[np.bool_]
) -> Scores:
    """What a baseline is compared by.

    Args:
        y, said: (n,) true and predicted numbers.
        tags: their names.
        sequence: (n,) the number of each row's sequence.
        unknown: (n,) whether its token is not known.
    """
    hit = y == said
    of_spans = None
    if are_bio(tags):
        true, answered = (spans(numbers, sequence, tags) for numbers in (y, said))
        of_spans = span_scores(true, answered)[0].f1
    return Scores(
        accuracy=float(hit.mean()),
        macro_f1=macro_f1(confusion_of(y, said, len(tags)), tags),
        unknown_accuracy=float(hit[unknown].mean()) if unknown.any() else None,
        span_f1=of_spans,
    )
