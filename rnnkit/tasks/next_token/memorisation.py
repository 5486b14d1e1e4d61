"""Tokens that a model drew -> how much of them is copied from its training text."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

import numpy as np

Ids = Sequence[int] | np.ndarray


@dataclasses.dataclass(frozen=True)
class Copies:
    """What of a text also stands in another."""

    run: int  # tokens of the runs that were looked up
    share: float  # of the text's runs of so many tokens that occur in the other
    longest: tuple[int, int]  # the longest run that occurs there: where it begins, and its length


def find_copies(text: Ids, source: Ids, *, run: int) -> Copies:
    """Look up every run of `run` tokens of `text` (n,) in `source` (S,), and the longest of all.

    A text shorter than `run` has none: its share is 0.
    """
    # ids as characters, so that searching is the string search of C
    wanted, known = _as_string(text), _as_string(source)
    runs = list(_runs(wanted, run))
    copied = set(runs).intersection(_runs(known, run))
    begin, length = 0, 0
    for i in range(len(wanted)):
        if length >= run and wanted[i : i + run] not in copied:
            continue  # no longer run can begin here
        while i + length < len(wanted) and wanted[i : i + length + 1] in known:
            begin, length = i, length + 1
    share = sum(one in copied for one in runs) / len(runs) if runs else 0.0
    return Copies(run, share, (begin, length))


def _runs(text: str, length: int) -> Iterator[str]:
    return (text[i : i + length] for i in range(len(text) - length + 1))


def _as_string(ids: Ids) -> str:
    return (np.asarray(ids).astype("<u4")).tobytes().decode("utf-32-le", "surrogatepass")
