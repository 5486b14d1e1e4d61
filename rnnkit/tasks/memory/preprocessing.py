"""What a run keeps of a generated problem: which it was, how long, and how it is written."""

from __future__ import annotations

from typing import Literal

from rnnkit.config.stack import InputFacts
from rnnkit.data.preprocessing import Preprocessing
from rnnkit.tasks.memory.problems import COPIED, SYMBOLS


class MemoryPreprocessing(Preprocessing):
    """Everything that decides a model's input and output."""

    problem: Literal["adding", "copy"]
    length: int  # as in the config
    ids: bool  # copy's symbols as integers, for an embedding

    @property
    def steps(self) -> int:
        """T, all steps of a sequence."""
        return self.length + 2 * COPIED if self.problem == "copy" else self.length

    @property
    def facts(self) -> InputFacts:
        if self.problem == "adding":
            return InputFacts((self.steps, 2), outputs=1)
        if self.ids:
            return InputFacts((self.steps,), integer=True, vocabulary=SYMBOLS, outputs=SYMBOLS)
        return InputFacts((self.steps, SYMBOLS), outputs=SYMBOLS)
