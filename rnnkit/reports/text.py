"""Numbers and names -> the words that tables, plots and pages show."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rnnkit.data.wording import printable


def shorten(name: object, length: int) -> str:
    """At most `length` characters on one line; what cannot be printed becomes �."""
    text = printable(" ".join(str(name).split()))
    return text if len(text) <= length else text[: max(0, length - 1)].rstrip() + "…"


def fraction(value: float) -> str:
    """`0.9641`; what is short of 1 is never rounded up to it."""
    return f"{value if value >= 1 else min(value, 0.9999):.4f}"


def percent(value: float) -> str:
    """`2.3 %`."""
    return f"{100 * value:.1f} %"


def measured(value: float) -> str:
    """A loss, metric or rate of any size: `0.1234`, `12.35`, `0.0001`, `2.5e-07`; NaN as a dash."""
    if not math.isfinite(value):
        return "–"
    size = abs(value)
    if size and (size < 1e-3 or size >= 1e6):
        return f"{value:.3g}"
    return f"{value:,.4f}" if size < 10 else f"{value:,.2f}"


def duration(seconds: float) -> str:
    """`4.2 s`, `6 min 12 s`, `2 h 05 min`."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600:,} h {whole % 3600 // 60:02d} min"


def shape(value: Sequence[int | None]) -> str:
    """`28 × 256` for (28, 256), `T × 256` where the length varies; the batch is left out."""
    return " × ".join("T" if size is None else f"{size:,}" for size in value)
