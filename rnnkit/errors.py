"""Every error that rnnkit raises on purpose, with the exit code that the command line gives it.

    RnnkitError             1   something failed while running
    ├── ConfigError         2   the config is wrong: carries every problem found, with its place
    ├── DataError           2   the data cannot be used as the config asks
    │   ├── ColumnError     2   columns are missing or do not fit: each with the key that names it
    │   └── ChangedData     2   a run's data are not those that it was trained on, or not there
    ├── DeviceError         2   the device asked for is not there
    ├── RunError            1   a run folder is missing, incomplete or cannot be written
    │   ├── DivergedError   1   the loss became NaN or infinite
    │   └── OptionError     2   what was asked of a run does not apply to it
    └── Interrupted   130 143   Ctrl-C or SIGTERM stopped a run, after its state was saved

A message says what happened, where, what was expected and how to mend it. Everything else that
escapes is a bug in rnnkit, and is shown with its traceback under `--debug`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rnnkit.problems import KeyPath, Problem


class RnnkitError(Exception):
    """The root: catch this to catch every mistake that rnnkit explains itself."""

    exit_code: int = 1


class ConfigError(RnnkitError):
    """A config that cannot be used.

    Args:
        problems: everything found wrong, in the order of the file; never empty.
    """

    exit_code = 2

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problem.render() for problem in self.problems))


class DataError(RnnkitError):
    """Data that is missing, damaged, or does not fit the config."""

    exit_code = 2


class ColumnError(DataError):
    """Columns that a config names, and that a table lacks or that cannot be what they should.

    Args:
        problems: what is wrong, each with the path of the key that it is about; never empty.
        where: the table.
        columns: what it has, as a sentence; empty where that does not help.
    """

    def __init__(
        self, problems: Sequence[tuple[KeyPath, str]], where: str | Path, columns: str = ""
    ) -> None:
        self.problems = tuple(problems)
        self.where = str(where)
        self.columns = columns
        lines = [*(text for _, text in problems), *([f"{where}: {columns}"] if columns else [])]
        super().__init__("\n".join(lines))


class ChangedData(DataError):  # noqa: N818 - often nothing went wrong
    """What a run was trained on is not there any more, or is something else now."""


class DeviceError(RnnkitError):
    """A device was asked for that this machine, or this TensorFlow build, does not have."""

    exit_code = 2


class RunError(RnnkitError):
    """A run folder that is missing, incomplete, or cannot be written."""


class OptionError(RunError):
    """An option that does not apply to the run, or names a file that cannot be written."""

    exit_code = 2


class DivergedError(RunError):
    """The loss or the weights became NaN or infinite; the last good checkpoint is kept."""


class Interrupted(RnnkitError):  # noqa: N818 - nothing went wrong
    """A signal stopped a run after its state was saved.

    Args:
        exit_code: 128 + the signal's number.
    """

    def __init__(self, message: str, *, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code
