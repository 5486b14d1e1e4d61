"""`rnnkit train CONFIG`."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rnnkit import options

if TYPE_CHECKING:
    from rnnkit.run import Run
    from rnnkit.workflows.check import Ready


@click.command("train")
@options.config
@options.overrides
@options.device
@click.option("--runs", default="runs", show_default=True, help="Where run folders are made.")
@click.option("--smoke", is_flag=True, help="A tiny subset, one short epoch: does it all work?")
@click.option("--resume", is_flag=True, help="Go on with the newest unfinished run of CONFIG.")
@click.option(
    "--seeds", type=click.IntRange(min=2), metavar="N",
    help="Train N times, with the config's seed and the next; mean and spread of the results.",
)  # fmt: skip
@click.option(
    "--folds", type=click.IntRange(min=2), metavar="K",
    help="Train K times, each time tested on another K-th of the examples; mean and spread.",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Build, time a few steps, say what it would take.")
@options.quiet
@options.common
def command(
    config: str,
    overrides: tuple[str, ...],
    device: str | None,
    runs: str,
    smoke: bool,
    resume: bool,
    seeds: int | None,
    folds: int | None,
    dry_run: bool,
    quiet: bool,
) -> None:
    """Train the model that CONFIG describes, into a new folder under runs/.

    \b
    Examples:
      rnnkit train configs/mnist.yaml
      rnnkit train configs/mnist.yaml --set training.epochs=1 --device cpu
      rnnkit train configs/mnist.yaml --smoke
      rnnkit train configs/mnist.yaml --dry-run
      rnnkit train configs/mnist.yaml --resume
      rnnkit train configs/sunspots.yaml --seeds 5
      rnnkit train mine.yaml --folds 5
    """
    if dry_run and resume:
        raise click.UsageError("--dry-run trains nothing that --resume could go on with")
    repeated = "--folds" if seeds is None else "--seeds"
    if seeds is not None and folds is not None:
        raise click.UsageError("--seeds or --folds: the seed also deals the folds")
    if (seeds or folds) and (dry_run or resume):
        raise click.UsageError(f"{repeated} trains anew: leave --resume and --dry-run out")
    again = options.typed(
        overrides, device=device, runs=runs if runs != "runs" else None, smoke=smoke
    )
    if device is not None:
        overrides = (*overrides, f"device={device}")
    from rnnkit import console, stages

    with console.showing_stages(quiet=quiet):  # all that can be wrong, before TensorFlow is loaded
        stages.begin("reading the config")
        from rnnkit.data.cache import Place
        from rnnkit.run import CACHE
        from rnnkit.training.cluster import cluster_from_environment
        from rnnkit.workflows.begin import check_start, started
        from rnnkit.workflows.check import check, load, read

        if (seeds or folds) and cluster_from_environment() is not None:
            raise click.UsageError(f"{repeated} trains in one process: unset TF_CONFIG")
        loaded = load(config, overrides=overrides, smoke=smoke)
        place = Place(Path(runs) / loaded.config.name / CACHE, _teller(quiet))
        if seeds or folds:
            check_start(check(loaded, place=place), runs=runs)
        elif not resume:
            # a dry run converts nothing
            ready = started(read(loaded, None if dry_run else place), runs=runs)
    if resume:
        console.load_tensorflow(quiet=quiet)
        from rnnkit.workflows.resume import resume_config

        show_training(partial(resume_config, loaded, runs=runs), device, quiet)
    elif seeds or folds:
        from rnnkit.cli.repeats import show_repeats

        show_repeats(loaded, seeds=seeds, folds=folds, runs=runs, device=device, quiet=quiet)
    elif dry_run:
        _estimate(ready, ["train", config, *again])
    else:
        console.load_tensorflow(quiet=quiet)
        from rnnkit.workflows.train import train_ready

        command = ["rnnkit", *sys.argv[1:]]
        show_training(partial(train_ready, ready, runs=runs, command=command), device, quiet)


def show_training(start: Callable[..., Run], device: str | None, quiet: bool) -> None:
    """Train with progress on stderr; then print the result, and which command comes next.

    Args:
        start: a workflow that trains, but for its `watch`.
        device: as it was given.
        quiet: print the result only.
    """
    from rnnkit import console, stages
    from rnnkit.cli.by_task import next_command
    from rnnkit.cli.progress import progress_on
    from rnnkit.reports.tables import training_summary
    from rnnkit.tasks import find_task
    from rnnkit.training.cluster import cluster_from_environment
    from rnnkit.training.passes import nobody_counts
    from rnnkit.workflows.check import config_of
    from rnnkit.workflows.evaluate import read_evaluation
    from rnnkit.workflows.watch import Watch

    screen = console.err()
    cluster = cluster_from_environment()
    is_chief = cluster is None or cluster.is_chief
    progress = progress_on(screen) if is_chief and not quiet else None
    if cluster is not None and not quiet:
        others = cluster.names(i for i in range(len(cluster.addresses)) if i != cluster.rank)
        console.print_line(screen, f"waiting for {others}", indent=4)

    def on_start(lines: list[tuple[str, str]]) -> None:
        if not quiet:
            for label, text in lines:
                console.print_line(screen, f"{label:<7}{text}", indent=7)

    watch = Watch(
        [progress] if progress else [],
        on_start,
        _teller(quiet),
        progress.count if progress else nobody_counts,
    )
    try:
        with stages.told_to(progress.on_stage) if progress else contextlib.nullcontext():
            run = start(watch=watch)
    finally:
        if progress is not None:
            progress.close()
    if not is_chief:  # the results are the chief's
        return
    evaluation = read_evaluation(run)
    result = None if evaluation is None else find_task(evaluation.task).view.summary(evaluation)
    stopping = config_of(run).config.training.early_stopping
    monitor = None if stopping is None else stopping.monitor
    console.print_result(training_summary(run.read_history(), result, monitor=monitor))
    console.keep_result(run.path)
    if not quiet:
        console.advise(next_command(run, device), f"or open {run.report}")


def _teller(quiet: bool) -> Callable[[str], None]:
    """Prints a line of progress."""
    from rnnkit import console

    screen = console.err()

    def tell(text: str) -> None:
        if not quiet:
            console.print_line(screen, text, indent=4)

    return tell


def _estimate(ready: Ready, command: list[str]) -> None:
    from rich.table import Table

    from rnnkit import console
    from rnnkit.reports.tables import layer_table
    from rnnkit.words import duration
    from rnnkit.workflows.dry_run import dry_run

    estimate = dry_run(ready)
    setup = estimate.setup
    training = setup.config.training
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    rate = training.batch_size / estimate.step_seconds
    peak = estimate.peak_bytes
    for row in [
        ("data", setup.dataset.description),
        ("device", setup.device_text),
        ("RAM", f"data {_megabytes(estimate.data_bytes)}, "
                f"weights {_megabytes(estimate.parameter_bytes)}, "
                f"optimizer {_megabytes(estimate.optimizer_bytes)}"
                + (f", process at its peak {_megabytes(peak)}" if peak else "")),
        ("step", f"{estimate.step_seconds * 1000:.1f} ms for {training.batch_size} examples "
                 f"({rate:,.0f} samples/s); the first, with compilation, "
                 f"{estimate.compile_seconds:.1f} s"),
        ("epoch", f"{duration(estimate.epoch_seconds)} for {setup.steps:,} steps and validation"),
        ("run", f"{duration(estimate.total_seconds)} for {training.epochs} epochs, "
                f"from {estimate.timed_steps} timed steps"),
    ]:  # fmt: skip
        table.add_row(*row)
    console.print_result(
        layer_table(setup.checked.stack.summaries, input_shape=setup.checked.facts.shape)
    )
    console.print_result(table)
    console.advise(command)


def _megabytes(count: int) -> str:
    return f"{count / 1e6:,.1f} MB"
