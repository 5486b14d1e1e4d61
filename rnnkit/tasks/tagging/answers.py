"""Tagging's answer to `rnnkit predict RUN --data FILE`: a tag and its probability for every row."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rnnkit import options, writing
from rnnkit.streams import tell
from rnnkit.tasks.contract import Answer
from rnnkit.tasks.served import Served, made_up
from rnnkit.words import counted

if TYPE_CHECKING:
    from rnnkit.tasks.tagging.trained import Predictions, TrainedTagger

SAMPLE_ROWS = 8
_TABLES = (".csv", ".jsonl", ".json")  # outputs that say so themselves


def predict(
    load: Callable[[], TrainedTagger],
    *,
    data: str | None,
    output: str | None,
    form: str | None,
) -> None:
    """Tag the rows of a file."""
    if data is None:
        raise click.UsageError("Missing option '--data'.")
    run = load()
    found = run.predict(data)
    for note in found.notes:
        tell(note)
    text = _text(run, Path(data), found, output, form)
    writing.deliver(text, output, counted(len(found.tags), "tag"))


def _text(
    run: TrainedTagger, path: Path, found: Predictions, output: str | None, form: str | None
) -> str:
    """In the form that was asked for, or else that of the file."""
    from rnnkit.tasks.tagging import written

    columns = run.preprocessing.columns
    own = None if form or (output or "").lower().endswith(_TABLES) else written.form_of(path)
    if own == "text":
        return written.as_text(found)
    if own == "columns" and columns is not None:
        return written.as_columns(path, columns, found)
    if output is None and form is None and path.suffix.lower() in _TABLES[1:]:
        form = "jsonl"
    table: dict[str, list[Any]] = {"sequence": found.sequences, **found.tokens}
    if columns is not None:
        table = _table(run, path)
    table["tag" if columns is None else columns.tag] = found.tags
    table["probability"] = [round(probability, 6) for probability in found.probabilities]
    records = [dict(zip(table, row, strict=True)) for row in zip(*table.values(), strict=True)]
    if writing.form_of(form, output) == "jsonl":
        return writing.jsonl_text(records)
    return writing.csv_text(records, list(table))


def _table(run: TrainedTagger, path: Path) -> dict[str, list[Any]]:
    """The columns of a table as they stand in its files."""
    from rnnkit.data import files
    from rnnkit.data.tables.query import open_table

    found = open_table(files.find_files(path), run.config.data)
    table = found.read(numbers=(), text=found.names)
    return {name: table.fields(name) for name in found.names}


def _sample(run: TrainedTagger) -> object:
    kept, columns = run.preprocessing, run.preprocessing.columns
    if columns is None:
        return " ".join(next(iter(kept.tokens.values())).known[:SAMPLE_ROWS])
    numbers = made_up(run.run, columns.features, rows=SAMPLE_ROWS)
    return [
        {columns.sequence: "1"}
        | ({columns.time: step} if columns.time else {})
        | {name: ids.known[step % len(ids.known)] for name, ids in kept.tokens.items()}
        | row
        for step, row in enumerate(numbers)
    ]


_FORM = click.Option(
    ["--format", "form"],
    type=click.Choice(["csv", "jsonl"]),
    help="A row a step. Default: by --output, or the form of FILE.",
)
PREDICT = Answer(
    predict,
    options=[options.data, options.output, _FORM],
    what="a tag and its probability for each row of FILE; of text the text with its marks",
    examples=[
        "rnnkit predict latest --data new.conllu",
        "rnnkit predict punctuation --data bare.txt",
    ],
    served=Served(sample=_sample),
)
