"""The `data:` section of tokens: running text, or sequences that begin and end."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import Literal

from pydantic import model_validator

from rnnkit.config.section import PositiveInt, Section, does_not_fit
from rnnkit.config.shares import Share
from rnnkit.config.tables import Source, TableSection
from rnnkit.data.tables import FORMATS, suffix_of
from rnnkit.data.tokens.splitting import Level, Normalization, Splitter
from rnnkit.datasets import EMBEDDED

Kind = Literal["text", "sequences"]
Separator = Literal["line", "blank_line"]


class TokenSplit(Section):
    """Shares held back. Running text is cut once: training, validation, test, in its order."""

    validation: Share | None = None  # a share
    test: Share | None = None  # a share
    by: Literal["order", "random", "time"] | None = None  # sequences; None: order, the last ones

    @property
    def draws(self) -> bool:
        """Whether anything is held back."""
        return (self.test or self.validation) is not None

    @property
    def in_turn(self) -> dict[str, float | None]:
        """Shares of what is left when validation is taken after test."""
        rest = 1 - (self.test or 0)
        validation = None if self.validation is None else self.validation / rest
        return {"test": self.test, "validation": validation}

    @model_validator(mode="after")
    def _leave_some(self) -> TokenSplit:
        held_back = (self.validation or 0) + (self.test or 0)
        if held_back >= 1:
            raise does_not_fit(
                f"validation and test together (={round(held_back, 6)}) leave nothing to train on"
            )
        return self


class TokenData(TableSection):
    """`data:` for tokens: running text, or sequences that begin and end.

    A .txt or a folder of them is one running text, unless `separator` says how sequences stand in
    it. A table or .jsonl holds sequences: a token a row when `sequence` is given, else one whole
    sequence a row.
    """

    source: Source  # embedded; .txt, a folder, .jsonl .csv .parquet
    level: Level  # one token; item: between white space, or a row's
    normalization: Normalization = "NFC"  # form of Unicode that all text is brought to
    separator: Separator | None = None  # .txt: between sequences; None: running text
    token: str | None = None  # table: the column with the tokens; None: the only column
    sequence: str | None = None  # table: the column that names the sequence
    time: str | None = None  # table: the column to sort by; None keeps the rows' order
    min_count: PositiveInt | None = None  # rarer tokens of the training part become <unk>
    max_vocabulary: PositiveInt | None = None  # only so many tokens, the most frequent ones
    max_length: PositiveInt | None = None  # longer sequences are cut
    split: TokenSplit = TokenSplit()  # what is held back
    limit: PositiveInt | None = None  # only the first so many tokens of a text, or sequences

    @property
    def separated_by(self) -> Separator | None:
        """How sequences stand in a text file; embedded data know it themselves."""
        embedded = EMBEDDED.get(self.named)
        return self.separator or (embedded.separator if embedded else None)

    @property
    def splitter(self) -> Splitter:
        return Splitter(self.level, self.normalization)

    @property
    def from_table(self) -> bool:
        if isinstance(self.source, tuple):
            return True
        return self.source not in EMBEDDED and suffix_of(PurePath(self.source)) in FORMATS

    @property
    def kind(self) -> Kind:
        """One running text, or sequences that begin and end."""
        return "sequences" if self.from_table or self.separated_by else "text"

    @model_validator(mode="after")
    def _options_fit(self) -> TokenData:
        if self.from_table:
            self._refuse({"separator": self.separator}, "is for .txt files, not for tables")
        else:
            columns = {"token": self.token, "sequence": self.sequence, "time": self.time}
            self._refuse({"query": self.query}, "asks tables, but the source is text")
            options = {f"format.{name}": getattr(self.format, name) for name in self.format.given}
            self._refuse(options, "is for tables, but the source is text")
            self._refuse(columns, "names a column of a table, but the source is text")
        if self.kind == "text":
            self._refuse({"max_length": self.max_length}, "cuts sequences; this is running text")
            by = {"split.by": self.split.by if self.split.by != "order" else None}
            self._refuse(by, "chooses sequences; running text is split in its order")
        if self.sequence is None:
            self._refuse({"time": self.time}, "sorts the rows of a sequence: give `sequence` too")
        elif self.token is None:
            self._refuse({"sequence": self.sequence}, "names sequences: give `token` too")
        elif self.level != "item":
            why = "means that a row holds one token: level must be item"
            self._refuse({"sequence": self.sequence}, why)
        if self.split.by == "time" and self.time is None:
            self._refuse({"split.by": "time"}, "needs `time`, the column to sort by")
        return self

    @staticmethod
    def _refuse(options: Mapping[str, object], why: str) -> None:
        for name, value in options.items():
            if value is not None:
                raise does_not_fit(f"{name} (={value}) {why}", *name.split("."))
