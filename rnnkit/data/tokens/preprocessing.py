"""What reading new text must repeat: the vocabulary, and how the sequences stand in a file."""

from __future__ import annotations

from typing import Literal

from rnnkit.config.section import Section
from rnnkit.config.stack import InputFacts
from rnnkit.data.preprocessing import Preprocessing
from rnnkit.data.tokens.vocabulary import Vocabulary


class EventColumns(Section):
    """Where the tokens stand in a table or .jsonl."""

    token: str  # an action a row; or, without `sequence`, a whole sequence a row
    sequence: str | None = None  # the column that names the sequence
    time: str | None = None  # the column to sort by; None keeps the rows' order


class TokenPreprocessing(Preprocessing):
    """Everything that turns new text into ids and back."""

    version: Literal[1] = 1
    vocabulary: Vocabulary
    kind: Literal["text", "sequences"]  # running text, or sequences that begin and end
    separator: Literal["line", "blank_line"] = "line"  # between the sequences of a .txt
    columns: EventColumns | None = None  # None: the source was text
    max_length: int | None = None  # longer sequences are cut
    window: int = 128  # steps of a batch of running text

    @property
    def facts(self) -> InputFacts:
        size = len(self.vocabulary)
        return InputFacts((None,), integer=True, vocabulary=size, outputs=size)
