"""Trainings that are killed and resumed, and the one that they must equal."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from tests.conftest import write_data
from tests.crash.fingerprint import fingerprint

ROOT = Path(__file__).parents[2]
KILLED = -9


@dataclasses.dataclass(frozen=True)
class Ended:
    """How one process ended: its exit code, negative for a signal, and how long it took."""

    code: int
    seconds: float
    output: str


class Server:
    """Starts training processes; see server.py."""

    def __init__(self, folder: Path) -> None:
        self.log = folder / "output.txt"
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.server"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
        )  # fmt: skip
        self._read()

    def run(
        self,
        *arguments: object,
        fault: dict[str, Any] | None = None,
        kill_after: float | None = None,
    ) -> Ended:
        """One `rnnkit` process to its end.

        Args:
            arguments: the command line.
            fault: what tests.crash.faults.install is called with.
            kill_after: seconds after which it is killed.
        """
        self.log.write_text("")
        request = {"arguments": [str(a) for a in arguments], "log": str(self.log)}
        assert self._process.stdin is not None
        line = json.dumps({**request, "fault": fault, "kill_after": kill_after})
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return Ended(**self._read(), output=self.log.read_text(errors="replace"))

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(timeout=60)

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer


class Bench:
    """A small config, what it gives when nothing disturbs it, and runs that are disturbed.

    Dropout twice, validation, early stopping, a schedule with a memory, and a checkpoint after
    every step: 24 steps in 4 epochs.
    """

    def __init__(self, folder: Path, server: Server) -> None:
        self.folder = folder
        self.server = server
        self.config = folder / "crash.yaml"
        self.config.write_text(yaml.safe_dump(_config(write_data(folder / "data.npz"))))
        self.calls_file = folder / "calls.txt"
        self.number = 0
        fault = {"record": str(self.calls_file)}
        self.whole = server.run("train", self.config, "--runs", folder / "whole", fault=fault)
        assert self.whole.code == 0, self.whole.output
        self.expected = fingerprint(self.run_in(folder / "whole") or folder)

    @property
    def calls(self) -> list[str]:
        """The calls that change files, in the order in which a whole run makes them."""
        return self.calls_file.read_text().splitlines()

    def calls_of_one_checkpoint(self) -> range:
        """The numbers of the calls that write one checkpoint in the middle of a run."""
        starts = [i for i, call in enumerate(self.calls) if call.startswith("mkdir ")
                  and "/.step-" in call]  # fmt: skip
        middle = len(starts) // 2
        return range(starts[middle], starts[middle + 1])

    def run_in(self, runs: Path) -> Path | None:
        """The one run under a folder, if it got as far as its run.json."""
        return next((path.parent for path in runs.glob("crash/2*/run.json")), None)

    def disturb(
        self,
        *,
        fault: dict[str, Any] | None = None,
        kill_after: float | None = None,
        again_after: float | None = None,
    ) -> str:
        """Train until the disturbance, resume to the end, compare; says where it was stopped.

        Args:
            fault: what tests.crash.faults.install is called with.
            kill_after: seconds after which the process is killed.
            again_after: seconds after which the resumed process is killed as well.
        """
        self.number += 1
        runs = self.folder / f"runs-{self.number}"
        self.server.run("train", self.config, "--runs", runs, fault=fault, kill_after=kill_after)
        run = self.run_in(runs)
        if run is None:
            return "before there was a run"
        where = _where(run)
        if again_after is not None and where != "after its end":
            self.server.run("resume", run, kill_after=again_after)
            where += f", then {_where(run)}"
        if not where.endswith("after its end"):
            ended = self.server.run("resume", run)
            assert ended.code == 0, f"stopped {where}: {ended.output}"
        found = fingerprint(run)
        different = [key for key, value in self.expected.items() if found[key] != value]
        assert not different, f"stopped {where}: {', '.join(different)} differ, see {run}"
        return where


def _where(run: Path) -> str:
    """How far a stopped run had come, from what it left."""
    metadata = json.loads((run / "run.json").read_text())
    if metadata["status"] == "completed":
        return "after its end"
    if "epochs" in metadata and not metadata.get("resumed"):
        return "after the last epoch"
    checkpoints = sorted((run / "checkpoints").glob("step-*"))
    writing = any((run / "checkpoints").glob(".*"))
    step = int(checkpoints[-1].name.partition("-")[2]) if checkpoints else None
    place = "before the first checkpoint" if step is None else f"after step {step}"
    return f"{place}, inside a write" if writing else place


def _config(data: Path) -> dict[str, Any]:
    return {
        "version": 1,
        "name": "crash",
        "task": "classification",
        "seed": 5,
        "data": {"source": str(data), "scale": "standard", "split": {"validation": 0.25}},
        "model": {
            "layers": [
                {"lstm": {"units": 4, "dropout": 0.2}},
                {"dropout": {"rate": 0.2}},
                {"dense": {"units": 2, "activation": "softmax"}},
            ]
        },
        "training": {
            "epochs": 4,
            "batch_size": 16,
            "optimizer": {"name": "adam", "learning_rate": 0.05},
            "schedule": {"name": "reduce_on_plateau", "monitor": "val_loss", "patience": 1},
            "early_stopping": {"monitor": "val_loss", "patience": 3},
            "jit_compile": False,
        },
        "checkpoint": {"every": "0s"},
    }
