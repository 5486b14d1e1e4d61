"""What the files of a run hold, read as if they came from anyone."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ValidationError

from rnnkit.errors import RunError
from rnnkit.files import read_regular


class _Data(BaseModel):
    source: str
    sha256: str


class _Start(BaseModel):
    run: str | None = None
    vectors: dict[str, str] = {}


class _Metadata(BaseModel):
    """What run.json may hold; a run that did not get far has less."""

    status: str = ""
    started: str = ""
    command: list[str] | None = None
    seed: int = 0
    shards: int = 1
    layout: Literal["features_last", "features_first"] = "features_last"
    workers: int = 1
    resumed: int = 0
    epochs: int = 0
    steps: int = 0
    seconds: float = 0.0
    training_seconds: float = 0.0
    parameters: int = 0
    start: _Start | None = None
    notes: list[str] = []
    device: dict[str, Any] = {}
    data: _Data = _Data(source="", sha256="")
    versions: dict[str, str] = {}
    git_commit: str | None = None


def read_metadata(path: Path) -> dict[str, Any]:
    """What run.json holds.

    Raises:
        RunError: it is missing or damaged.
    """
    values = read_json(path)
    try:
        _Metadata.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise RunError(f"{path}: damaged: {place}: {first['msg']}") from None
    return values


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object.

    Raises:
        RunError: it cannot be read, or is something else.
    """
    try:
        values = json.loads(read_regular(path))
        json.dumps(values, ensure_ascii=False).encode()  # half a character could not be written
    except (OSError, ValueError, RecursionError) as error:
        raise RunError(f"{path}: cannot be read: {error}") from None
    if not isinstance(values, dict):
        raise RunError(f"{path}: not a JSON object")
    return values


def read_numbers(table: Path) -> list[dict[str, float]]:
    """The rows of a .csv of numbers; none where there is no file.

    Raises:
        RunError: it is damaged.
    """
    if not table.exists():
        return []
    try:
        text = io.StringIO(read_regular(table).decode(), newline="")
        return [{key: float(cell) for key, cell in row.items()} for row in csv.DictReader(text)]
    except (OSError, ValueError, TypeError, csv.Error) as error:
        raise RunError(f"{table}: damaged: {error}") from None
