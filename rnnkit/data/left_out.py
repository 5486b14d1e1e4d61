"""Which of many files or tunes cannot be read, and why -> a sentence."""

from __future__ import annotations

import dataclasses

from rnnkit.words import counted

MOST_REASONS = 4


@dataclasses.dataclass
class LeftOut:
    """What could not be read among the `total` of a source."""

    total: int = 0
    found: dict[str, list[str]] = dataclasses.field(default_factory=dict)  # places by reason

    def add(self, place: str, reason: str) -> None:
        """One more; a place is a file, or a file and a line."""
        self.found.setdefault(reason, []).append(place)

    @property
    def count(self) -> int:
        return sum(map(len, self.found.values()))

    def sentence(self, what: str) -> str:
        """`2 of 9 tunes {what}: no notes (2, the first at a.abc:12)`; the commonest reasons."""
        ranked = sorted(self.found.items(), key=lambda item: -len(item[1]))
        said = [
            f"{reason} ({f'{len(places):,}, the first ' * (len(places) > 1)}at {places[0]})"
            for reason, places in ranked[:MOST_REASONS]
        ]
        rest = sum(len(places) for _, places in ranked[MOST_REASONS:])
        said += [f"{rest:,} more for other reasons"] if rest else []
        return f"{self.count:,} of {counted(self.total, 'tune')} {what}: {'; '.join(said)}"
