"""What stands in a source -> labels, and what is to be said of how they are written."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import numpy as np

from rnnkit.data.labelled.examples import Label, Labels
from rnnkit.data.sequences import Indices
from rnnkit.words import brief, counted

_WHOLE = re.compile(r"(0|-?[1-9][0-9]{0,17})(\.0*)?")  # `007` is text
_FRACTION = re.compile(r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=e))(e[-+]?[0-9]+)?", re.I)
_POWER = re.compile(r"-?[0-9]\.[0-9]+e[-+][0-9]{2}", re.I)
EXPECTED = "labels are integers or text; a task with data.target predicts numbers"
SHOWN = 6  # spellings that a note names


def meanings(values: Sequence[Any], *, typed: bool) -> list[Label | None]:
    """Different values of a source as labels: integers or text; None for what is no label.

    White space around text does not count, nor how its letters are composed. 1.0 is 1; true, True
    and TRUE are `true`, where no value is anything but that or false.

    Args:
        values: as Python has them.
        typed: the source tells text from numbers; else labels are integers when all are written
            like one.
    """
    plain = [_plain(value) for value in values]
    text = [value for value in plain if isinstance(value, str)]
    if len(text) < len(plain):
        return plain
    if {value.lower() for value in text} <= {"true", "false"}:
        return [value.lower() for value in text]
    fractions = list(map(_FRACTION.fullmatch, text))
    whole = list(map(_WHOLE.fullmatch, text))
    numbers = all(one or other for one, other in zip(fractions, whole, strict=True))
    if not numbers or (typed and not any(fractions)):
        return plain
    return [
        int(found[1]) if found else _of_a_power(value)
        for found, value in zip(whole, text, strict=True)
    ]


def merged(
    codes: Indices, values: Sequence[Any], meant: Sequence[Label | None], *, where: str
) -> Labels:
    """What was written, as labels, with notes on how they are.

    Args:
        codes: (N,) the number of what was written.
        values: what was written, by number.
        meant: the label of each; none is None.
        where: it stands, for the notes.
    """
    number_of: dict[Label | None, int] = {}
    numbers = [number_of.setdefault(label, len(number_of)) for label in meant]
    labels = tuple(label for label in number_of if label is not None)
    notes = tuple(_spellings(codes, values, meant, where))
    return Labels(np.array(numbers, np.intp)[codes], labels, notes)


def _spellings(
    codes: Indices, values: Sequence[Any], meant: Sequence[Label | None], where: str
) -> Iterator[str]:
    """What is to be said where a label is not written as itself, or nearly as another one."""
    counts = np.bincount(codes, minlength=len(values)).tolist()
    ways: dict[Label | None, list[str]] = {}
    totals: dict[str, Counter[str]] = {}
    for value, label, count in zip(values, meant, counts, strict=True):
        if not isinstance(value, bool) and str(value) != str(label):
            ways.setdefault(label, []).append(f"'{brief(value)}' ({counted(count, 'time')})")
        if isinstance(label, str):
            totals.setdefault(label.casefold(), Counter())[label] += count
    if ways:
        shown = [f"{' and '.join(written)} as {label!r}" for label, written in ways.items()]
        more = f" and {len(shown) - SHOWN:,} more" if len(shown) > SHOWN else ""
        yield f"{where}: read {'; '.join(shown[:SHOWN])}{more}"
    for alike in totals.values():
        if len(alike) > 1:
            classes = [f"'{brief(label)}' ({counted(n, 'time')})" for label, n in alike.items()]
            yield (
                f"{where}: {' and '.join(classes)} differ in capitals alone and are classes of "
                "their own: write them alike where one is meant"
            )


def _of_a_power(value: str) -> int | None:
    """1 of `1.0000000e+00`, as C and numpy write it."""
    number = float(value if _POWER.fullmatch(value) else "nan")
    return int(number) if number.is_integer() else None


def _plain(value: Any) -> Label | None:
    """One value as a label by itself."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value.strip())
    if isinstance(value, bool):
        return str(value).lower()
    whole = isinstance(value, int | float | Decimal) and value == value // 1
    return int(value) if whole else None
