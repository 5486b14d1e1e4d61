"""`rnnkit check`: a config -> its stack, or every problem at once. Imports no TensorFlow."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rnnkit.config.checks import check_config
from rnnkit.config.loading import LoadedConfig, load_config
from rnnkit.config.problems import Location, Problem
from rnnkit.config.stack import InputFacts, Stack
from rnnkit.data.load import input_facts
from rnnkit.errors import ColumnError, ConfigError, DataError
from rnnkit.workflows.fit import memory_problems

ConfigSource = str | Path | Mapping[str, Any] | LoadedConfig


@dataclasses.dataclass(frozen=True)
class Checked:
    """A config that a model can be built from."""

    loaded: LoadedConfig
    facts: InputFacts
    stack: Stack


def load(config: ConfigSource | Checked, *, overrides: Sequence[str], smoke: bool) -> LoadedConfig:
    """A config by itself, its data unread; the arguments are those of `check`.

    Raises:
        ConfigError: with every problem of its keys and values.
    """
    source = config.loaded if isinstance(config, Checked) else config
    loaded = load_config(source, overrides=overrides)
    if not smoke:
        return loaded
    shrunk = loaded.config.smoke_overrides()
    return load_config(loaded, overrides=[f"{k}={json.dumps(v)}" for k, v in shrunk.items()])


def check(
    config: ConfigSource | Checked, *, overrides: Sequence[str] = (), smoke: bool = False
) -> Checked:
    """Validate a config, the shape of its data, and how its layers fit together.

    Args:
        config: a YAML file or the same structure as a dict; what was checked before is not read
            again, unless it is changed.
        overrides: `key.path=value` texts, stronger than the file.
        smoke: shrink it to a tiny subset and one short epoch.

    Raises:
        ConfigError: with every problem, each with its place.
        DataError: the data are there but cannot be used.
    """
    if isinstance(config, Checked) and not (overrides or smoke):
        return config
    loaded = load(config, overrides=overrides, smoke=smoke)
    try:
        facts = input_facts(loaded.config)
    except ColumnError as error:
        raise columns_placed(error, loaded) from None
    except DataError as error:
        problem = loaded.problem(("data", "source"), str(error))
        raise DataError(problem.render() if problem.location.line else str(error)) from None
    stack = check_config(loaded, facts)
    if problems := stack.problems or memory_problems(loaded, facts, stack):
        raise ConfigError(problems)
    return Checked(loaded, facts, stack)


def columns_placed(error: ColumnError, config: LoadedConfig) -> ConfigError:
    """Columns that do not fit, each where the config names it, and then what columns there are."""
    problems = sorted(config.problem(path, text, key=False) for path, text in error.problems)
    if error.columns:
        problems.append(Problem(Location(error.where), error.columns))
    return ConfigError(problems)


def indivisible(config: LoadedConfig, replicas: int) -> list[Problem]:
    """Why batches cannot be divided among several workers or GPUs; empty where they can."""
    problems = []
    for key in ("batch_size", "shards"):
        value = getattr(config.config.training, key)
        if value is not None and value % replicas:
            less, more = value // replicas * replicas, -(-value // replicas) * replicas
            nearest = f"{less} or {more}" if less else str(more)
            text = f"training.{key} (={value}) must be a multiple of the {replicas} replicas"
            problems.append(config.problem(("training", key), f"{text}: {nearest}"))
    return problems
