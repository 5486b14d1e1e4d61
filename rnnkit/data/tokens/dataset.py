"""TokenDataset: running text or sequences in parts, ready for the model."""

from __future__ import annotations

import dataclasses
import functools
from typing import Any

from rnnkit.data.card import DataCard, TableCard
from rnnkit.data.dataset import Dataset
from rnnkit.data.tokens.batches import SequencePart
from rnnkit.data.tokens.preprocessing import TokenPreprocessing
from rnnkit.data.tokens.streams import TextPart
from rnnkit.words import counted

TokenPart = TextPart | SequencePart
NOUNS = {"character": "character", "word": "word", "item": "token"}


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class TokenDataset(Dataset[TokenPreprocessing, TokenPart]):
    """Tokens to predict one by one."""

    table: TableCard | None = None

    @functools.cached_property
    def card(self) -> DataCard:
        vocabulary = self.preprocessing.vocabulary
        known: dict[str, Any] = {"unit": NOUNS[vocabulary.level], "alphabets": vocabulary.alphabets}
        if isinstance(self.train, SequencePart):
            lengths = self.train.sequences.lengths
            extremes = (int(lengths.min()), int(lengths.max()))
            known |= {"unit": "sequence", "table": self.table, "lengths": extremes}
        return super().card.model_copy(update=known)

    @property
    def description(self) -> str:
        """`shakespeare: 715,455 train, 79,495 validation characters, 72 different`."""
        named = {"train": self.train, "validation": self.validation, "test": self.test}
        parts = [f"{len(part):,} {name}" for name, part in named.items() if part is not None]
        vocabulary = self.preprocessing.vocabulary
        noun = NOUNS[vocabulary.level]
        different = f"{len(vocabulary):,} different {noun}s"
        if isinstance(self.train, SequencePart):
            tokens = sum(
                int(part.sequences.lengths.sum())
                for part in named.values()
                if isinstance(part, SequencePart)
            )
            what = f"sequence{'s' * (len(parts) > 1 or len(self.train) > 1)} of "
            what += f"{counted(tokens, noun)} in all, {different}"
        else:
            what = f"{noun}s, {different}"
        return f"{self.source}: {', '.join(parts)} {what}"

    @property
    def longest(self) -> int:
        train = self.train
        return train.window if isinstance(train, TextPart) else int(train.sequences.lengths.max())

    @property
    def bytes(self) -> int:
        if isinstance(self.train, TextPart):
            return int(self.train.ids.nbytes)
        return int(self.train.sequences.values.nbytes)
