"""Dataset: the parts that training reads, whatever the task. Each kind of data has its own."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from rnnkit.data.preprocessing import Preprocessing

PADDING_VALUE = -1.0e9  # every feature of a padded time step, in the model's input
PADDING_ID = 0


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Dataset:
    """Everything that the data section of a config leads to; the parts are Feeds."""

    source: str  # the name of the embedded data, or the file's
    sha256: str  # of the source
    train: Any
    validation: Any | None
    test: Any | None
    preprocessing: Preprocessing

    @property
    def held_back(self) -> tuple[Any, str] | None:
        """The part to judge a model by and its name: test, else validation, else None."""
        if self.test is not None:
            return self.test, "test"
        return None if self.validation is None else (self.validation, "validation")

    @property
    def description(self) -> str:
        """One line for people: the source, how much each part holds, and the shapes."""
        raise NotImplementedError

    @property
    def sizes(self) -> str:
        """`60,000 train, 10,000 test`: for `description`."""
        sizes = [f"{len(self.train):,} train"]
        if self.validation is not None and self.validation is not self.test:
            sizes.append(f"{len(self.validation):,} validation")
        if self.test is not None:
            name = "test (= validation)" if self.validation is self.test else "test"
            sizes.append(f"{len(self.test):,} {name}")
        return ", ".join(sizes)

    @property
    def bytes(self) -> int:
        """Memory that the parts take."""
        raise NotImplementedError

    def verify(self) -> Sequence[str]:
        """What should be known before training, as sentences.

        Raises:
            DataError: a model trained on these parts could not be judged by them.
        """
        return ()
