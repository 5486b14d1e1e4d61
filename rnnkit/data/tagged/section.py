"""The `data:` section of tagged sequences: tokens or numbers, with a tag a step."""

from __future__ import annotations

from pathlib import PurePath
from typing import Literal

from pydantic import model_validator

from rnnkit.config.section import PositiveInt, does_not_fit
from rnnkit.config.shares import Shares
from rnnkit.config.tables import Names, Source, TableSection
from rnnkit.data.tables import suffix_of
from rnnkit.datasets import EMBEDDED

TEXT = ".txt"
COLUMN_FILES = (".conllu", ".conll")  # which number their sentences


class TaggedSplit(Shares):
    """Which sequences train, validate and test."""

    column: str | None = None  # a column of the table that says train, validation or test
    group: str | None = None  # a column whose sequences of one value stay in one part


class TaggedData(TableSection):
    """`data:` for tagged sequences: a table with a step a row, or text.

    Text is read as words in lower case, without the marks behind them: the tag of a word is how it
    was written, as in `Word,`. Its sequences stand between blank lines; without any, in lines.
    """

    source: Source  # a table, .conllu, .conll ...; .txt or embedded text
    token: Names | None = None  # with tokens: the first is the input, others stand beside it
    features: Names | None = None  # columns of numbers; None: without `token`, every other one
    exclude: Names | None = None  # columns that are none of these
    tag: str | None = None  # the column with the tag
    sequence: str | None = None  # the column that names the sequence; .conllu, .conll: sentence
    time: str | None = None  # the column to sort by; None keeps the rows' order
    lowercase: bool = False  # tokens are read in lower case; their characters are not
    characters: bool = False  # the characters of the first token are an input of their own
    min_count: PositiveInt = 2  # rarer tokens of training are read as <unk>, as new ones will be
    max_vocabulary: PositiveInt | None = None  # only so many tokens, the most frequent ones
    max_length: PositiveInt | None = None  # longer sequences are read in pieces of so many steps
    scale: Literal["none", "standard", "min_max", "robust"] = "none"  # of the features
    split: TaggedSplit = TaggedSplit()  # what is held back
    limit: PositiveInt | None = None  # a seeded subset: at most so many sequences of each part

    @property
    def is_text(self) -> bool:
        """Whether the source is text rather than a table."""
        if isinstance(self.source, tuple):
            return False
        return self.source in EMBEDDED or suffix_of(PurePath(self.source)) == TEXT

    @property
    def reads_tokens(self) -> bool:
        """Whether the model's input are tokens."""
        return self.is_text or self.token is not None

    @property
    def sequence_column(self) -> str | None:
        """The column that tells the sequences apart."""
        suffix = "" if isinstance(self.source, tuple) else suffix_of(PurePath(self.source))
        return self.sequence or ("sentence" if suffix in COLUMN_FILES else None)

    @model_validator(mode="after")
    def _options_fit(self) -> TaggedData:
        of_tables = ("query", "token", "features", "exclude", "tag", "sequence", "time")
        if self.is_text:
            self._refuse(of_tables, "is for tables, but the source is text")
        if not self.reads_tokens:
            of_tokens = ("lowercase", "characters", "min_count", "max_vocabulary")
            self._refuse(of_tokens, "is for tokens: name their column in `token`")
        if self.reads_tokens and self.features is None:
            self._refuse(("scale", "exclude"), "is for numbers: name their columns in `features`")
        return self

    def _refuse(self, keys: tuple[str, ...], why: str) -> None:
        for key in keys:
            if getattr(self, key) != type(self).model_fields[key].default:
                raise does_not_fit(f"{key} {why}", key)
