"""The tasks, one a line; each is imported when it is asked for.

An installed package adds one under the entry point `rnnkit.tasks`, its name pointing to a subclass
of `rnnkit.tasks.contract.Task`. A config only chooses among the names.
"""

from __future__ import annotations

import functools
import importlib.metadata
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rnnkit.config import loading
from rnnkit.config.loading import LoadedConfig
from rnnkit.config.root import Config
from rnnkit.errors import RnnkitError

if TYPE_CHECKING:
    from rnnkit.tasks.contract import AnyTask

ENTRY_POINTS = "rnnkit.tasks"
TASKS = {
    "classification": "rnnkit.tasks.classification.task:Classification",
    "regression": "rnnkit.tasks.regression.task:Regression",
    "tagging": "rnnkit.tasks.tagging.task:Tagging",
    "next_token": "rnnkit.tasks.next_token.task:NextToken",
    "next_frame": "rnnkit.tasks.next_frame.task:NextFrame",
    "forecasting": "rnnkit.tasks.forecasting.task:Forecasting",
    "memory": "rnnkit.tasks.memory.task:Memory",
}


def task_names() -> list[str]:
    """Of rnnkit's own tasks, then of those that packages add."""
    return [*TASKS, *sorted(_installed().keys() - TASKS)]


@functools.cache
def find_task(name: str) -> AnyTask:
    """The task of this name.

    Raises:
        KeyError: there is none.
        RnnkitError: the package that adds it does not work.
    """
    task: AnyTask
    if name in TASKS:
        task = importlib.metadata.EntryPoint(name, TASKS[name], ENTRY_POINTS).load()()
        return task
    entry = _installed()[name]
    try:
        task = entry.load()()
    except Exception as error:  # whatever a package may raise that was made for another rnnkit
        package = entry.dist.name if entry.dist else entry.module
        raise RnnkitError(
            f"task {name}: the installed package {package} cannot be used: "
            f"{type(error).__name__}: {error}. Update or uninstall it."
        ) from error
    return task


def task_of(config: Config) -> AnyTask:
    """The task of a config."""
    return find_task(config.task)


class _Schemas(Mapping[str, type[Config]]):
    """The config class of each task; only the one that is looked up is imported."""

    def __getitem__(self, name: str) -> type[Config]:
        return find_task(name).config

    def __contains__(self, name: object) -> bool:
        return name in TASKS or name in _installed()

    def __iter__(self) -> Iterator[str]:
        return iter(task_names())

    def __len__(self) -> int:
        return len(task_names())


CONFIGS = _Schemas()


def load_config(
    source: str | Path | Mapping[str, Any] | LoadedConfig,
    *,
    overrides: Sequence[str] = (),
    environment: Mapping[str, str] = os.environ,
) -> LoadedConfig:
    """Read and validate a config of any task; see `rnnkit.config.loading.load_config`."""
    return loading.load_config(source, CONFIGS, overrides=overrides, environment=environment)


def _installed() -> dict[str, importlib.metadata.EntryPoint]:
    return {entry.name: entry for entry in importlib.metadata.entry_points(group=ENTRY_POINTS)}
