"""Sequences whose rows each have an answer -> windows of them, each with the answer at its end."""

from __future__ import annotations

import dataclasses

import numpy as np

from rnnkit.data.beside import rows_of
from rnnkit.data.labelled.examples import Examples, Labels
from rnnkit.data.measured.section import MeasuredData
from rnnkit.data.sequences import Indices, Sequences, places
from rnnkit.errors import DataError
from rnnkit.words import counted, quoted

SHOWN = 3  # ids that a message names


@dataclasses.dataclass(frozen=True, eq=False)
class Windows:
    """W windows as examples; their values are those of the sequences, not copies."""

    examples: Examples
    ends: Indices | None  # (W,) the row of its sequence that each ends with, from 1
    note: str = ""  # on sequences that are too short for one


def cut_windows(
    examples: Examples, data: MeasuredData, where: str, *, answered: bool = True
) -> Windows:
    """Every window, those of a sequence after one another, the last ending as late as it can.

    Args:
        examples: whole sequences, with the targets of each row where there are any.
        data: says how long windows are, and how far apart.
        where: the source, for messages.
        answered: windows need an answer, `horizon` rows after their end.

    Raises:
        DataError: no window fits.
    """
    window = data.window or 1
    fewest, later = data.shortest or window, data.horizon if answered else 0
    starts, lengths = examples.sequences.starts, examples.sequences.lengths
    usable = lengths - later  # the row that the last window ends with
    counts = np.maximum(0, (usable - fewest) // data.stride + 1)
    if not counts.any():
        raise DataError(f"{where}: no window fits: {_too_short(examples, data, counts, later)}")
    sequence = np.repeat(np.arange(len(starts)), counts)
    ends = usable[sequence] - data.stride * (counts[sequence] - 1 - places(counts))
    kept = np.minimum(ends, window)
    last = starts[sequence] + ends  # the row after the window
    targets = None if examples.course is None else examples.course[last - 1 + later]
    cut = Examples(
        Sequences(examples.sequences.values, last - kept, kept),
        Labels.none(len(sequence)),
        None if examples.names is None else examples.names[sequence],
        targets=targets,
        beside=rows_of(examples.beside, sequence),
    )
    note = "" if counts.all() else f"{where}: {_too_short(examples, data, counts, later)}"
    return Windows(cut, ends, note)


def _too_short(examples: Examples, data: MeasuredData, counts: Indices, later: int) -> str:
    """Which sequences give none, and what would."""
    short = np.flatnonzero(counts == 0)
    lengths = examples.sequences.lengths[short]
    names = [] if examples.names is None else [str(n) for n in examples.names[short[:SHOWN]]]
    fewest = data.shortest or data.window or 1
    takes = f"takes {fewest:,}" + (f", and {later:,} more to its answer" if later else "")
    low, high = int(lengths.min()), int(lengths.max())
    rows = f"{low:,} to {high:,}" if low < high else f"{low:,}"
    fits = low - later
    hint = f"; data.shortest: {fits} pads them" if fits > 0 else ""
    more = " ..." if len(short) > len(names) else ""
    return (
        f"{len(short):,} of {counted(len(counts), data.id or 'sequence')} ({quoted(names)}{more}), "
        f"of {rows} rows, too short for a window, which {takes}{hint}"
    )
