"""What evaluation.json holds: a class for each task, which writes it and reads it back."""

from __future__ import annotations

import contextlib
import dataclasses
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Generic, TypeVar

import numpy as np
from pydantic import BaseModel, ConfigDict

from rnnkit.errors import RunError
from rnnkit.files import cannot_write, write_json, write_text
from rnnkit.run import Run


class Entry(BaseModel):
    """What has fields of its own in the file; they do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Evaluation(Entry):
    """How a model does on one part, beside its baselines; the fields are the keys of the file."""

    task: str
    data: str  # "test", "validation", or the file

    @property
    def numbers(self) -> dict[str, float]:
        """The fields that are numbers: what `--min`, `--max` and `--seeds` compare."""
        values = {name: getattr(self, name) for name in type(self).model_fields}
        return {
            name: value
            for name, value in values.items()
            if isinstance(value, int | float) and not isinstance(value, bool)
        }

    @property
    def baseline_numbers(self) -> Mapping[str, float | None]:
        """Those of them that the best baseline has too."""
        return {}


def known_mean(values: Sequence[float | None]) -> float | None:
    """Of those that there are; None where there is none."""
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None


E = TypeVar("E", bound=Evaluation, covariant=True)


@dataclasses.dataclass(frozen=True, eq=False)
class Judged(Generic[E]):
    """An evaluation, and what only the arrays behind it can show.

    Args:
        evaluation: the numbers.
        plot: called with a folder and a suffix of file names, writes the pictures of it.
        tables: the text of each .csv that belongs to it, by its name.
    """

    evaluation: E
    plot: Callable[[Path, str], None]
    tables: Mapping[str, str] = dataclasses.field(default_factory=dict)


def write_evaluation(run: Run, judged: Judged[Evaluation], *, label: str = "") -> None:
    """Write an evaluation's numbers, its tables and its plots into a run's folder.

    Args:
        run: the folder.
        judged: what to write.
        label: tells files of other data from those of the run's own.

    Raises:
        RunError: the folder cannot be written.
    """
    suffix = f"-{label}" if label else ""
    path = run.evaluation.with_stem(run.evaluation.stem + suffix)
    try:
        run.plots.mkdir(exist_ok=True)
    except OSError as error:
        raise cannot_write(run.plots, error) from error
    write_json(path, judged.evaluation.model_dump(by_alias=True))
    for name, text in judged.tables.items():
        write_text(run.path / f"{name}{suffix}.csv", text)
    judged.plot(run.plots, suffix)


@contextlib.contextmanager
def where_writable(on_message: Callable[[str], None] | None) -> Iterator[None]:
    """Scores are for reading all the same where the run's folder cannot be written.

    Args:
        on_message: hears what could not be written; None warns.
    """
    try:
        yield
    except RunError as error:
        (on_message or warnings.warn)(str(error))
