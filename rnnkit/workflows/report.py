"""A trained run -> evaluation.json, plots/ and report.html."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING

from rnnkit.errors import RunError
from rnnkit.files import cannot_write, read_regular, write_json
from rnnkit.reports.html import write_report
from rnnkit.reports.plots import plot_history
from rnnkit.reports.plots.gradients import plot_gradients
from rnnkit.runs import Run

if TYPE_CHECKING:
    from rnnkit.tasks.task import Evaluation
    from rnnkit.workflows.setup import Setup


def write_reports(
    run: Run, setup: Setup, history: list[dict[str, float]], evaluation: Evaluation | None
) -> None:
    """Write what a reader looks at after a run.

    Args:
        run: the folder that gets the files.
        setup: what was trained, and on what.
        history: one mapping an epoch.
        evaluation: of the part kept back; None where there was none.
    """
    run.plots.mkdir(exist_ok=True)
    plot_history(history, run.plots / "history.png", title=run.name, monitor=setup.monitor)
    if gradients := run.read_gradients():
        plot_gradients(gradients, run.plots / "gradients.png", title=run.name)
    if evaluation is not None:
        write_evaluation(run, evaluation)
    _write_page(run, setup, history, evaluation)


def write_evaluation(run: Run, evaluation: Evaluation, *, label: str = "") -> None:
    """Write an evaluation's numbers and its plots.

    Args:
        run: the folder that gets the files.
        evaluation: what to write.
        label: tells files of other data from those of the run's own.

    Raises:
        RunError: the folder cannot be written.
    """
    suffix = f"-{label}" if label else ""
    try:
        run.plots.mkdir(exist_ok=True)
    except OSError as error:
        raise cannot_write(run.plots, error) from error
    write_json(run.evaluation.with_stem(run.evaluation.stem + suffix), evaluation.as_dict())
    evaluation.plot(run.plots, suffix=suffix)


def keep_evaluation(
    run: Run, evaluation: Evaluation, *, label: str, on_message: Callable[[str], None] | None
) -> None:
    """`write_evaluation`, where the run's folder allows it: scores are for reading all the same.

    Args:
        run, evaluation, label: as there.
        on_message: hears what could not be written; None warns.
    """
    try:
        write_evaluation(run, evaluation, label=label)
    except RunError as error:
        (on_message or warnings.warn)(str(error))


def _write_page(
    run: Run, setup: Setup, history: list[dict[str, float]], evaluation: Evaluation | None
) -> None:
    metadata = run.read_metadata()
    command = metadata["command"]
    write_report(
        run.report,
        title=setup.config.name,
        facts=dict(setup.describe(run)),
        history=history,
        monitor=setup.monitor,
        evaluation=None if evaluation is None else evaluation.as_dict(),
        plots={path.stem: path for path in sorted(run.plots.glob("*.png"))},
        layers=setup.checked.stack.summaries,
        input_shape=setup.checked.facts.shape,
        command=" ".join(command) if command else "",
        reproduce={
            "seed": metadata["seed"],
            "shards": metadata["shards"],
            "started": metadata["started"],
            "git commit": metadata["git_commit"] or "not a git checkout",
            "data sha256": metadata["data"]["sha256"],
            **metadata["versions"],
        },
        config_text=read_regular(run.config).decode(),
    )
