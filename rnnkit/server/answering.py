"""Rows and choices -> what the command line would print for them, from a run that is open."""

from __future__ import annotations

import bisect
import csv
import dataclasses
import io
import itertools
import json
import re
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from rnnkit import writing
from rnnkit.errors import RnnkitError
from rnnkit.server.limits import Refused
from rnnkit.server.posted import Posted
from rnnkit.streams import Listener, heard_by, tell
from rnnkit.tasks.contract import Answer, AnyRun

CSV, JSONL = "csv", "jsonl"
_PATH = re.compile(r"(?<![\w./])(?:/[^\s/:;,'\"()]+)+/(?=[^\s/:;,'\"()])")  # the folders of one
_NUMBER = "example"


@dataclasses.dataclass(frozen=True)
class Answered:
    """What was asked for.

    Args:
        text: as the command line prints it.
        form: `csv` or `jsonl`.
        notes: what it would say beside.
        together: requests that were answered at once.
    """

    text: str
    form: str
    notes: tuple[str, ...] = ()
    together: int = 1

    @property
    def records(self) -> list[dict[str, Any]]:
        """A mapping a line."""
        if self.form == JSONL:
            return [json.loads(line) for line in self.text.splitlines()]
        return list(csv.DictReader(io.StringIO(self.text)))


class Heard:
    """A Listener that keeps everything."""

    def __init__(self) -> None:
        self.text: list[str] = []
        self.notes: list[str] = []

    def printed(self, text: str) -> bool:
        self.text.append(text)
        return True

    def told(self, text: str) -> None:
        self.notes.append(text)


class Answers:
    """An Answer of a run's task, given again and again.

    Args:
        trained: the open run.
        answer: to a verb.
        folder: where what was posted is put to be read.
    """

    def __init__(self, trained: AnyRun, answer: Answer, folder: Path) -> None:
        self._trained = trained
        self._answer = answer
        self._folder = folder
        self._form = any(option.name == "form" for option in answer.options)

    def give(self, choices: Mapping[str, Any], listener: Listener) -> None:
        """Have it print and tell to a listener.

        Raises:
            Refused: what was asked cannot be answered.
        """
        try:
            with heard_by(listener):
                self._answer.give(lambda: self._trained, **choices)
        except click.exceptions.Exit:
            pass  # nobody reads on
        except click.UsageError as error:
            raise Refused(400, self.plain(error.format_message())) from None
        except RnnkitError as error:
            # a disk that is full is ours, numbers that are too large are theirs
            status = 500 if isinstance(error.__cause__, OSError) else 422
            raise Refused(status, self.plain(str(error))) from None
        except MemoryError:
            raise Refused(500, "out of RAM: send fewer rows") from None
        except Exception as error:
            tell("".join(traceback.format_exception(error)).rstrip())
            what = f"this is a bug in rnnkit: {type(error).__name__}; the server's log has more"
            raise Refused(500, what) from error

    def of_rows(self, posted: Sequence[Posted], choices: Mapping[str, Any], form: str) -> Answered:
        """Of rows, in a form; those of several requests as one table.

        Raises:
            Refused: they do not fit.
        """
        first, *others = posted
        path = first.write(self._folder, others)
        heard = Heard()
        given = {"data": str(path)} | ({"form": form} if self._form else {})
        try:
            self.give({**choices, **given}, heard)
        finally:
            path.unlink(missing_ok=True)
        notes = tuple(map(self.plain, heard.notes))
        return Answered("".join(heard.text), form if self._form else CSV, notes, len(posted))

    def plain(self, message: str) -> str:
        """A message without the folders of this machine."""
        for folder in (self._folder, self._trained.run.path.parent, Path.cwd()):
            message = message.replace(f"{folder}/", "")
        return _PATH.sub("", message)


def divided(answered: Answered, counts: Sequence[int]) -> list[Answered] | None:
    """The answer to several requests at once -> each one's own; None: it cannot be told apart.

    Args:
        answered: of all their rows.
        counts: rows of each.
    """
    ends = list(itertools.accumulate(counts))
    found: list[list[dict[str, Any]]] = [[] for _ in counts]
    examples = set()
    for record in answered.records:
        number = str(record.get(_NUMBER))
        if not number.isdecimal() or int(number) >= ends[-1]:
            return None
        which = bisect.bisect_right(ends, int(number))
        examples.add(int(number))
        record[_NUMBER] = str(int(number) - (ends[which] - counts[which]))
        found[which].append(record)
    if len(examples) != ends[-1]:
        return None
    write = _as_csv if answered.form == CSV else writing.jsonl_text
    return [dataclasses.replace(answered, text=write(records)) for records in found]


def _as_csv(records: Sequence[Mapping[str, Any]]) -> str:
    return writing.csv_text(records, list(records[0]))
