"""A file with prompts -> the prompts."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from rnnkit.data.tokens.text import read_text
from rnnkit.errors import DataError

COLUMN = "prompt"  # of a .csv or .jsonl with prompts


def read_prompts(path: str | Path) -> list[str]:
    """The prompts of a file: its lines (.txt), or its column `prompt` (.csv, .jsonl).

    Raises:
        DataError: the file cannot be read or has no prompts.
    """
    path = Path(path)
    kind = path.suffix.lower()
    if kind == ".csv":
        prompts = _of_csv(path)
    elif kind == ".jsonl":
        prompts = _of_jsonl(path)
    elif kind == ".txt":
        prompts = [line for line in read_text(path).split("\n") if line.strip()]
    else:
        raise DataError(f"{path}: prompts are read from .txt, .csv or .jsonl files")
    if not prompts:
        raise DataError(f"{path} has no prompts")
    return prompts


def _of_csv(path: Path) -> list[str]:
    rows = csv.DictReader(io.StringIO(read_text(path)))
    if COLUMN not in (rows.fieldnames or []):
        has = ", ".join(rows.fieldnames or []) or "none"
        raise DataError(f"{path}: no column '{COLUMN}': it has {has}")
    return [row[COLUMN] or "" for row in rows]


def _of_jsonl(path: Path) -> list[str]:
    prompts = []
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except ValueError:
            raise DataError(f"{path}, line {number:,}: not JSON") from None
        prompt = value.get(COLUMN) if isinstance(value, dict) else value
        if not isinstance(prompt, str):
            raise DataError(f"{path}, line {number:,}: expected a text, or a key '{COLUMN}'")
        prompts.append(prompt)
    return prompts
