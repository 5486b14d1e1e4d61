"""What a format answers, and what the engine found wrong with a file."""

from __future__ import annotations

from typing import NamedTuple


class Rejected(NamedTuple):
    """A row that the engine left out."""

    line: int
    column: int | None  # of the field that is no number; None: the row itself is wrong
    reason: str
