"""A table -> a Corpus: an event log, a token a row, or a whole sequence a row.

Both are gone through some rows at a time; the codes of a large one go to disk.

DuckDB takes 0.2 s to import: import this module only where a table is read.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import itertools
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.config.tables import TableSection
from rnnkit.data.cache import Place, existing
from rnnkit.data.card import TableCard
from rnnkit.data.columns import named_columns, require_columns
from rnnkit.data.files import checksum
from rnnkit.data.keys import name_keys
from rnnkit.data.numbers import no_time, refuse_lacking
from rnnkit.data.ram import is_large
from rnnkit.data.store import Stored, Writer, read_stored, stored
from rnnkit.data.tables.files import TableFiles
from rnnkit.data.tables.query import Query, open_table, other_tables, read_as
from rnnkit.data.tables.table import PIECE, Table
from rnnkit.data.tokens.corpus import NONE, Corpus, number, numbering
from rnnkit.data.tokens.pieces import SEQUENCE_RAM, SYMBOL_RAM, TOKEN_RAM
from rnnkit.data.tokens.preprocessing import EventColumns
from rnnkit.data.tokens.splitting import Splitter
from rnnkit.data.tokens.vocabulary import DiskIds, Ids, narrow
from rnnkit.errors import DataError

_ON_DISK = 4  # bytes of a row of a log at most
_ROW_RAM = 80  # and of RAM: more than it takes, as it is read from the disk nearly as fast
_FIELDS = 10_000  # whole sequences that are read at once
_Take = Callable[[Ids], object]  # called with the codes of some rows, in order
_ARRAYS = ("lengths", "times", "keys")  # of a Corpus, beside its codes


def read_corpus(
    files: Sequence[Path],
    splitter: Splitter,
    columns: EventColumns | None,
    data: TableSection,
    place: Place | None = None,
    *,
    sha256: str | None = None,
) -> Corpus:
    """The sequences of a table.

    Args:
        files: it stands in them, end to end.
        splitter: how text is read.
        columns: where the tokens stand; None where the only column holds them.
        data: how the files are written and what is asked of them.
        place: where the codes go that are too large for the RAM.
        sha256: of all files, where it is known.

    Raises:
        DataError: a column is missing, a field holds no token, or there is nowhere to convert it.
        RunError: the disk is too small.
    """
    key = functools.partial(_key, files, splitter, columns, data, sha256)
    if before := existing(place, key, read_stored):
        return _corpus_in(before)
    found = open_table(files, data, None if place is None else place.folder)
    columns = _columns_there(found, columns)
    named = {"token": columns.token, "sequence": columns.sequence, "time": columns.time}
    roles = {column: key for key, column in named.items() if column is not None}
    table = found.read(numbers=(), text=list(roles))
    read = functools.partial(_read, table, splitter, columns, roles)
    if columns.sequence is None:
        size = table.signs(columns.token)  # a character takes a byte, a word fewer than it has
        needed = TOKEN_RAM * size
    else:
        size, needed = _ON_DISK * table.rows, _ROW_RAM * table.rows
    if not is_large(needed):
        pieces: list[Ids] = []
        known = read(pieces.append)
        return dataclasses.replace(known, codes=np.concatenate(pieces))
    fill = functools.partial(_fill, read=read)
    return _corpus_in(stored(place, key(), fill, size=size, what=found.where))


@contextlib.contextmanager
def outline(
    files: Sequence[Path],
    splitter: Splitter,
    columns: EventColumns | None,
    data: TableSection,
    place: Place | None,
) -> Iterator[Corpus]:
    """What `read_corpus` gives; without a conversion one is made that lasts as long as the context.

    The arguments are those of `read_corpus`.
    """
    key = functools.partial(_key, files, splitter, columns, data, None)
    if before := existing(place, key, read_stored):
        yield _corpus_in(before)
        return
    with tempfile.TemporaryDirectory(prefix="rnnkit-") as folder:
        yield read_corpus(files, splitter, columns, data, Place(Path(folder)))


def _key(
    files: Sequence[Path],
    splitter: Splitter,
    columns: EventColumns | None,
    data: TableSection,
    sha256: str | None,
) -> dict[str, Any]:
    """What the codes on disk follow from."""
    joined = itertools.chain.from_iterable(other_tables(data).values())
    return {
        "sha256": sha256 or checksum([*files, *joined]),
        "text": dataclasses.asdict(splitter),
        "columns": None if columns is None else dataclasses.asdict(columns),
        **read_as(data),
    }


def _corpus_in(found: Stored) -> Corpus:
    """What was written, its codes on disk."""
    symbols: list[str] = found.rest["symbols"]
    return Corpus(
        DiskIds(found.arrays["codes"], np.arange(len(symbols), dtype=np.int32)),
        symbols,
        **{name: found.arrays[name][:] for name in _ARRAYS if name in found.arrays},
        columns=EventColumns(**found.rest["columns"]),
        card=TableCard.model_validate_json(found.rest["card"]),
        notes=tuple(found.rest["notes"]),
        normalized=found.rest["normalized"],
    )


def _columns_there(found: TableFiles | Query, columns: EventColumns | None) -> EventColumns:
    if columns is None:
        unnamed = f"{found.where}: name the column with the tokens in data.token"
        wrong = [(("data", "token"), unnamed)] if len(found.names) != 1 else []
        require_columns(found.where, found.names, [], wrong=wrong)
        return EventColumns(token=found.names[0])
    wanted = named_columns(columns, "token", "sequence", "time")
    require_columns(found.where, found.names, wanted)
    return columns


def _fill(writer: Writer, *, read: Callable[[_Take], Corpus]) -> dict[str, Any]:
    """Write the codes, some at a time; what else is known of them."""
    known = read(lambda codes: writer.add("codes", narrow(codes, int(codes.max()))))
    for name in _ARRAYS:
        if (array := getattr(known, name)) is not None:
            writer.add(name, array)
    assert known.columns is not None
    assert known.card is not None
    return {
        "symbols": known.symbols,
        "normalized": known.normalized,
        "columns": dataclasses.asdict(known.columns),
        "card": known.card.model_dump_json(),
        "notes": known.notes,
    }


def _read(
    table: Table, splitter: Splitter, columns: EventColumns, roles: dict[str, str], take: _Take
) -> Corpus:
    """Hand over the codes of all tokens, some at a time; the Corpus without them."""
    if columns.sequence is None:
        corpus = _sequence_a_row(table, splitter, columns, take)
    else:
        corpus = _token_a_row(table, splitter, columns, columns.sequence, take)
    notes, card = tuple(table.notes), table.card(roles)
    return dataclasses.replace(corpus, columns=columns, card=card, notes=notes)


def _token_a_row(
    table: Table, splitter: Splitter, columns: EventColumns, sequence: str, take: _Take
) -> Corpus:
    """An event log: the rows of one sequence, in the order of their times."""
    refuse_lacking(table, columns.token)
    refuse_lacking(table, sequence)
    different, sequences = table.number(columns.token), table.number(sequence)
    table.refuse_larger(SYMBOL_RAM * different + SEQUENCE_RAM * sequences)
    table.in_sequences(columns.token, sequence, columns.time)
    found = table.ask(
        "SELECT count(*) AS lengths, min(time) AS times, min(number) FILTER (time IS NULL) AS wrong"
        " FROM events GROUP BY sequence ORDER BY sequence"
    )
    if columns.time is not None and (wrong := np.ma.compressed(found["wrong"])).size:
        numbers = found["times"].dtype.kind != "M"
        raise no_time(table, columns.time, int(wrong.min()), numbers=numbers)
    values = itertools.chain.from_iterable(table.numbered(columns.token))
    texts = list(map(str, values))  # .jsonl can hold both 1 and "1"
    known = numbering()
    as_text = number(map(splitter.normalized, texts), known)
    for start in range(0, table.rows, PIECE):
        some = f"rowid >= {start} AND rowid < {start + PIECE}"
        take(as_text[table.ask(f"SELECT token FROM events WHERE {some}")["token"]])
    return Corpus(
        NONE,
        list(known),
        found["lengths"].astype(np.intp),
        None if columns.time is None else np.asarray(found["times"]),
        normalized=any(map(splitter.changes, texts)),
        keys=np.concatenate([name_keys(names) for names in table.numbered(sequence)]),
    )


def _sequence_a_row(table: Table, splitter: Splitter, columns: EventColumns, take: _Take) -> Corpus:
    known = numbering()
    lengths: list[NDArray[np.intp]] = []
    changed = False
    table.refuse_larger(SEQUENCE_RAM * table.rows)
    for start in range(0, table.rows, _FIELDS):
        fields = table.fields(columns.token, start, _FIELDS)
        sequences = [
            _tokens(table, columns.token, row, field, splitter)
            for row, field in enumerate(fields, start)
        ]
        take(number(itertools.chain.from_iterable(sequences), known))
        lengths.append(np.array(list(map(len, sequences)), np.intp))
        changed = changed or any(splitter.changes(str(field)) for field in fields)
        table.refuse_larger(SYMBOL_RAM * len(known) + SEQUENCE_RAM * table.rows)
    return Corpus(NONE, list(known), np.concatenate(lengths), normalized=changed)


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
