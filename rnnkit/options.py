"""Options and arguments that several verbs share, so that they read and behave the same."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import click
from click.shell_completion import CompletionItem

from rnnkit.words import listed

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


class Number(click.FloatRange):
    """A number in a range; `nan` and `inf` are none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        number = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value} is not a number that can be used.", param, ctx)
        return number


def typed(overrides: Sequence[str] = (), **options: str | bool | None) -> list[str]:
    """The options that were given, as they are typed again."""
    words = [word for text in overrides for word in ("--set", text)]
    for name, value in options.items():
        if value:
            words += [f"--{name}"] if value is True else [f"--{name}", value]
    return words


def _complete_config(
    ctx: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Config files, and the configs that rnnkit brings."""
    from rnnkit.config.shipped import shipped_configs

    names = [name for name in shipped_configs() if name.startswith(incomplete)]
    return [CompletionItem(incomplete, type="file"), *map(CompletionItem, names)]


def complete_data(
    ctx: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Files, the configs that rnnkit brings, and its data."""
    from rnnkit.datasets import EMBEDDED

    names = [name for name in EMBEDDED if name.startswith(incomplete)]
    found = _complete_config(ctx, parameter, incomplete)
    known = {item.value for item in found}
    return [*found, *(CompletionItem(name) for name in names if name not in known)]


def complete_run(
    ctx: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """`latest`, the names under runs/, and their runs."""
    from rnnkit.runs import run_names

    names = (name for name in run_names() if name.startswith(incomplete))
    return [CompletionItem(incomplete, type="dir"), *map(CompletionItem, names)]


config = click.argument("config", type=click.Path(dir_okay=False), shell_complete=_complete_config)
run = click.argument("run", shell_complete=complete_run)
overrides = click.option(
    "--set", "overrides", multiple=True, metavar="KEY=VALUE",
    help="Override a key, as in training.epochs=1; the value is read as YAML. Repeatable.",
)  # fmt: skip
device = click.option("--device", metavar="auto|cpu|gpu|gpu:N|gpus", help="Where to compute.")
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
quiet = click.option("-q", "--quiet", is_flag=True, help="Print results only, no progress.")

# of `predict` and `generate`, where a task takes them
data = click.Option(["--data"], metavar="FILE", help="New examples in the training data's form.")
output = click.Option(["--output"], metavar="FILE", help="Write into FILE instead of to stdout.")
form = click.Option(
    ["--format", "form"], type=click.Choice(["csv", "jsonl"]), help="Default: by --output, or CSV."
)
seed = click.Option(
    ["--seed"], type=click.IntRange(min=0), default=0, show_default=True, metavar="N",
    help="The same seed gives the same result.",
)  # fmt: skip
temperature = click.Option(
    ["--temperature"], type=Number(min=0), default=1.0, show_default=True, metavar="X",
    help="Below 1 likelier, above 1 more surprising; 0 always the likeliest.",
)  # fmt: skip


def one_of(options: Mapping[str, object]) -> None:
    """Raise a UsageError unless exactly one of these options was given."""
    given = [name for name, value in options.items() if value not in {None, False}]
    if len(given) != 1:
        which = f", not {' and '.join(given)}" if given else ""
        raise click.UsageError(f"give one of {listed(list(options))}{which}")
