"""A verb that each task answers in its own way: which module answers, and the options it takes.

Such a module has OPTIONS, the names of the parameters that it takes, and `answer`, which gets the
run and those parameters.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

import click
from click.core import ParameterSource

from rnnkit.errors import ConfigError, OptionError, RunError
from rnnkit.words import listed


def answer(ctx: click.Context, run: str, modules: Mapping[str, str], *, otherwise: str) -> Any:
    """Hand a run to the module of its task; no TensorFlow is imported before that.

    Args:
        ctx: of the verb.
        run: as the user named it.
        modules: of each task that can answer.
        otherwise: what the verb is for, for a run of another task.

    Raises:
        RunError: there is no such run, or it is damaged.
        OptionError: its task has no answer.
        UsageError: an option was given that belongs to another task.
    """
    from rnnkit.config.loading import load_config
    from rnnkit.runs import find_run

    found = find_run(run)
    try:
        task = load_config(found.resolved_config, environment={}).config.task
    except ConfigError as error:
        raise RunError(f"{found.path}: damaged: {error}") from None
    if task not in modules:
        raise OptionError(f"{found.path}: its task is {task}: {otherwise}")
    module = importlib.import_module(modules[task])
    _refuse_foreign(ctx, task, module.OPTIONS)
    return module.answer(found, **{name: ctx.params[name] for name in module.OPTIONS})


def one_of(ctx_names: Mapping[str, object]) -> None:
    """Raise a UsageError unless exactly one of these options was given."""
    given = [name for name, value in ctx_names.items() if value not in {None, False}]
    if len(given) != 1:
        which = f", not {' and '.join(given)}" if given else ""
        raise click.UsageError(f"give one of {listed(list(ctx_names))}{which}")


def _refuse_foreign(ctx: click.Context, task: str, taken: frozenset[str]) -> None:
    for parameter in ctx.command.params:
        name = parameter.name or ""
        typed = ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE
        if typed and name not in taken and _is_of_verb(parameter):
            message = f"{parameter.opts[-1]} does not apply: the run's task is {task}"
            raise click.UsageError(message, ctx)


def _is_of_verb(parameter: click.Parameter) -> bool:
    """An option, but none that every verb has, such as --debug."""
    return isinstance(parameter, click.Option) and parameter.expose_value
