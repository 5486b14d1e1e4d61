"""What a run is before it starts, and how it ended after: run.json and the two configs."""

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

from rnnkit import __version__
from rnnkit.errors import DivergedError, Interrupted
from rnnkit.runs import Run, write_text
from rnnkit.runtime import keras, tf
from rnnkit.workflows.build import resolved_text
from rnnkit.workflows.setup import Setup


@contextlib.contextmanager
def recorded(run: Run, setup: Setup, command: Sequence[str] | None) -> Iterator[None]:
    """Write what the run is before it starts, and how it ended after."""
    write_text(run.config, setup.checked.loaded.text or resolved_text(setup.checked))
    write_text(run.resolved_config, resolved_text(setup.checked))
    write_text(run.preprocessing, setup.dataset.preprocessing.to_json())
    began = time.time()
    run.update_metadata(status="running", **_facts(setup, command))
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
    finally:
        if run.path.is_dir():  # a vanished folder must not hide the first error
            problem = sys.exc_info()[1]
            if problem is not None:
                run.append_log(f"{status}: {problem}")
            run.update_metadata(status=status, seconds=round(time.time() - began, 1))


def _facts(setup: Setup, command: Sequence[str] | None) -> dict[str, Any]:
    """What one needs to know to get the same weights again."""
    return {
        "started": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "command": list(command) if command is not None else None,
        "seed": setup.config.seed,
        "shards": setup.shards,
        "device": dataclasses.asdict(setup.device),
        "op_determinism": setup.device.is_gpu,
        "data": {"source": setup.config.data.source, "sha256": setup.dataset.sha256},
        "parameters": setup.checked.stack.parameters,
        "versions": {
            "rnnkit": __version__,
            "python": platform.python_version(),
            "tensorflow": tf.__version__,
            "keras": keras.__version__,
            "numpy": np.__version__,
        },
        "git_commit": _git_commit(),
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
