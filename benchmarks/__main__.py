"""`python -m benchmarks`: measure the rows, print the table, keep the numbers and the picture."""

from __future__ import annotations

import dataclasses
import json
import platform
import time
from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console

from benchmarks.contenders import ENTRIES, ROOFS, Entry, entries_for
from benchmarks.machine import ROOT, describe_machine, file_stem, git_commit, has_bfloat16
from benchmarks.plot import plot_report
from benchmarks.race import race, roofs
from benchmarks.results import Report, RowResult
from benchmarks.rows import Row, select_rows
from benchmarks.table import report_table
from rnnkit.files import write_text

RESULTS = ROOT / "benchmarks" / "results"
TRIALS = ROOT / "build" / "benchmarks"  # of runs too short or too narrow to be kept
FULL_REPETITIONS = 5
QUICK_STEPS, QUICK_REPETITIONS = 2, 1
WIDTH = 100  # columns, where the output is no terminal


@click.command()
@click.option("--rows", metavar="KEYS", help="Some rows alone: 1,2,6a,epoch; 6 is 6a and 6b.")
@click.option("--repetitions", type=click.IntRange(1), default=FULL_REPETITIONS, show_default=True)
@click.option("--steps", type=click.IntRange(1), help="Steps a repetition, for every row.")
@click.option("--device", type=click.Choice(["cpu", "gpu"]), default="cpu", show_default=True)
@click.option(
    "--contenders", metavar="NAMES", help="Some alone: " + ",".join(e.name for e in ENTRIES) + "."
)
@click.option("--quick", is_flag=True, help="See that everything runs; the numbers mean nothing.")
@click.option("--output", type=click.Path(path_type=Path), help="Folder of the results.")
def main(
    rows: str | None,
    repetitions: int,
    steps: int | None,
    device: str,
    contenders: str | None,
    quick: bool,
    output: Path | None,
) -> None:
    """Measure rnnkit beside plain Keras and PyTorch on this machine.

    Writes <machine>.json and <machine>.png into benchmarks/results, or into build/benchmarks where
    --quick, --steps, --contenders or few repetitions make it a trial. Another machine's files are
    never overwritten.
    """
    try:
        chosen = select_rows(rows, bfloat16=device == "gpu" or has_bfloat16())
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    names = _names(contenders)
    trial = quick or steps or names or repetitions < FULL_REPETITIONS
    if quick:
        steps, repetitions = steps or QUICK_STEPS, QUICK_REPETITIONS
    if steps is not None:
        chosen = tuple(dataclasses.replace(row, steps=steps) for row in chosen)
    report = measure(chosen, repetitions=repetitions, device=device, names=names)
    if not any(result.contenders for result in report.rows):
        raise click.ClickException("nothing could be measured; the reasons are above")
    console = Console(highlight=False, markup=False)
    if not console.is_terminal:
        console.width = WIDTH
    console.print(report_table(report))
    folder = output or (TRIALS if trial else RESULTS)
    suffix = f"-rows-{rows.replace(',', '-').replace(' ', '')}" if rows else ""
    path = write_report(report, folder, file_stem(report.machine) + suffix)
    say(f"written: {path} and {path.with_suffix('.png').name}")


def measure(
    rows: Sequence[Row],
    *,
    repetitions: int,
    device: str,
    names: tuple[str, ...] | None = None,
    roof_entries: Sequence[Entry] = ROOFS,
) -> Report:
    """Run the rows one after the other; `names` keeps only some contenders.

    Ctrl-C ends it with the rows that are done.
    """
    versions = {"python": platform.python_version()}
    results: list[RowResult] = []
    with roofs(device, roof_entries) as roof:
        versions |= roof.versions
        for row in rows:
            say(f"{row.key}  {row.title}")
            try:
                result = race(
                    row,
                    entries_for(row, device=device, names=names),
                    repetitions=repetitions,
                    device=device,
                    roof=roof,
                    versions=versions,
                    say=say,
                )
            except KeyboardInterrupt:
                say("interrupted: what follows are the rows before")
                break
            results.append(result)
    return Report(
        machine=describe_machine(device),
        versions=versions,
        date=time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        git_commit=git_commit(),
        device=device,
        repetitions=repetitions,
        rows=results,
    )


def write_report(report: Report, folder: Path, stem: str) -> Path:
    """Write the JSON and the PNG; where another machine's stand under that name, beside them.

    Returns:
        The JSON's path.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path, number = folder / f"{stem}.json", 2
    while path.exists() and json.loads(path.read_text("utf-8"))["machine"] != report.machine:
        path, number = folder / f"{stem}-{number}.json", number + 1
    write_text(path, json.dumps(report.to_dict(), indent=1) + "\n")
    plot_report(report, path.with_suffix(".png"))
    return path


def _names(contenders: str | None) -> tuple[str, ...] | None:
    """`keras,pytorch` -> the names; None for all of them."""
    if contenders is None:
        return None
    names = tuple(name.strip() for name in contenders.split(","))
    known = [entry.name for entry in ENTRIES]
    for name in names:
        if name not in known:
            raise click.UsageError(f"there is no contender '{name}'; there are {', '.join(known)}")
    return names


def say(line: str) -> None:
    """Progress, on stderr."""
    click.echo(line, err=True)


if __name__ == "__main__":
    main()
