"""`rnnkit evaluate`: a run and data -> what its task reports, beside the baselines."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pydantic import ValidationError

from rnnkit.data.given import Given
from rnnkit.errors import RunError
from rnnkit.reports.evaluation import Evaluation
from rnnkit.run import Run
from rnnkit.tasks import find_task


def evaluate(
    run: str | Path | Run,
    *,
    data: Given = None,
    device: str | None = None,
    on_message: Callable[[str], None] | None = None,
) -> Evaluation:
    """Evaluate a run on its own test part (or validation part, where it has none) or on a file.

    The result is also written into the run folder: evaluation.json and plots/ for its own data,
    files that end in -<file> for a file. A folder that cannot be written is no error.

    Args:
        run: a run folder, a run's name, or `latest`.
        data: a file in the form of the training data, with the answers; or a table or arrays, as
            `rnnkit.train` takes them.
        device: as `rnnkit train --device`; None takes the run's.
        on_message: called with what could not be written; None warns.

    Returns:
        The task's Evaluation; its fields are the keys of evaluation.json.

    Raises:
        RunError: the run cannot be opened.
        DataError: the data cannot be used, or the run kept none back.
    """
    from rnnkit.workflows.load import load  # with TensorFlow, which reading results does not need

    return load(run, device=device, on_message=on_message).evaluate(data, on_message=on_message)


def read_evaluation(run: Run) -> Evaluation | None:
    """What evaluation.json holds; None where nothing was evaluated.

    Raises:
        RunError: it is damaged.
    """
    values = run.read_evaluation()
    if values is None:
        return None
    try:
        return find_task(str(values.get("task"))).evaluation.model_validate(values)
    except (KeyError, ValidationError) as error:
        raise RunError(f"{run.evaluation}: damaged: {error}") from None
