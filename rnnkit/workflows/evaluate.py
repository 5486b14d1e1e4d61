"""`rnnkit evaluate`: a run and data -> what its task reports, beside the baselines."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from rnnkit.data.batch import Feed
from rnnkit.data.cache import conversions_in
from rnnkit.data.dataset import Dataset
from rnnkit.data.load import load_dataset, read_new
from rnnkit.errors import DataError
from rnnkit.runs import Run
from rnnkit.workflows.build import TrainedModel, open_run
from rnnkit.workflows.report import keep_evaluation


def evaluate(
    run: str | Run,
    *,
    data: str | Path | None = None,
    device: str | None = None,
    on_message: Callable[[str], None] | None = None,
) -> Any:
    """Evaluate a run on its own test part (or validation part, where it has none) or on a file.

    The result is also written into the run folder: evaluation.json and plots/ for its own data,
    files that end in -<file> for a file. A folder that cannot be written is no error.

    Args:
        run: a run folder, a run's name, or `latest`.
        data: a file in the form of the training data, with the answers.
        device: as `rnnkit train --device`; None takes the run's.
        on_message: called with what could not be written; None warns.

    Returns:
        The task's Evaluation.

    Raises:
        RunError: the run cannot be opened.
        DataError: the data cannot be used, or the run kept none back.
    """
    trained = open_run(run, device=device)
    kept = trained.preprocessing
    with conversions_in(trained.run.cache):
        feed, name, dataset = _data(trained, data)
    result = trained.task.evaluate(trained.inference, feed, name=name, kept=kept, dataset=dataset)
    label = "" if data is None else Path(data).stem
    keep_evaluation(trained.run, result, label=label, on_message=on_message)
    return result


def _data(trained: TrainedModel, data: str | Path | None) -> tuple[Feed, str, Dataset | None]:
    """What to evaluate, its name, and the run's own data where they were read."""
    config = trained.config
    if data is not None:
        feed = read_new(config, data, trained.preprocessing)
        return feed, str(data), load_dataset(config) if trained.task.needs_training_data else None
    dataset = load_dataset(config)
    if dataset.held_back is None:
        raise DataError(
            "the run kept no examples back: give a labelled file with --data, "
            "or train with data: {split: {validation: 0.1}}"
        )
    return *dataset.held_back, dataset
