"""`rnnkit inspect --leaks`: a config or a run -> what its windows know of the future."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rnnkit.config.loading import load_config
from rnnkit.data.load import load_dataset
from rnnkit.data.series.dataset import SeriesDataset
from rnnkit.data.series.leaks import Audit, audit
from rnnkit.errors import ColumnError, DataError
from rnnkit.runs import find_run
from rnnkit.workflows.check import columns_placed


@dataclasses.dataclass(frozen=True)
class LeakReport:
    """What the audit of one config's data found."""

    data: str  # the data in one line
    notes: tuple[str, ...]  # what was mended on reading
    audit: Audit

    def as_dict(self) -> dict[str, Any]:
        return {"data": self.data, "notes": list(self.notes), **self.audit.as_dict()}


def find_leaks(target: str | Path, *, overrides: Sequence[str] = ()) -> LeakReport:
    """Audit the data of a forecasting config, without TensorFlow and without a model.

    Args:
        target: a config file; or a run, whose own config is taken.
        overrides: `key.path=value` texts, stronger than the file.

    Raises:
        ConfigError: the config is wrong.
        DataError: the data cannot be used, or the task is not forecasting.
        RunError: there is no such run.
    """
    is_config = Path(target).suffix.lower() in {".yaml", ".yml"}
    path = Path(target) if is_config else find_run(target).resolved_config
    loaded = load_config(path, overrides=overrides)
    config = loaded.config
    try:
        dataset = load_dataset(config) if config.task == "forecasting" else None
    except ColumnError as error:
        raise columns_placed(error, loaded) from None
    if not isinstance(dataset, SeriesDataset):
        raise DataError(
            f"{target}: the leak audit is about what comes after: it is for task: forecasting, "
            f"not {config.task}"
        )
    return LeakReport(dataset.description, dataset.rows.notes, audit(dataset))
