"""Options and arguments that several verbs share, so that they read and behave the same."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

import click

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def _be_verbose(ctx: click.Context, parameter: click.Parameter, value: bool) -> None:
    if value:
        os.environ["TF_CPP_MIN_LOG_LEVEL"] = "0"  # read once, when TensorFlow is imported


def common(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--verbose` and `--debug`, which every verb has."""
    verbose = click.option(
        "-v", "--verbose", is_flag=True, expose_value=False, callback=_be_verbose, is_eager=True,
        help="Also show TensorFlow's own messages.",
    )  # fmt: skip
    debug = click.option(
        "--debug", is_flag=True, expose_value=False, help="Show the traceback of an error."
    )
    return verbose(debug(command))


def typed(overrides: Sequence[str] = (), **options: str | bool | None) -> list[str]:
    """The options that were given, as they are typed again."""
    words = [word for text in overrides for word in ("--set", text)]
    for name, value in options.items():
        if value:
            words += [f"--{name}"] if value is True else [f"--{name}", value]
    return words


config = click.argument("config", type=click.Path(dir_okay=False))
run = click.argument("run")
overrides = click.option(
    "--set", "overrides", multiple=True, metavar="KEY=VALUE",
    help="Override a key, as in training.epochs=1; the value is read as YAML. Repeatable.",
)  # fmt: skip
device = click.option("--device", metavar="auto|cpu|gpu|gpu:N|gpus", help="Where to compute.")
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
quiet = click.option("-q", "--quiet", is_flag=True, help="Print results only, no progress.")
