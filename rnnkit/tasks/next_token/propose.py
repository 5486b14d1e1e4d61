"""Text, or a table of texts or of events -> a config that predicts the next token."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence

from rnnkit.config.draft import Key
from rnnkit.data.look.columns import Column
from rnnkit.data.look.source import Look
from rnnkit.data.look.table import TableLook
from rnnkit.data.look.text import TextLook
from rnnkit.data.tables.engine import identifier
from rnnkit.errors import DataError
from rnnkit.tasks.proposing import (
    Proposal,
    adam,
    early_stopping,
    epochs_for,
    order_of,
    recurrent_weights,
)
from rnnkit.words import counted, named

_SPOKEN = 0.7  # of the words have letters only: a language that people speak
_REPEATED = 0.05  # different words of all
_SHORT_LINE = 40  # characters
_PROSE = 3  # words of a text: more are sentences
_LINES, _COLUMNS = 200, 10  # that are counted
_TINY, _SMALL, _MIDDLING = 1_000, 60_000, 300_000  # tokens
_OF_AN_EVENT = 5  # rows at least, on average, where nothing tells sequences apart
_BEGINNING = 1 << 16  # bytes
_EVENTS = 10_000  # different tokens of an event log, at most
_EVENT = re.compile(r"(.*[^a-z])?(activity|action|event|move|token|concept:name|play|page)", re.I)


def propose(look: Look) -> Proposal | None:
    """See `rnnkit.tasks.contract.Task.propose`."""
    if isinstance(look, TextLook):
        return _of_text(look)
    return _of_table(look) if isinstance(look, TableLook) else None


def _of_text(look: TextLook) -> Proposal | None:
    if not look.running:
        return None
    level, why = _level(look)
    data = [Key("level", level, why)]
    separator = _separator(look, level)
    if separator is not None:
        data.append(Key("separator", *separator))
    words = look.words.total() * look.size // max(1, len(look.beginning.encode()))
    tokens = look.size if level == "character" else words
    pieces = len(look.lines) if separator is None else _pieces(look, separator[0])
    if pieces > 1 or separator is None:
        what = "of the text" if separator is None else "of the sequences"
        data += _split(tokens, pieces, f"the last tenth {what}", text=separator is None)
    doubts = ["level: " + why]
    doubts += ["separator: " + separator[1]] if separator else ["separator: none: one running text"]
    columns = {len(line.split()) for line in look.lines[:_LINES]}
    if look.blank_lines and len(columns) == 1 and 1 < max(columns) <= _COLUMNS:
        doubts.insert(0, f"task: each line has {max(columns)} words: named .conll it is a table")
    distinct = len(set(look.beginning)) if level == "character" else len(look.words)
    held_back = any(key.name == "split" for key in data)
    return Proposal(
        fit=0.9,
        why="it is text",
        data=data,
        **_model(tokens, distinct, pieces, text=separator is None, held_back=held_back),
        doubts=doubts,
    )


def _level(look: TextLook) -> tuple[str, str]:
    if look.asked.level is not None:
        return look.asked.level, "as asked for"
    if look.tunes:
        return "character", "melodies in ABC notation are read sign by sign"
    total, distinct = look.words.total(), len(look.words)
    if total > 200 and distinct < _REPEATED * total and look.spoken < _SPOKEN:
        return (
            "item",
            f"{distinct:,} different words with digits and signs among {total:,}",
        )
    return "character", "letters need no vocabulary; word is quicker where there is much text"


def _separator(look: TextLook, level: str) -> tuple[str, str] | None:
    if look.tunes:
        return "blank_line", "a tune ends there"
    if level == "item" or (len(look.lines) == 1 and look.size < _TINY):
        return "line", "each line is a sequence of its own"
    if look.blank_lines == 0 and look.line_length <= _SHORT_LINE:
        return "line", "short lines without blank ones between: each is a sequence of its own"
    return None


def _pieces(look: TextLook, separator: str) -> int:
    return len(look.lines) if separator == "line" else look.blank_lines + 1


def _of_table(look: TableLook) -> Proposal | None:
    texts = [c for c in look.of_kind("text") if c.values == c.rows]
    lists = [c for c in look.of_kind("list") if c.values == c.rows]
    if look.asked.target is not None:
        texts = [c for c in texts if c.name == look.asked.target]
    wanted = look.asked.task == "next_token"
    found = look.sequences or look.interleaved
    if found and look.asked.id is None and found == look.interleaved and _EVENT.fullmatch(found[0]):
        found = None  # it is what happens
    if found:
        key, time = found
        events = [c for c in texts if c.name != key and 1 < c.distinct <= _EVENTS]
        events = [c for c in events if not look.is_constant(c.name, key)]
        numbers = [c for c in look.of_kind("number") if c.name not in (key, time) and not c.counts]
        if events and (look.sequences or wanted or not numbers):  # else a panel's, with names
            return _of_events(look, [c.name for c in events], key, time)
    fields = texts or (lists if wanted else [])
    if not fields:
        return None
    few = max(c.distinct for c in fields) <= look.rows // _OF_AN_EVENT
    alone = not found and not look.of_kind("number", "list", "object")
    if few and alone and not any(c.first[:1].isdecimal() for c in fields):
        raise _no_sequences(look, fields)
    longest = max(fields, key=lambda c: (not c.is_named_as_id, c.distinct))
    if longest.distinct < look.rows // 2 and not wanted:
        return None
    beside = look.of_kind("number", "time", "object")
    measured = any(c.distinct > 1 and not c.counts for c in beside)
    some = "".join(look.table.some_texts([longest.name]).get(longest.name, []))
    digits = sum(map(str.isdigit, some)) >= max(1, sum(map(str.isalpha, some)))
    short = longest.words <= _PROSE
    if ((digits and (measured or short)) or (measured and short)) and not wanted:
        return None  # a name, or a number not yet read
    return _of_fields(look, longest.name)


def _no_sequences(look: TableLook, events: Sequence[Column]) -> DataError:
    """Nothing but texts that repeat, in time perhaps: which belong together nothing tells."""
    token = next((c.name for c in events if _EVENT.fullmatch(c.name)), events[-1].name)
    for column in look.of_kind("text", "number"):
        if 1 < column.values == column.distinct < look.rows // 2:  # named in its first row alone
            name = identifier(column.name)
            filled = f"last_value({name} IGNORE NULLS) OVER (ROWS UNBOUNDED PRECEDING)"
            return DataError(
                f"{look.table.where}: '{column.name}' has a value in "
                f"{counted(column.values, 'row')} of {look.rows:,}: if each holds for the rows "
                f"below it too, say --id {shlex.quote(column.name)} --query "
                f"'SELECT * REPLACE ({filled} AS {name}) FROM source'"
            )
    with look.files[0].open("rb") as file:
        if b"\n\n" in file.read(_BEGINNING).replace(b"\r", b""):
            return DataError(
                f"{look.files[0]}: blank lines between rows mean nothing in a table: where they "
                "end a sentence, name the file .conll, with tabs or blanks between its columns"
            )
    way, key = "1", "log"
    if times := look.of_kind("time"):
        way, key = f"left({identifier(times[0].name)}::VARCHAR, 10)", "day"
    each = "makes a sequence of each day" if times else "makes all rows one sequence"
    return DataError(
        f"{look.table.where}: '{token}' repeats as events do, but nothing says which sequence, as "
        "of a user, a machine or a case, each row belongs to: name the column that does (--id), or "
        f"make one: --task next_token --id {key} --query 'SELECT *, {way} AS {key} FROM source' "
        f"{each}"
    )


def _of_events(look: TableLook, names: list[str], key: str, time: str | None) -> Proposal:
    token = next(filter(_EVENT.fullmatch, names), names[-1])
    others = [name for name in names if name != token]
    also = f"; there are also {named(others, 6)}" if others else ""
    sequences = look.columns[key].distinct
    data = [
        Key("level", "item", "a row holds one token"),
        Key("token", token, f"{look.columns[token].distinct:,} different ones"),
        Key("sequence", key, f"{sequences:,} sequences"),
    ]
    data += order_of(look, time)
    held_back = _split(look.rows, sequences, "the last tenth of the sequences", text=False)
    data += held_back
    distinct = look.columns[token].distinct
    return Proposal(
        fit=0.6,
        why=f"'{token}' changes from row to row of each '{key}', as events do",
        data=data,
        **_model(look.rows, distinct, sequences, text=False, held_back=bool(held_back)),
        doubts=[
            f"token: '{token}' is what is predicted" + also,
            f"sequence: '{key}'",
        ],
    )


def _of_fields(look: TableLook, token: str) -> Proposal:
    column = look.columns[token]
    spaced = column.words > _PROSE
    level = look.asked.level or ("word" if spaced else "character")
    why = "sentences" if spaced else "texts without spaces"
    per_row = round(column.words) if level == "word" else 60
    data = [
        Key("level", level, f"{why}; character, word or item"),
        Key("token", token, "a row is a sequence"),
    ]
    if level == "word":
        data.append(Key("min_count", 2, "words that training has once only become <unk>"))
    held_back = _split(look.rows * per_row, look.rows, "the last tenth of the rows", text=False)
    data += held_back
    return Proposal(
        fit=0.5,
        why=f"'{token}' holds a text a row",
        data=data,
        **_model(
            look.rows * per_row,
            1_000 if level == "word" else 60,
            look.rows,
            text=False,
            held_back=bool(held_back),
        ),
        doubts=[f"level: {why}", "task: other columns are left out"],
    )


def _split(tokens: int, pieces: int, why: str, *, text: bool) -> list[Key]:
    if text and tokens < 100:
        return []
    if not text and pieces < 10:
        return []
    return [Key("split", {"validation": 0.1}, why)]


def _model(
    tokens: int, distinct: int, sequences: int, *, text: bool, held_back: bool
) -> dict[str, list[Key]]:
    """A stack and a training of a few minutes for so many tokens."""
    layers: list[Key]
    units, many = _units(tokens), distinct > 200
    depth = 2 if tokens > _MIDDLING and not many else 1
    embedding = 128 if many else min(64, max(4, 2 ** (distinct.bit_length() - 1)))
    if tokens < _TINY:
        layers = [Key("embedding", {"output_dim": embedding}), Key("gru", {"units": units}, "tiny")]
        rate, epochs, batch = 0.02, 150, 1 if sequences < 10 else 8
    else:
        drop = 0.25 if tokens > _MIDDLING else 0.4 if tokens <= _SMALL else 0.5
        layers = [Key("embedding", {"output_dim": embedding})]
        layers += [Key("dropout", {"rate": 0.1})] if depth == 1 else []
        size = f"for {tokens:,} tokens"
        layers += depth * [Key("lstm", {"units": units}, size), Key("dropout", {"rate": drop})]
        weights = recurrent_weights(4, embedding, units) + units * distinct
        weights += (depth - 1) * recurrent_weights(4, units, units)
        most = 60 if tokens <= _SMALL else 20
        rate, epochs = 4e-3, epochs_for(weights, tokens, most=most)
        batch = 64 if text and tokens > _MIDDLING else 16 if tokens > _SMALL else 8
    layers.append(Key("dense", None, "as many units as there are tokens"))
    training = [
        Key("epochs", epochs, "at most; a few minutes on two cores"),
        Key("batch_size", batch),
    ]
    if text:
        window = min(64, max(1, tokens * 8 // 10 // batch - 1))  # of the training part
        training.append(Key("window", window, "steps that gradients reach back"))
    training.append(adam(rate))
    if tokens >= _TINY:
        training.append(Key("schedule", "cosine_decay", "the rate falls to 0 at the end"))
    if held_back:
        training.append(early_stopping(max(3, epochs // 5)))
    training.append(Key("sample", {"every": max(1, epochs // 3), "length": 100 if many else 200}))
    return {"layers": layers, "training": training}


def _units(tokens: int) -> int:
    if tokens < _TINY:
        return 8
    return 224 if tokens <= _SMALL else 384 if tokens <= _MIDDLING else 256
