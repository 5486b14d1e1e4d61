"""`rnnkit check`: a config -> its stack, or every problem at once. Imports no TensorFlow."""

from __future__ import annotations

import contextlib
import dataclasses
import importlib.util
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rnnkit import stages
from rnnkit.config.checks import check_config
from rnnkit.config.loading import LoadedConfig
from rnnkit.config.root import Config
from rnnkit.config.stack import InputFacts, Stack
from rnnkit.data import files
from rnnkit.data.batch import Feed
from rnnkit.data.cache import Place
from rnnkit.data.card import DataCard
from rnnkit.data.dataset import Dataset
from rnnkit.data.preprocessing import Preprocessing
from rnnkit.data.ram import is_large
from rnnkit.errors import ColumnError, ConfigError, DataError, RunError
from rnnkit.models.start import Start
from rnnkit.problems import Location, Problem
from rnnkit.run import Run
from rnnkit.tasks import load_config, task_of
from rnnkit.tasks.contract import AnyTask
from rnnkit.workflows.fit import ram_problems

ConfigSource = str | Path | Mapping[str, Any] | LoadedConfig
SMALL = 256 << 20  # bytes of files that are read whole to be checked

AnyDataset = Dataset[Preprocessing, Feed]


@dataclasses.dataclass(frozen=True)
class Checked:
    """A config that a model can be built from."""

    loaded: LoadedConfig
    facts: InputFacts
    stack: Stack
    card: DataCard | None = None  # of data that were loaded to check them
    start: Start | None = None  # what the weights begin with; None: what the seed draws

    @property
    def config(self) -> Config:
        return self.loaded.config

    @property
    def task(self) -> AnyTask:
        return task_of(self.config)

    @property
    def start_lines(self) -> list[tuple[str, str]]:
        """What its weights begin with, for people: a label and a text each."""
        return [] if self.start is None else self.start.lines


@dataclasses.dataclass(frozen=True, eq=False)
class Ready:
    """A checked config and its data, loaded: all that training needs before TensorFlow."""

    checked: Checked
    dataset: AnyDataset
    card: DataCard  # with what the leak audit found


def load(config: ConfigSource, *, overrides: Sequence[str], smoke: bool) -> LoadedConfig:
    """A config by itself, its data unread; the arguments are those of `check`.

    Raises:
        ConfigError: with every problem of its keys and values.
    """
    loaded = load_config(config, overrides=overrides)
    if not smoke:
        return loaded
    shrunk = loaded.config.smoke_overrides()
    return load_config(loaded, overrides=[f"{k}={json.dumps(v)}" for k, v in shrunk.items()])


def check(
    config: ConfigSource,
    *,
    overrides: Sequence[str] = (),
    smoke: bool = False,
    place: Place | None = None,
) -> Checked:
    """Validate a config, its data, and how its layers fit together.

    Of data that are large, or that rnnkit brings, no more is read than a model must know.

    Args:
        config: a YAML file or the same structure as a dict.
        overrides: `key.path=value` texts, stronger than the file.
        smoke: shrink it to a tiny subset and one short epoch.
        place: where data that had to be converted lie.

    Raises:
        ConfigError: with every problem, each with its place.
        DataError: the data are there but cannot be used.
    """
    loaded = load(config, overrides=overrides, smoke=smoke)
    size = files.size_of(loaded.config.data.sources)
    if size is not None and size <= SMALL and not is_large(SMALL):
        return read(loaded, place).checked
    with placed(loaded):
        facts = task_of(loaded.config).outline(loaded.config, place)
    return _checked(loaded, facts)


def read(loaded: LoadedConfig, place: Place | None = None) -> Ready:
    """Load a config's data, and check it against what they are like.

    Args:
        loaded: the config.
        place: where data that must be converted go.

    Raises:
        As `check`; also what only the data as a whole can show.
    """
    stages.begin("reading the data")
    task = task_of(loaded.config)
    with placed(loaded):
        dataset = task.load(loaded.config, place)
        facts = dataclasses.replace(
            task.facts(loaded.config, dataset.preprocessing),
            validated=dataset.validation is not None,
            steps=dataset.longest,
            shortest=dataset.shortest,
        )
        card = dataset.card
        if (audit := task.audit(dataset)) is not None:
            audit.refuse_leaks(dataset.source)
            found = (audit.summary, *audit.texts)
            card = card.model_copy(update={"notes": (*card.notes, *found)})
        return Ready(_checked(loaded, facts, card), dataset, card)


def config_of(run: Run) -> LoadedConfig:
    """The config of a run, everything filled in.

    Raises:
        RunError: it is damaged.
    """
    try:
        return load_config(run.resolved_config, environment={})
    except (ConfigError, OSError) as error:
        raise RunError(f"{run.path}: damaged: {error}") from None


def _columns_placed(error: ColumnError, config: LoadedConfig) -> ConfigError:
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


def _checked(loaded: LoadedConfig, facts: InputFacts, card: DataCard | None = None) -> Checked:
    stack = check_config(loaded, facts)
    problems = stack.problems or ram_problems(loaded, facts, stack)
    if problems := [*problems, *_not_installed(loaded)]:
        raise ConfigError(problems)
    return Checked(loaded, facts, stack, card)


def _not_installed(loaded: LoadedConfig) -> Iterator[Problem]:
    """What a config asks for and what only an extra of rnnkit brings."""
    if loaded.config.logging.mlflow and importlib.util.find_spec("mlflow") is None:
        message = "mlflow: the package is not installed: pip install 'rnnkit[mlflow]'"
        yield loaded.problem(("logging", "mlflow"), message)


@contextlib.contextmanager
def placed(loaded: LoadedConfig) -> Iterator[None]:
    """What the body finds wrong with the data, where the config says it.

    Raises:
        ConfigError: columns that are not there, each at its own key.
        DataError: anything else, at `data: source`.
    """
    try:
        yield
    except ColumnError as error:
        raise _columns_placed(error, loaded) from None
    except DataError as error:
        problem = loaded.problem(("data", "source"), str(error))
        raise DataError(problem.render() if problem.location.line else str(error)) from None
