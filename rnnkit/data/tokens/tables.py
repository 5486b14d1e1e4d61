"""A table -> a Corpus: an event log, a token a row, or a whole sequence a row.

DuckDB takes 0.2 s to import: import this module only where a table is read.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rnnkit.config.tables import TableSection
from rnnkit.data.columns import named_columns, require_columns
from rnnkit.data.numbers import factorize, read_times
from rnnkit.data.sequences import order_of
from rnnkit.data.tables.files import TableFiles
from rnnkit.data.tables.query import Query, open_table
from rnnkit.data.tables.table import Table
from rnnkit.data.tokens.corpus import Corpus, number, of_sequences
from rnnkit.data.tokens.pieces import SEQUENCE_RAM, refuse_many
from rnnkit.data.tokens.preprocessing import EventColumns
from rnnkit.data.tokens.splitting import Splitter
from rnnkit.errors import DataError


def read_corpus(
    files: Sequence[Path], splitter: Splitter, columns: EventColumns | None, data: TableSection
) -> Corpus:
    """The sequences of a table.

    Args:
        files: it stands in them, end to end.
        splitter: how text is read.
        columns: where the tokens stand; None where the only column holds them.
        data: how the files are written and what is asked of them.

    Raises:
        DataError: a column is missing, or a field holds no token.
    """
    found = open_table(files, data)
    columns = _columns_there(found, columns)
    text = [c for c in (columns.token, columns.sequence, columns.time) if c]
    table = found.read(numbers=(), text=text)
    table.refuse_larger(SEQUENCE_RAM * table.rows)
    if columns.sequence is None:
        corpus = _sequence_a_row(table, splitter, columns)
    else:
        corpus = _token_a_row(table, splitter, columns, columns.sequence)
    named = {"token": columns.token, "sequence": columns.sequence, "time": columns.time}
    roles = {column: key for key, column in named.items() if column is not None}
    return dataclasses.replace(corpus, card=table.card(roles))


def _columns_there(found: TableFiles | Query, columns: EventColumns | None) -> EventColumns:
    if columns is None:
        unnamed = f"{found.where}: name the column with the tokens in data.token"
        wrong = [(("data", "token"), unnamed)] if len(found.names) != 1 else []
        require_columns(found.where, found.names, [], wrong=wrong)
        return EventColumns(token=found.names[0])
    wanted = named_columns(columns, "token", "sequence", "time")
    require_columns(found.where, found.names, wanted)
    return columns


def _token_a_row(table: Table, splitter: Splitter, columns: EventColumns, sequence: str) -> Corpus:
    """An event log: the rows of one sequence, in the order of their times."""
    codes, values, _ = factorize(table, columns.token)
    group, names, _ = factorize(table, sequence)  # numbered as they first appear
    stamps = [] if columns.time is None else [read_times(table, columns.time)]
    order = order_of([group, *stamps])
    lengths = np.bincount(group, minlength=len(names)).astype(np.intp)
    times = stamps[0][order[np.cumsum(lengths) - lengths]] if stamps else None
    texts = [str(value) for value in values]  # .jsonl can hold both 1 and "1"
    changed = any(map(splitter.changes, texts))
    as_text, symbols = number(map(splitter.normalized, texts))
    return Corpus(
        as_text[codes[order]],
        symbols,
        lengths,
        times,
        columns,
        normalized=changed,
        names=np.array(list(map(str, names)), object),
    )


def _sequence_a_row(table: Table, splitter: Splitter, columns: EventColumns) -> Corpus:
    fields = table.fields(columns.token)
    signs = sum(len(field) for field in fields if isinstance(field, str))
    refuse_many(signs, len(fields), splitter.level, table.where)
    sequences = [
        _tokens(table, columns.token, row, field, splitter) for row, field in enumerate(fields)
    ]
    changed = any(splitter.changes(str(field)) for field in fields)
    return of_sequences(sequences, columns=columns, normalized=changed)


def _tokens(table: Table, column: str, row: int, field: Any, splitter: Splitter) -> Sequence[str]:
    """A field's tokens: text is split, a list holds one token an element."""
    if isinstance(field, list):
        tokens = [splitter.normalized(str(token)) for token in field]
    elif isinstance(field, str):
        tokens = splitter.split(field)
    else:
        tokens = [] if field != field or field is None else [str(field)]  # NaN differs from itself
    if not tokens:
        raise DataError(f"{table.place(row)}, column '{column}': no token")
    return tokens
