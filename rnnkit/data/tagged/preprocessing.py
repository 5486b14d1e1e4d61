"""What was learnt from tagged sequences, which new ones must be read with."""

from __future__ import annotations

import dataclasses
from typing import Literal

from rnnkit.data.batch import INPUT
from rnnkit.data.preprocessing import Names, Preprocessing, numbered
from rnnkit.data.scaling import Scale
from rnnkit.data.tagged.vocabulary import CharacterIds, TokenIds


@dataclasses.dataclass(frozen=True)
class Columns:
    """Where the sequences stand in a table."""

    tokens: tuple[str, ...]  # the main input first
    features: tuple[str, ...]
    tag: str
    sequence: str
    time: str | None = None
    group: str | None = None  # names subjects, of whom several sequences can be

    @property
    def roles(self) -> dict[str, str]:
        """The key of the config that each column is read for."""
        several = {"token": self.tokens, "features": self.features}
        roles = {column: key for key, columns in several.items() for column in columns}
        named = {"tag": self.tag, "sequence": self.sequence, "time": self.time}
        return roles | {column: key for key, column in named.items() if column is not None}


class TaggedPreprocessing(Preprocessing):
    """What the training data say of the model's inputs, and of the tags of its output."""

    tags: tuple[str, ...]  # in the order of their numbers
    tag_type: Literal["integer", "text"]
    tokens: dict[str, TokenIds] = {}  # by column; the main input first
    characters: CharacterIds | None = None  # of the first column of tokens
    features: int = 0  # F
    scale: Scale | None = None
    columns: Columns | None = None  # of a table; None: the source was text

    def tag(self, number: int) -> int | str:
        """A tag as the source wrote it, for output."""
        name = self.tags[number]
        return int(name) if self.tag_type == "integer" else name

    @property
    def lengths(self) -> list[tuple[str, int, int]]:
        return [] if self.scale is None else self.scale.lengths(self.features)

    @property
    def names(self) -> Names:
        first = next(iter(self.tokens), None)
        inputs = {INPUT if name == first else name: ids.ids for name, ids in self.tokens.items()}
        return Names(inputs, numbered(self.tags))

    @property
    def scales(self) -> dict[str, Scale]:
        return {} if self.scale is None else {INPUT: self.scale}
