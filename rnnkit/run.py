"""A run folder: every file name inside it, once.

runs/<name>/<YYYYmmdd-HHMMSS>/      made atomically
    (runs/<name>/latest points to the newest that learned something and has not failed)
    config.yaml  config.resolved.yaml  run.json  history.csv  log.txt  preprocessing.json
    data.json  decision.json
    checkpoints/{last,best,step-*}  .lock  model.keras  evaluation.json  plots/*.svg  report.html
    model_card.md
    export/<format>/: its network for other programs
    walk-forward/every-<rows>/from-<time>/: runs of its config, trained on more of its rows
    mistakes.csv, and whatever else a task writes beside its evaluation
runs/<name>/cache/                  large data that were converted for all of them
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from rnnkit.files import TEMPORARY, cannot_write, write_json
from rnnkit.run_files import read_json, read_metadata, read_numbers

GIVEN = "given"  # beside the runs of a name: what Python programs gave as data
CACHE = "cache"  # beside the runs of a name: large data in a form that can be read in place
METADATA = "run.json"


@dataclasses.dataclass(frozen=True)
class Run:
    """One training run's folder. The attributes are paths; the methods read and write."""

    path: Path

    @property
    def name(self) -> str:
        """`mnist/20261123-204502`: the config's name and when the run began."""
        return f"{self.path.parent.name}/{self.path.name}"

    @property
    def config(self) -> Path:
        """The config as the user wrote it."""
        return self.path / "config.yaml"

    @property
    def resolved_config(self) -> Path:
        """The config with bases, overrides and absolute paths filled in; reads back as a config."""
        return self.path / "config.resolved.yaml"

    @property
    def lock(self) -> Path:
        """Held by the process that trains."""
        return self.path / ".lock"

    @property
    def metadata(self) -> Path:
        """Status, command, versions, device, seed, checksums."""
        return self.path / METADATA

    @property
    def history(self) -> Path:
        """One row an epoch."""
        return self.path / "history.csv"

    @property
    def gradients(self) -> Path:
        """One row an epoch, under `diagnostics: {gradients: true}`."""
        return self.path / "gradients.csv"

    @property
    def log(self) -> Path:
        return self.path / "log.txt"

    @property
    def preprocessing(self) -> Path:
        """What turns new data into the model's input: scale, classes, columns."""
        return self.path / "preprocessing.json"

    @property
    def card(self) -> Path:
        """What was made of its data: columns, times, parts, classes."""
        return self.path / "data.json"

    @property
    def checkpoints(self) -> Path:
        return self.path / "checkpoints"

    @property
    def model(self) -> Path:
        """The trained model as plain Keras."""
        return self.path / "model.keras"

    @property
    def evaluation(self) -> Path:
        return self.path / "evaluation.json"

    @property
    def decision(self) -> Path:
        """What was chosen on validation of how probabilities become answers."""
        return self.path / "decision.json"

    @property
    def plots(self) -> Path:
        return self.path / "plots"

    @property
    def report(self) -> Path:
        return self.path / "report.html"

    @property
    def model_card(self) -> Path:
        """What it was trained on, how it was judged, where it fails, what it is not for."""
        return self.path / "model_card.md"

    @property
    def exports(self) -> Path:
        """Its network as other programs run it, a folder a format."""
        return self.path / "export"

    @property
    def walk_forward(self) -> Path:
        """Runs of its config that were trained again, on the rows before later origins."""
        return self.path / "walk-forward"

    @property
    def given(self) -> Path:
        """What Python programs gave as data, for all runs of this name."""
        return self.path.parent / GIVEN

    @property
    def cache(self) -> Path:
        """Large data as they are read in place; shared by the runs of a name, may be deleted."""
        return self.path.parent / CACHE

    @property
    def tensorboard(self) -> Path:
        return self.path / "tensorboard"

    def read_metadata(self) -> dict[str, Any]:
        """What run.json holds.

        Raises:
            RunError: it is missing or damaged.
        """
        return read_metadata(self.metadata)

    def read_history(self) -> list[dict[str, float]]:
        """One mapping an epoch; empty before the first ends.

        Raises:
            RunError: it is damaged.
        """
        return read_numbers(self.history)

    def read_gradients(self) -> list[dict[str, float]]:
        """One mapping an epoch, the mean gradient norm by weight; empty where not recorded.

        Raises:
            RunError: it is damaged.
        """
        return read_numbers(self.gradients)

    def read_evaluation(self) -> dict[str, Any] | None:
        """What evaluation.json holds; None where nothing was evaluated.

        Raises:
            RunError: it is damaged.
        """
        return read_json(self.evaluation) if self.evaluation.exists() else None

    def append_log(self, text: str) -> None:
        """Add lines to log.txt.

        Raises:
            RunError: the disk is full, the folder is gone or read-only.
        """
        try:
            with self.log.open("a", encoding="utf-8") as file:
                file.write(text.rstrip("\n") + "\n")
        except OSError as error:
            raise cannot_write(self.log, error) from error

    def update_metadata(self, **values: Any) -> None:
        """Set keys of run.json, keeping the others.

        Raises:
            RunError: it is missing or damaged, or cannot be written.
        """
        write_json(self.metadata, {**self.read_metadata(), **values})

    def clear_up(self) -> None:
        """Delete the temporary files that a killed process left."""
        for folder in (self.path, self.plots):
            for left in folder.glob(f"{TEMPORARY}*"):
                left.unlink(missing_ok=True)
