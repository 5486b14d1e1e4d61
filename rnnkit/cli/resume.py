"""`rnnkit resume RUN`."""

from __future__ import annotations

from functools import partial

import click

from rnnkit import options
from rnnkit.cli.train import show_training


@click.command("resume")
@options.run
@options.overrides
@options.device
@options.quiet
@options.common
def command(run: str, overrides: tuple[str, ...], device: str | None, quiet: bool) -> None:
    """Go on with RUN (a run folder, a run's name, or `latest`) where it was stopped.

    It ends as if it had never been stopped: the same weights, bit for bit, on the same device.
    Of what decides the result only more epochs can be set.

    \b
    Examples:
      rnnkit resume latest
      rnnkit resume runs/mnist/20261123-204502
      rnnkit resume mnist --set training.epochs=8
    """
    from rnnkit import console
    from rnnkit.runs import find_run

    found = find_run(run)  # before TensorFlow is imported
    if device is not None:
        overrides = (*overrides, f"device={device}")
    console.load_tensorflow(quiet=quiet)
    from rnnkit.workflows.resume import resume

    show_training(partial(resume, found, overrides=overrides), device, quiet)
