"""Runs rnnkit's command line in forked processes, so that TensorFlow is imported only once.

A line of JSON on stdin asks for one process, a line on stdout says how it ended. Forking is sound
here because nothing has been computed yet: TensorFlow starts its threads with the first operation.
"""

import importlib
import json
import os
import signal
import sys
import time
import traceback
from pathlib import Path
from typing import Any

MODULES = (
    "rnnkit.cli.app", "rnnkit.cli.train", "rnnkit.cli.resume", "rnnkit.console",
    "rnnkit.cli.progress", "rnnkit.workflows.train", "rnnkit.workflows.resume",
    "rnnkit.data.labelled", "rnnkit.reports.tables", "rnnkit.reports.plots", "pandas", "h5py",
)  # fmt: skip


def main() -> None:
    for module in MODULES:
        importlib.import_module(module)
    from tensorflow.python.eager import context

    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        assert not context.context()._initialized, "TensorFlow has started: forking is not sound"
        print(json.dumps(_serve(**json.loads(line))), flush=True)


def _serve(
    arguments: list[str], log: str, fault: dict[str, Any] | None, kill_after: float | None
) -> dict[str, Any]:
    began = time.monotonic()
    child = os.fork()
    if not child:
        _become(arguments, log, fault)
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        seconds = time.monotonic() - began
        if ended:
            return {"code": os.waitstatus_to_exitcode(status), "seconds": seconds}
        if kill_after is not None and seconds >= kill_after:
            os.kill(child, signal.SIGKILL)
            kill_after = None
        time.sleep(0.002)


def _become(arguments: list[str], log: str, fault: dict[str, Any] | None) -> None:
    """The forked process: the command line with its output in a file; never returns."""
    code: Any = 1
    try:
        file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        null = os.open(os.devnull, os.O_RDONLY)
        for source, number in ((null, 0), (file, 1), (file, 2)):
            os.dup2(source, number)
        if fault is not None:
            from tests.crash.faults import install

            install(**fault)
        from rnnkit.cli.app import run

        code = run(arguments)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(code)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    main()
