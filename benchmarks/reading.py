"""`python -m benchmarks.reading`: tables into memory, checked and ready to train, beside others.

A long table (2,000,000 rows: id, time, 8 numbers, a class), the same in random order, and a wide
one (300 rows of 5,000 numbers). Each reader runs in a process of its own, all of them in turn;
`engine` is DuckDB's own reading with the columns stated, `pandas` is `pandas.read_csv`, neither of
which sorts, groups or checks anything.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import numpy as np

from benchmarks.machine import ROOT, describe_machine, git_commit

STEPS, FEATURES = 200, 8  # rows of an id; numbers of a row
WIDE = (300, 5_000)
LITTLE = 1 << 28  # bytes that the engine may take in the row of that name


@click.command()
@click.option("--rows", type=int, default=2_000_000, show_default=True, help="Of the long table.")
@click.option("--repetitions", type=click.IntRange(1), default=5, show_default=True)
@click.option("--child", hidden=True)
@click.argument("path", required=False, type=click.Path(path_type=Path), metavar="")
def main(rows: int, repetitions: int, child: str | None, path: Path | None) -> None:
    """Measure how long tables take to read, and the most memory that it takes."""
    if child is not None and path is not None:
        _measure(READERS[child], path)
        return
    with tempfile.TemporaryDirectory(prefix="reading-") as name:
        files = _write_tables(Path(name), rows)
        found: dict[str, list[dict[str, float]]] = {reader: [] for reader in READERS}
        for _ in range(repetitions):
            for reader, seen in found.items():
                seen.append(_apart(reader, files[reader.partition(" ")[0]]))
    medians = {
        reader: {key: statistics.median(one[key] for one in seen) for key in seen[0]}
        for reader, seen in found.items()
    }
    result = {
        "machine": describe_machine("cpu"),
        "git_commit": git_commit(),
        "date": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "rows": rows,
        "repetitions": repetitions,
        "medians": medians,
        "of_the_engines_own": {
            f"{reader} / {engine}": statistics.median(
                one["seconds"] / other["seconds"]
                for one, other in zip(found[reader], found[engine], strict=True)
            )
            for engine in ("long engine", "wide engine")
            for reader in READERS
            if reader != engine and (reader.startswith("wide") == engine.startswith("wide"))
        },
    }
    click.echo(json.dumps(result, indent=2))


def _write_tables(folder: Path, rows: int) -> dict[str, Path]:
    rng = np.random.default_rng(0)
    values = rng.normal(size=(rows, FEATURES)).round(4)
    lines = [
        f"u{n // STEPS},{n % STEPS},{','.join(map(repr, row))},{'abc'[n // STEPS % 3]}\n"
        for n, row in enumerate(values.tolist())
    ]
    header = f"id,time,{','.join(f'x{n}' for n in range(FEATURES))},y\n"
    files = {name: folder / f"{name}.csv" for name in ("long", "random", "wide")}
    files["long"].write_text(header + "".join(lines))
    files["random"].write_text(header + "".join(lines[n] for n in rng.permutation(rows)))
    wide = rng.normal(size=WIDE).round(4).tolist()
    names = ",".join(f"x{n}" for n in range(WIDE[1]))
    text = "".join(f"{','.join(map(repr, row))},{'ab'[n % 2]}\n" for n, row in enumerate(wide))
    files["wide"].write_text(f"{names},y\n{text}")
    return files


def _apart(reader: str, path: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.reading", "--child", reader, str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _measure(read: Callable[[Path], object], path: Path) -> None:
    import duckdb  # noqa: F401 - not what is measured
    import pandas  # noqa: F401

    import rnnkit.data.labelled.tables  # noqa: F401

    began = time.perf_counter()
    kept = read(path)
    seconds = time.perf_counter() - began
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    most = int(status.partition("VmHWM:")[2].split()[0]) * 1024 / 1e6
    print(json.dumps({"seconds": seconds, "most_megabytes": most}))
    del kept


def _engine(path: Path) -> Any:
    import duckdb

    header = path.open().readline().strip().split(",")
    text = {"id", "y"}
    columns = {name: "VARCHAR" if name in text else "DOUBLE" for name in header}
    with duckdb.connect() as database:
        return database.execute(
            f"SELECT * FROM read_csv('{path}', auto_detect=false, header=true, delim=',', "
            f"columns={columns})"
        ).fetchnumpy()


def _pandas(path: Path) -> Any:
    import pandas

    return pandas.read_csv(path)


def _rnnkit(path: Path, **options: object) -> Any:
    from rnnkit.data.labelled.section import LabelledData
    from rnnkit.data.labelled.tables import read_parts

    data = LabelledData.model_validate({"source": str(path), "label": "y", **options})
    return read_parts([path], data, ids=False)


def _rnnkit_long(path: Path) -> Any:
    return _rnnkit(path, id="id", time="time")


def _rnnkit_little(path: Path) -> Any:
    from rnnkit.data.tables import engine

    engine.MOST = LITTLE
    return _rnnkit_long(path)


READERS: dict[str, Callable[[Path], object]] = {
    "long engine": _engine,
    "long pandas": _pandas,
    "long rnnkit": _rnnkit_long,
    "random rnnkit": _rnnkit_long,
    "random rnnkit, 256 MB": _rnnkit_little,
    "wide engine": _engine,
    "wide pandas": _pandas,
    "wide rnnkit": _rnnkit,
}

if __name__ == "__main__":
    main()
