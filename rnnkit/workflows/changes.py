"""The config a run began with and the one it is to go on with -> what has changed, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rnnkit.config.loading import LoadedConfig
from rnnkit.config.root import Config
from rnnkit.config.training import CosineDecay
from rnnkit.problems import KeyPath, Problem
from rnnkit.tasks import load_config
from rnnkit.words import shown
from rnnkit.workflows.setup import Setup

# What may change: it leaves the steps as they are. The data are compared by their content.
_FREE: tuple[KeyPath, ...] = (
    ("training", "epochs"),
    ("checkpoint",),
    ("logging",),
    ("device",),
    ("data", "source"),
    ("data", "tables"),
)
_DECAY_STEPS: KeyPath = ("training", "schedule", "decay_steps")
_LAYERS: KeyPath = ("model", "layers")
_NOT_SET = "not set"


def with_chosen(loaded: LoadedConfig, chosen: Mapping[str, object]) -> LoadedConfig:
    """A config with what another machine chose of `training`, by its key, where that is open."""
    left = {
        key: value for key, value in chosen.items() if getattr(loaded.config.training, key) is None
    }
    return load_config(loaded, overrides=[f"training.{key}={value}" for key, value in left.items()])


def changes(old: LoadedConfig, setup: Setup, *, chosen: Mapping[str, object]) -> list[Problem]:
    """Every change that gives other weights than a run that was never stopped.

    Args:
        old: the config that the run began with, everything filled in.
        setup: what it is to go on with.
        chosen: what the machine that it began on chose of `training`, by its key.
    """
    new = setup.checked.loaded
    before = _values(old.config, old.config.model.layers, setup.steps)
    before |= {("training", key): value for key, value in chosen.items()}
    after = _values(setup.config, setup.checked.stack.layers, setup.steps)
    other_layers = before[_LAYERS] != after[_LAYERS]
    problems = []
    for path in dict.fromkeys([*before, *after]):
        was, now = before.get(path, _NOT_SET), after.get(path, _NOT_SET)
        free = any(path[: len(free)] == free for free in _FREE)
        free = free or (other_layers and path[:2] == _LAYERS and path != _LAYERS)
        if was != now and not free:
            message = f"{'.'.join(map(str, path))}: {_text(was)} -> {_text(now)}"
            schedule = setup.config.training.schedule
            follows = isinstance(schedule, CosineDecay) and schedule.decay_steps is None
            if path == _DECAY_STEPS and follows:
                message += (
                    ". The cosine ends with the run, so more epochs change the rates of those "
                    f"already trained: keep its end with --set training.schedule.decay_steps={was}"
                )
            problems.append(new.problem(path, message))
    return problems


def _values(config: Config, layers: Any, steps: int) -> dict[KeyPath, Any]:
    """Every value of a config by its path, with what follows from the data filled in.

    Args:
        config: the config.
        layers: its layers, with everything filled in.
        steps: updates in an epoch.
    """
    values = config.model_dump(exclude_none=True)
    values["model"]["layers"] = [layer.model_dump(exclude_none=True) for layer in layers]
    schedule = config.training.schedule
    if isinstance(schedule, CosineDecay):
        total = steps * config.training.epochs
        warmup = min(schedule.warmup_steps, total - 1)
        values["training"]["schedule"] |= {
            "warmup_steps": warmup,
            "decay_steps": schedule.decay_steps or total - warmup,
        }
    flat = dict(flattened((), values))
    flat[_LAYERS] = [next(iter(layer)) for layer in values["model"]["layers"]]
    return flat


def flattened(path: KeyPath, value: Any) -> Iterator[tuple[KeyPath, Any]]:
    """Every value under a path by its own, lists of plain values whole."""
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
        items = list(enumerate(value))
    else:
        yield path, value
        return
    for key, inner in items:
        yield from flattened((*path, key), inner)


def _text(value: Any) -> str:
    return value if value == _NOT_SET else shown(value)
