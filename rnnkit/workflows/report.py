"""A trained run -> evaluation.json, plots/, model_card.md and report.html."""

from __future__ import annotations

from rnnkit import stages
from rnnkit.config.as_run import Line, as_run
from rnnkit.config.loading import LoadedConfig
from rnnkit.files import read_regular
from rnnkit.models.start import LABELS
from rnnkit.reports.evaluation import Evaluation, Judged, write_evaluation
from rnnkit.reports.html import Result, write_report
from rnnkit.reports.model_card import ModelCard, write_model_card
from rnnkit.reports.plots.gradients import plot_gradients
from rnnkit.reports.plots.history import plot_history
from rnnkit.run import Run
from rnnkit.tasks.contract import AnyTask
from rnnkit.workflows.setup import CHOSEN, Setup

LINKED = (".csv", ".json", ".yaml", ".keras", ".md", ".txt")  # files beside a page that it names


def write_reports(
    run: Run, setup: Setup, history: list[dict[str, float]], judged: Judged[Evaluation] | None
) -> None:
    """Write what a reader looks at after a run.

    Args:
        run: the folder that gets the files.
        setup: what was trained, and on what.
        history: one mapping an epoch.
        judged: the model on the part kept back; None where there was none.
    """
    stages.begin("drawing")
    run.plots.mkdir(exist_ok=True)
    plot_history(history, run.plots / "history.svg", title=run.name, monitor=setup.monitor)
    if gradients := run.read_gradients():
        plot_gradients(gradients, run.plots / "gradients.svg", title=run.name)
    setup.task.draw(setup.dataset, run.plots)
    if judged is not None:
        write_evaluation(run, judged)
    findings = None if judged is None else setup.task.findings(judged.evaluation, setup.card)
    model_card = write_model_card(run, setup.card, findings)
    _write_page(run, setup, history, judged, model_card)


def _write_page(
    run: Run,
    setup: Setup,
    history: list[dict[str, float]],
    judged: Judged[Evaluation] | None,
    model_card: ModelCard,
) -> None:
    metadata = run.read_metadata()
    command = metadata["command"]
    stages.begin("writing the report")
    write_report(
        run.report,
        title=setup.config.name,
        facts={
            **{label: text for label, text in setup.describe(run) if label not in LABELS},
            **({"note": "; ".join(metadata["notes"])} if metadata.get("notes") else {}),
        },
        start=metadata.get("start"),
        history=history,
        monitor=setup.monitor if setup.config.training.early_stopping else None,
        result=None if judged is None else _result(setup.task, judged.evaluation),
        plots={path.stem: path for path in sorted(run.plots.glob("*.svg"))},
        card=setup.card,
        model_card=model_card,
        layers=setup.checked.stack.summaries,
        input_shape=setup.checked.facts.shape,
        command=" ".join(command) if command else "",
        reproduce={
            "seed": metadata["seed"],
            **{key: metadata[key] for key in CHOSEN},
            "started": metadata["started"],
            "git commit": metadata["git_commit"] or "not a git checkout",
            "data sha256": metadata["data"]["sha256"],
            **metadata["versions"],
        },
        config=_config_lines(run, setup.checked.loaded),
        said=_last_words(run),
        files=sorted(path.name for path in run.path.iterdir() if path.suffix in LINKED),
    )


def _result(task: AnyTask, evaluation: Evaluation) -> Result:
    return Result(task.package, evaluation, task.view.page(evaluation))


def _config_lines(run: Run, loaded: LoadedConfig) -> list[Line]:
    """As `as_run`; of a config from Python, which nothing overrode, with its defaults."""
    if loaded.text:
        return as_run(loaded)
    return [(line, "") for line in read_regular(run.resolved_config).decode().splitlines()]


def _last_words(run: Run) -> str:
    """What was said after the last epoch: samples and the like."""
    lines = read_regular(run.log).decode().splitlines()
    epochs = [number for number, line in enumerate(lines) if line.startswith("epoch ")]
    return "\n".join(lines[epochs[-1] + 1 :]) if epochs else ""
