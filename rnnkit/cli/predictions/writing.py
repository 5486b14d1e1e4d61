"""Answers -> CSV or JSONL, to stdout or into a file."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rnnkit.cli.streams import tell

Records = Sequence[Mapping[str, Any]]


def form_of(form: str | None, output: str | None) -> str:
    """`csv` or `jsonl`: as asked, else by the file's name."""
    return form or ("jsonl" if output and output.lower().endswith((".jsonl", ".json")) else "csv")


def csv_text(records: Records, columns: Sequence[str]) -> str:
    """A header and a line a record; probabilities with six digits."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(columns)
    for record in records:
        table.writerow([_cell(record[column]) for column in columns])
    return text.getvalue()


def jsonl_text(records: Records) -> str:
    """A JSON object a line."""
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def deliver(text: str, output: str | None, done: str) -> None:
    """Write `text` to stdout, or into the file and say what is `done` on stderr.

    Raises:
        RunError: the file cannot be written.
    """
    from rnnkit.cli import console
    from rnnkit.files import write_text

    if output is None:
        console.print_text(text)
    else:
        write_text(Path(output), text)
        tell(f"{done} in {output}")


def _cell(value: Any) -> Any:
    return f"{value:.6f}" if isinstance(value, float) else value
