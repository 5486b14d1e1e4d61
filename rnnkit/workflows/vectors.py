"""`embedding: {vectors: FILE}`: what a file of word vectors has for the tokens of a model."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rnnkit.config.layers import Embedding
from rnnkit.config.stack import LayerSummary
from rnnkit.data.preprocessing import Names
from rnnkit.errors import ConfigError, DataError
from rnnkit.models.start import ROWS, Beginning
from rnnkit.models.transfer import inputs_of
from rnnkit.word_vectors import Vectors, read_vectors
from rnnkit.words import counted, named
from rnnkit.workflows.check import Checked


def with_vectors(checked: Checked) -> dict[str, tuple[LayerSummary, str]]:
    """The embeddings that begin with word vectors, by name: each and its file."""
    return {
        row.name: (row, row.layer.vectors)
        for row in checked.stack.summaries
        if isinstance(row.layer, Embedding) and row.layer.vectors is not None
    }


def vector_beginnings(checked: Checked, names: Names) -> Iterator[tuple[Beginning, str, str]]:
    """What each of them begins with, its file, and the SHA-256 of that.

    Args:
        checked: the config.
        names: what the ids of its inputs stand for.

    Raises:
        ConfigError: the ids have no names, or the file is damaged, of another width, or has none
            of the tokens.
    """
    reads = inputs_of(checked.stack)
    for name, (row, path) in with_vectors(checked).items():
        ids = names.inputs.get(reads[name])
        if not ids:
            raise _refused(checked, row, "the data are ids, and not tokens that a file could know")
        try:
            found = read_vectors(path, ids)
        except DataError as error:
            raise _refused(checked, row, str(error)) from None
        if not found.numbers:
            raise _refused(checked, row, f"{path} has none of the tokens, {named(tuple(ids))}")
        rows = np.stack(list(found.numbers.values()))
        if rows.shape[1] != row.output_shape[-1]:
            message = f"output_dim is {row.output_shape[-1]}, {path} has {rows.shape[1]} numbers"
            raise _refused(checked, row, f"{message} a word: remove output_dim")
        here = np.array([ids[token] for token in found.numbers], np.int64)
        text = _text(found, len(ids), path)
        there = np.arange(len(here))
        yield Beginning(name, text, True, ROWS, here, there, [rows]), path, found.sha256


def _text(found: Vectors, tokens: int, path: str) -> str:
    text = f"{len(found.numbers):,} of {counted(tokens, 'token')} have a vector in {path}"
    if found.lowered:
        text += f", {found.lowered:,} that of their lower case"
    left = tokens - len(found.numbers)
    return f"{text}; {left:,} drawn" if left else text


def _refused(checked: Checked, row: LayerSummary, reason: str) -> ConfigError:
    path = (*row.path, "vectors")
    return ConfigError([checked.loaded.problem(path, f"embedding: vectors: {reason}", key=False)])
