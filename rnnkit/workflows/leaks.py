"""`rnnkit inspect --leaks`: a config or a run -> what its inputs know of the answers."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rnnkit.data.audit import Audit
from rnnkit.errors import DataError
from rnnkit.runs import find_run
from rnnkit.tasks import load_config, task_of
from rnnkit.workflows.check import placed


@dataclasses.dataclass(frozen=True)
class LeakReport:
    """What the audit of one config's data found."""

    data: str  # the data in one line
    notes: tuple[str, ...]  # what was mended on reading
    audit: Audit

    def as_dict(self) -> dict[str, Any]:
        return {"data": self.data, "notes": list(self.notes), **self.audit.as_dict()}


def find_leaks(target: str | Path, *, overrides: Sequence[str] = ()) -> LeakReport:
    """Audit the data of a config, without TensorFlow and without a model.

    Args:
        target: a config file; or a run, whose own config is taken.
        overrides: `key.path=value` texts, stronger than the file.

    Raises:
        ConfigError: the config is wrong.
        DataError: the data cannot be used, or no check applies to them.
        RunError: there is no such run.
    """
    is_config = Path(target).suffix.lower() in {".yaml", ".yml"}
    path = Path(target) if is_config else find_run(target).resolved_config
    loaded = load_config(path, overrides=overrides)
    config = loaded.config
    with placed(loaded):
        task = task_of(config)
        dataset = task.load(config)
        audit = task.audit(dataset)
    if audit is None:
        raise DataError(
            f"{target}: no check of the leak audit applies to these data of task: {config.task}"
        )
    return LeakReport(dataset.description, tuple(dataset.notes), audit)
