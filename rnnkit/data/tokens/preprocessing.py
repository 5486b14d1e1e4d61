"""What was learnt from tokens, which new text must be read with: the vocabulary."""

from __future__ import annotations

import dataclasses

from rnnkit.config.stack import InputFacts
from rnnkit.data.batch import INPUT
from rnnkit.data.preprocessing import Names, Preprocessing, numbered
from rnnkit.data.tokens.vocabulary import Vocabulary


@dataclasses.dataclass(frozen=True)
class EventColumns:
    """Where the tokens stand in a table or .jsonl."""

    token: str  # an action a row; or, without `sequence`, a whole sequence a row
    sequence: str | None = None  # the column that names the sequence
    time: str | None = None  # the column to sort by; None keeps the rows' order


class TokenPreprocessing(Preprocessing):
    """The tokens that a model knows, and where they stood."""

    vocabulary: Vocabulary
    column: str | None = None  # of a table; None: the source was text
    tunes: bool = False  # the source was text in ABC notation

    @property
    def facts(self) -> InputFacts:
        """The input and output of a model of these tokens."""
        size = len(self.vocabulary)
        return InputFacts((None,), integer=True, vocabulary=size, outputs=size)

    @property
    def names(self) -> Names:
        tokens = numbered(self.vocabulary.tokens)
        return Names({INPUT: tokens}, tokens)
