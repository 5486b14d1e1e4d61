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
from rnnkit.tasks.own_data import find_own_data
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
    run = None if is_config else find_run(target)
    loaded = load_config(target if run is None else run.resolved_config, overrides=overrides)
    config, task, heard = loaded.config, task_of(loaded.config), list[str]()
    if run is not None and not overrides:
        found = find_own_data(run, task, config, heard.append)
        config = found.config
        heard += [found.problem] if found.problem else []
    with placed(loaded):
        dataset = task.load(config)
        audit = task.audit(dataset)
    if audit is None:
        raise DataError(
            f"{target}: the leak audit is about what comes after, which task: {config.task} does "
            "not ask for"
        )
    return LeakReport(dataset.description, (*heard, *dataset.notes), audit)
