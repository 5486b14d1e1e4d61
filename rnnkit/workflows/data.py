"""`rnnkit data`: a config or a run -> the card of its data, and what the leak audit found."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rnnkit.data.audit import Audit
from rnnkit.data.cache import Place
from rnnkit.data.card import DataCard
from rnnkit.files import cannot_write
from rnnkit.run import CACHE
from rnnkit.runs import find_run
from rnnkit.tasks import load_config, task_of
from rnnkit.tasks.contract import AnyTask
from rnnkit.tasks.own_data import find_own_data
from rnnkit.workflows.check import AnyDataset, placed
from rnnkit.workflows.configs import means_config


@dataclasses.dataclass(frozen=True)
class DataReport:
    """What is known of one config's data; no audit where none applies to its task."""

    card: DataCard
    audit: Audit | None
    drawn: tuple[Path, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        audit = None if self.audit is None else self.audit.as_dict()
        return {**self.card.model_dump(mode="json"), "leaks": audit}


def describe_data(
    target: str | Path, *, overrides: Sequence[str] = (), plots: str | Path | None = None
) -> DataReport:
    """Read the data of a config, without TensorFlow and without a model.

    Args:
        target: a config; or a run, whose own config is taken.
        overrides: `key.path=value` texts, stronger than the file.
        plots: a folder for what the task draws of its data; None draws nothing.

    Raises:
        ConfigError: the config is wrong.
        DataError: the data cannot be used, or those of a run are nowhere.
        RunError: there is no such run.
    """
    run = None if means_config(target) else find_run(target)
    loaded = load_config(target if run is None else run.resolved_config, overrides=overrides)
    config, task, heard = loaded.config, task_of(loaded.config), list[str]()
    if run is not None and not overrides:
        found = find_own_data(run, task, config, heard.append)
        config = found.config
        heard += [found.problem] if found.problem else []
    with placed(loaded):
        dataset = task.load(config, Place(Path("runs") / config.name / CACHE))
        card = dataset.card.model_copy(update={"notes": (*heard, *dataset.notes)})
        return DataReport(card, task.audit(dataset), _drawn(task, dataset, plots))


def _drawn(task: AnyTask, dataset: AnyDataset, plots: str | Path | None) -> tuple[Path, ...]:
    if plots is None:
        return ()
    folder = Path(plots)
    made = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(folder, error) from error
    drawn = tuple(task.draw(dataset, folder))
    if made and not drawn:
        folder.rmdir()
    return drawn
