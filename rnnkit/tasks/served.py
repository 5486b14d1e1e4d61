"""A trained run -> what a server lets its clients ask of it, and a request that it can answer."""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Callable, Collection, Sequence
from typing import Any

import numpy as np

from rnnkit.data.card import ColumnCard, DataCard
from rnnkit.data.labelled.section import ExampleData
from rnnkit.files import read_regular
from rnnkit.run import Run

Row = dict[str, Any]


@dataclasses.dataclass(frozen=True)
class Served:
    """What of an Answer `rnnkit serve` gives. Each function gets the trained run.

    Args:
        options: that a request may set, by the names that are typed; never one that names a file.
        sample: a body that it answers, as JSON has it, or a text; None: it reads no rows.
        numbers: the columns of numbers, where each row of a table, or of an array `x`, is an
            example by itself, whose number the answer calls `example`: several requests of JSON
            are then answered at once. None: it is not so.
    """

    options: Sequence[str] = ()
    sample: Callable[[Any], object] | None = None
    numbers: Callable[[Any], Collection[str] | None] = lambda trained: None


def made_up(run: Run, columns: Sequence[str], *, rows: int = 1) -> list[Row]:
    """Rows of these columns: values around the middle of each one's range, or its first category.

    Nothing of the run's data is shown but what its data card says of them.

    Args:
        run: whose card it is.
        columns: by name; of one that the card lacks every value is 0.
        rows: how many.
    """
    cards = {card.name: card for card in _columns_read(run)}
    return [
        {name: _value(cards.get(name), 0.5 + 0.25 * math.sin(row)) for name in columns}
        for row in range(rows)
    ]


def sample_examples(
    run: Run, data: ExampleData, kept: Any, text: str = "", *, rows: int = 1
) -> object:
    """One example in the form of labelled or measured sequences.

    Args:
        run: whose it is.
        data: its section.
        kept: its preprocessing: `columns`, `beside`, `length`, `features`, `vocabulary`.
        text: the example, where it is a text.
        rows: of a long table.
    """
    if kept.columns is None and not text:
        ids = kept.vocabulary is not None
        return {"x": np.zeros((1, kept.length, *([] if ids else [kept.features])), int).tolist()}
    features = kept.columns or ()
    beside = [name for one in kept.beside.values() for name in one.columns if name not in features]
    if data.id is None:
        [row] = made_up(run, (*features, *beside))
        return [row | ({data.text_column or "text": text} if text else {})]
    [constant] = made_up(run, beside)
    return [
        {data.id: "1"} | ({data.time: step} if data.time else {}) | row | constant
        for step, row in enumerate(made_up(run, features, rows=rows), start=1)
    ]


def numbers_of_examples(data: ExampleData, kept: Any) -> Collection[str] | None:
    """As Served.numbers, of labelled or measured sequences."""
    if data.id is not None or data.query is not None or data.format.given:
        return None
    beside = (one.columns for one in kept.beside.values() if one.known is None)
    return {*(kept.columns or ()), *itertools.chain.from_iterable(beside)}


def _columns_read(run: Run) -> Sequence[ColumnCard]:
    """Those that were read to train a run; none where nothing tells."""
    try:
        table = DataCard.model_validate_json(read_regular(run.card)).table
    except (OSError, ValueError):
        return ()
    return () if table is None else table.columns


def _value(card: ColumnCard | None, share: float) -> float | int | str:
    if card is None:
        return 0
    if card.categories:
        return card.categories[0]
    low, high = card.minimum or 0.0, card.maximum or 0.0
    value = low + share * (high - low)
    if low.is_integer() and high.is_integer():  # ids, counts, yes and no
        return round(value)
    return float(f"{value:.4g}")
