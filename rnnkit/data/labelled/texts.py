"""Texts with one label each -> Examples of tokens, numbered by what the training part knows.

A model reads id 0 as padding; a token's id is its place in the vocabulary plus one.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.keys import Keys
from rnnkit.data.labelled.examples import Examples
from rnnkit.data.labelled.preprocessing import PADDING
from rnnkit.data.labelled.section import LabelledData
from rnnkit.data.sequences import Indices, Sequences
from rnnkit.data.tables.table import Table
from rnnkit.data.tokens.corpus import Corpus, of_sequences
from rnnkit.data.tokens.counting import build_vocabulary
from rnnkit.data.tokens.pieces import refuse_many
from rnnkit.data.tokens.splitting import Splitter, runs_notes
from rnnkit.data.tokens.vocabulary import Vocabulary
from rnnkit.errors import DataError
from rnnkit.words import counted


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Texts(Examples):
    """N texts as examples; what tells them apart is their tokens, whatever they are called."""

    written: NDArray[np.object_]  # (N,) str
    symbols: tuple[str, ...]  # the token of each code in `sequences`

    @property
    def keys(self) -> Keys:
        return super().keys if self.content is None else self.content

    @property
    def looked_at(self) -> Self:
        return self

    def take(self, indices: Indices) -> Self:
        return dataclasses.replace(super().take(indices), written=self.written[indices])

    def encoded(self, vocabulary: Vocabulary) -> Self:
        """The same, as ids for a model: tokens that the vocabulary lacks are its <unk>."""
        ids = vocabulary.encode_tokens(self.symbols) + np.int32(PADDING)
        values = ids[self.sequences.values]
        return dataclasses.replace(
            self, sequences=dataclasses.replace(self.sequences, values=values)
        )


def read_texts(
    written: Sequence[str],
    known: Examples,
    splitter: Splitter,
    place: Callable[[int], str],
    *,
    where: str,
) -> Texts:
    """Cut texts into tokens.

    Args:
        written: the N texts.
        known: what else is known of them.
        splitter: how a text is read.
        place: where a text stands, for messages.
        where: all of them do.

    Raises:
        DataError: a text without a token, or more of them than fit the RAM.
    """
    refuse_many(sum(map(len, written)), len(written), splitter.level, where)
    corpus = of_sequences([splitter.split(text) for text in written])
    lengths = np.zeros(0, np.intp) if corpus.lengths is None else corpus.lengths
    if (empty := np.flatnonzero(lengths == 0)).size:
        raise DataError(
            f"{place(int(empty[0]))}: a text without a {splitter.level} "
            f"({counted(len(empty), 'such text')}): remove it, or write what it should be"
        )
    sequences = Sequences.of_lengths(np.asarray(corpus.codes)[:, None], lengths)
    return Texts(
        **{**vars(known), "sequences": sequences, "content": corpus.content},
        written=np.array([*written, None], object)[:-1],  # of str alone numpy would make arrays
        symbols=tuple(corpus.symbols),
    )


def column_texts(table: Table, column: str) -> list[str]:
    """The text of each row of a table.

    Raises:
        DataError: a field that is a list, or has no value.
    """
    found = []
    for row, field in enumerate(table.fields(column)):
        if field is None or field != field or isinstance(field, list | dict):  # NaN is none
            what = "no text" if field is None or field != field else "a list or an object"
            raise DataError(f"{table.place(row)}, column '{column}': {what}")
        found.append(str(field))
    return found


def as_texts(parts: Mapping[str, Examples]) -> dict[str, Texts]:
    """Parts that hold texts; empty where they do not."""
    return {part: examples for part, examples in parts.items() if isinstance(examples, Texts)}


def choose_vocabulary(train: Texts, data: LabelledData, where: str) -> Vocabulary:
    """The tokens that stand `min_count` times in the training part, and <unk>.

    Raises:
        DataError: too many of them.
    """
    corpus = Corpus(codes_of(train), list(train.symbols))
    return build_vocabulary(corpus, len(corpus.codes), data, where=where)[0]


def notes_on(parts: Mapping[str, Texts], data: LabelledData, where: str) -> list[str]:
    """What a user may not expect of texts, as sentences."""
    notes = []
    texts = [text for part in parts.values() for text in part.written.tolist()]
    if any(map(data.splitter.changes, texts)):
        form = data.normalization
        notes.append(
            f"{where}: some letters are written in another form than Unicode's {form}; all are "
            f"read as {form} (data.normalization: none keeps them)"
        )
    symbols = next(iter(parts.values())).symbols
    notes += runs_notes(symbols, data.level, where)
    lengths = np.concatenate([part.sequences.lengths for part in parts.values()])
    cut = int((lengths > data.max_length).sum()) if data.max_length else 0
    if cut:
        end = {"pre": "beginning", "post": "end"}[data.truncating]
        notes.append(
            f"{where}: {cut:,} of {counted(len(lengths), 'text')} are longer than data.max_length "
            f"(={data.max_length}) and lose their {end}"
        )
    return notes


def codes_of(examples: Texts) -> NDArray[Any]:
    """Of the tokens of all texts, end to end, (S,)."""
    codes: NDArray[Any] = examples.sequences.values[examples.sequences.rows, 0]
    return codes
