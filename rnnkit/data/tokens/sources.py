"""A source -> a Corpus: every token as a provisional number, and where sequences end."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from rnnkit.config.tables import TableSection
from rnnkit.data import files
from rnnkit.data.tables import suffix_of
from rnnkit.data.tokens.corpus import Corpus, number, of_sequences
from rnnkit.data.tokens.pieces import count_lines, refuse_many, text_size
from rnnkit.data.tokens.preprocessing import EventColumns
from rnnkit.data.tokens.section import Separator
from rnnkit.data.tokens.splitting import Splitter, code_points
from rnnkit.data.tokens.text import Folder, read_source, separate


def read_corpus(
    source: files.Source | Folder,
    splitter: Splitter,
    *,
    separator: Separator | None,
    columns: EventColumns | None,
    data: TableSection,
) -> Corpus:
    """Read every token of a source.

    Args:
        source: text or a table.
        splitter: how text is read.
        separator: text: what stands between sequences; None: running text.
        columns: table: where the tokens stand; None where the only column holds them.
        data: table: how the files are written and what is asked of them.

    Raises:
        DataError: the source cannot be read, or holds no tokens.
    """
    if not isinstance(source, Folder) and suffix_of(source.path) in files.TABLES:
        from rnnkit.data.tokens import tables  # DuckDB takes 0.2 s to import

        return tables.read_corpus(source.files, splitter, columns, data)
    sequences = 0 if separator is None else count_lines(source)
    refuse_many(text_size(source), sequences, splitter.level, source.where)
    text = read_source(source)
    changed = splitter.changes(text)
    if separator is not None:
        pieces = [splitter.split(piece) for piece in separate(text, separator)]
        return of_sequences(pieces, normalized=changed)
    if splitter.level == "character":
        found = code_points(splitter.normalized(text))
        points, codes = np.unique(found, return_inverse=True)
        symbols = [chr(point) for point in points.tolist()]
        return Corpus(codes.astype(np.int32), symbols, normalized=changed)
    return Corpus(*number(splitter.split(text)), normalized=changed)


def only_text(path: Path) -> bool:
    """Whether the file or folder holds text rather than a table."""
    return path.is_dir() or suffix_of(path) not in files.TABLES
