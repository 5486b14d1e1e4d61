"""Answers and the truth -> the mistakes, the surest first, each with its example's id."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from rnnkit import writing
from rnnkit.data.labelled.dataset import Part
from rnnkit.reports.evaluation import Entry


class Mistake(Entry):
    """A wrong answer; the fields are the columns of mistakes.csv."""

    example: str  # its id, or its number from 0 in the source
    true: str
    predicted: str
    probability: float  # of the predicted class


def mistakes_of(
    part: Part,
    predicted: npt.NDArray[np.integer],
    confidence: npt.NDArray[np.floating],
    classes: tuple[str, ...],
) -> tuple[Mistake, ...]:
    """Every wrong answer of a part, the surest first.

    Args:
        part: N examples.
        predicted: (N,) class numbers.
        confidence: (N,) the probability of these.
        classes: the C names.
    """
    wrong = np.flatnonzero(part.y != predicted)
    wrong = wrong[np.argsort(-confidence[wrong], kind="stable")]
    ids = part.ids
    return tuple(
        Mistake(
            example=ids[row],
            true=classes[part.y[row]],
            predicted=classes[predicted[row]],
            probability=round(float(confidence[row]), 6),
        )
        for row in wrong
    )


def mistakes_csv(mistakes: tuple[Mistake, ...]) -> str:
    """A line a mistake."""
    return writing.csv_text([one.model_dump() for one in mistakes], list(Mistake.model_fields))
