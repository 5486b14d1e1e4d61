"""`rnnkit launch --workers N CONFIG`."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("launch", context_settings={"ignore_unknown_options": True})
@click.option(
    "--workers", type=click.IntRange(min=2), required=True, metavar="N",
    help="How many processes train together.",
)  # fmt: skip
@click.argument("arguments", metavar="CONFIG [OPTIONS OF TRAIN]...", nargs=-1, required=True,
                type=click.UNPROCESSED)  # fmt: skip
def command(workers: int, arguments: tuple[str, ...]) -> int:
    """Train CONFIG with N processes on this machine, each with its share of the cores.

    Each sees its part of every batch; the result is that of one process, to rounding. On the CPU,
    unless --device says otherwise. The options of train, --debug among them, are handed on.
    Several GPUs in one process: rnnkit train CONFIG --device gpus.

    \b
    Examples:
      rnnkit launch --workers 2 configs/mnist.yaml
      rnnkit launch --workers 2 configs/mnist.yaml --set training.epochs=1
      rnnkit launch --workers 2 configs/mnist.yaml --resume
    """
    from rnnkit.cli import console
    from rnnkit.cli.train import command as train
    from rnnkit.errors import ConfigError
    from rnnkit.workflows.check import check, indivisible
    from rnnkit.workflows.launch import launch

    given = train.make_context("rnnkit launch", list(arguments)).params
    if given["dry_run"] or given["seeds"] is not None:
        raise click.UsageError("--dry-run and --seeds are for one process: use rnnkit train")
    overrides = given["overrides"]
    if given["device"] is None:
        arguments = (*arguments, "--device", "cpu")
    else:
        overrides = (*overrides, f"device={given['device']}")
    checked = check(given["config"], overrides=overrides, smoke=given["smoke"])
    if problems := indivisible(checked.loaded, workers):  # one message here, not N from workers
        raise ConfigError(problems)
    code = launch(arguments, workers=workers)
    console.keep_result(Path(given["runs"]) / checked.loaded.config.name)
    return code
