"""`rnnkit`: finds the verb, and turns every error into one message and an exit code.

Only click is imported here: a verb's module is loaded when it is called, and imports what is
heavy inside its function, so that `rnnkit --help` answers at once.
"""

from __future__ import annotations

import gc
import importlib
import io
import os
import sys
import traceback
from typing import Any

import click

from rnnkit.errors import RnnkitError
from rnnkit.streams import tell, unbreakable
from rnnkit.version import __version__
from rnnkit.words import ends

MAX_LINE = 1000  # characters of a message: names in hostile files can have millions
COMPLETE = "_RNNKIT_COMPLETE"  # a shell asks for words, or for the script that asks

# What each verb does, in the order of use. Its command is rnnkit.cli.<verb>.command.
VERBS = {
    "init": "Write a config for a file or a folder of data.",
    "check": "Validate a config and its data, and show the layers.",
    "data": "Show what is made of a config's data: columns, times, parts, leaks.",
    "train": "Train the model that a config describes.",
    "search": "Try what a config's `search:` says, and train the best of it.",
    "resume": "Go on with a run that was stopped.",
    "launch": "Train with several processes on this machine.",
    "runs": "List the runs, with their scores; delete those not needed.",
    "evaluate": "Score a trained run beside its baseline.",
    "compare": "Hold runs against each other, with a paired test.",
    "predict": "Ask a trained run about new data.",
    "generate": "Let a trained run make something up.",
    "serve": "Let a trained run answer over HTTP.",
    "export": "Write a trained network as ONNX, SavedModel or LiteRT.",
    "inspect": "Look inside a model: gradients through time, gates, states.",
    "configs": "List the configs that come with rnnkit.",
    "schema": "Print the JSON schema of configs, for editors.",
    "doctor": "Show versions and devices, and whether they work.",
}


class Verbs(click.Group):
    """Loads a verb's module when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in VERBS:
            return None
        command: click.Command = importlib.import_module(f"rnnkit.cli.{name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(VERBS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in VERBS and not args[0].startswith("-"):
            from rnnkit.words import did_you_mean

            ctx.fail(f"there is no command '{args[0]}'.{did_you_mean(args[0], VERBS)}")
        return super().resolve_command(ctx, args)


@click.group(
    cls=Verbs,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="`rnnkit COMMAND --help` shows examples. Exit codes: 0 done, 1 failed while running, "
    "2 wrong usage, config or data, 3 a --min or --max gate was not met, 130/143 interrupted.",
)
@click.version_option(__version__, prog_name="rnnkit")
def cli() -> None:
    """Train recurrent networks described in YAML.

    \b
    Examples:
      rnnkit init data.csv
      rnnkit check configs/mnist.yaml
      rnnkit train configs/mnist.yaml
      rnnkit evaluate latest
      rnnkit predict latest --data new.csv
    """


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    if COMPLETE in os.environ:  # click writes bytes for the shell, and ends the process
        cli.main(prog_name="rnnkit")
    # of 700 objects, as it is, imports alone have garbage looked for a hundred times; at the end
    # it is looked for once more, in all that is about to go
    gc.set_threshold(200_000)
    _open_closed_streams()
    code = run(sys.argv[1:] if arguments is None else arguments)
    gc.freeze()
    sys.exit(code)


def run(arguments: list[str]) -> int:
    """Run one command; returns the exit code."""
    with unbreakable() as stdout:
        code = _run(arguments, debug="--debug" in arguments)
        if problem := stdout.take_problem():
            _complain(f"stdout: {problem}", debug=False)
            code = code or 1
    return code


def _run(arguments: list[str], debug: bool) -> int:
    try:
        _check_current_folder()
        code: Any = cli.main(arguments, prog_name="rnnkit", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except RnnkitError as error:
        _complain(str(error), debug)
        return error.exit_code
    except click.ClickException as error:
        usage = io.StringIO()
        error.show(usage)
        _complain(usage.getvalue().rstrip("\n"), debug=False)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        _complain("interrupted", debug)
        return 130
    except MemoryError as error:
        _complain(f"out of RAM: {error}".rstrip(": "), debug)
        return 1
    except Exception as error:
        _complain(
            f"this is a bug in rnnkit: {type(error).__name__}: {error}\n"
            "Please report it with what --debug adds.",
            debug,
        )
        return 1


def _check_current_folder() -> None:
    """Paths count from it; a shell can stand in one that was removed."""
    try:
        os.getcwd()  # noqa: PTH109 - click alone is imported here
    except FileNotFoundError:
        raise click.UsageError("the current folder is gone: cd into one that exists") from None


def _open_closed_streams() -> None:
    """Started with `>&-`, the next file opened would become stdout, and print would fail."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free number, which is this one
            setattr(sys, name, os.fdopen(number, "r" if number == 0 else "w", encoding="utf-8"))


def _complain(message: str, debug: bool) -> None:
    if debug:
        tell(traceback.format_exc().rstrip("\n"))
    tell("\n".join(ends(line, MAX_LINE) for line in message.split("\n")))
