"""What a run is before it starts, how it goes on, and how it ended: run.json and its configs."""

from __future__ import annotations

import contextlib
import dataclasses
import platform
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from rnnkit.errors import DivergedError, Interrupted, RunError
from rnnkit.files import write_text
from rnnkit.run import Run
from rnnkit.runs import begin, point_latest
from rnnkit.runtime import keras, tf
from rnnkit.version import __version__
from rnnkit.workflows.build import resolved_text
from rnnkit.workflows.setup import Setup


def record_start(
    run: Run, setup: Setup, command: Sequence[str] | None, notes: Sequence[str] = ()
) -> None:
    """Write what a new run is. run.json comes last: with it, the run can be found and resumed.

    Raises:
        RunError: the folder cannot be written.
    """
    write_text(run.config, setup.checked.loaded.text or resolved_text(setup.checked))
    write_text(run.resolved_config, resolved_text(setup.checked))
    write_text(run.preprocessing, setup.dataset.preprocessing.to_json())
    write_text(run.card, setup.card.model_dump_json(indent=2) + "\n")
    start = setup.checked.start
    begun = {} if start is None else {"start": start.facts}
    begin(run, status="running", **_facts(setup, command), **begun, notes=list(notes))


def record_resume(run: Run, setup: Setup, *, text: str, seconds: float) -> None:
    """Write that a run goes on, with what its config has become.

    Args:
        run: the run.
        setup: what it goes on with.
        text: the config as the user has written it now; empty leaves what is there.
        seconds: what its checkpoint says that it has trained; a killed process noted none.

    Raises:
        RunError: the folder cannot be written.
    """
    run.clear_up()
    before = run.read_metadata()
    run.update_metadata(  # first: killed with more epochs in its config, it must not be complete
        status="running",
        resumed=before.get("resumed", 0) + 1,
        seconds=max(before.get("seconds", 0.0), round(seconds, 1)),
    )
    if text:
        write_text(run.config, text)
    write_text(run.resolved_config, resolved_text(setup.checked))
    run.append_log(f"resumed at {time.strftime('%Y-%m-%d %H:%M:%S')}")


@contextlib.contextmanager
def ended(run: Run) -> Iterator[None]:
    """Write how the body ended: the run's status, and the seconds that it took.

    Raises:
        RunError: an OSError of the body, which is the disk's or the folder's.
    """
    before = float(run.read_metadata().get("seconds", 0.0))
    began = time.time()
    status = "failed"
    try:
        yield
        status = "completed"
    except DivergedError:
        status = "diverged"
        raise
    except Interrupted:
        status = "interrupted"
        raise
    except BrokenPipeError:  # of a terminal or pipe, not of a file
        raise
    except OSError as error:
        where = error.filename or run.path
        raise RunError(f"{where}: cannot be used: {error.strerror or error}") from error
    finally:
        _note_end(run, status, before + time.time() - began)


def _note_end(run: Run, status: str, seconds: float) -> None:
    problem = sys.exc_info()[1]
    if problem is None:
        run.update_metadata(status=status, seconds=round(seconds, 1))
        point_latest(run.path.parent)
        return
    with contextlib.suppress(RunError):  # a full disk must not hide the first error
        run.append_log(f"{status}: {problem}")
    with contextlib.suppress(RunError):
        run.update_metadata(status=status, seconds=round(seconds, 1))
        point_latest(run.path.parent)


def _facts(setup: Setup, command: Sequence[str] | None) -> dict[str, Any]:
    """What one needs to know to get the same weights again."""
    return {
        "started": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "command": list(command) if command is not None else None,
        "seed": setup.config.seed,
        **setup.chosen,
        "workers": setup.distribution.workers,
        "replicas": setup.distribution.replicas,
        "strategy": setup.distribution.name,
        "device": dataclasses.asdict(setup.device),
        "op_determinism": setup.device.is_gpu,
        "data": {"source": setup.config.data.source, "sha256": setup.dataset.sha256},
        "parameters": setup.checked.stack.parameters,
        "versions": versions(),
        "git_commit": _git_commit(),
    }


def versions() -> dict[str, str]:
    """What computes."""
    return {
        "rnnkit": __version__,
        "python": platform.python_version(),
        "tensorflow": tf.__version__,
        "keras": keras.__version__,
        "numpy": np.__version__,
    }


def _git_commit() -> str | None:
    """The commit of the folder the command runs in, if it is a git checkout."""
    try:
        done = subprocess.run(
            ["git", "rev-parse", "HEAD"], capture_output=True, text=True, timeout=5, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() or None if done.returncode == 0 else None
