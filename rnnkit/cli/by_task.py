"""A verb that each task answers in its own way: the options of all, and who answers."""

from __future__ import annotations

import contextlib
import copy
import re
from collections.abc import Iterator, Mapping
from typing import Any

import click
from click.core import ParameterSource

from rnnkit import console, options
from rnnkit.errors import DataError, OptionError, RnnkitError
from rnnkit.reports.evaluation import Evaluation
from rnnkit.run import Run
from rnnkit.runs import find_run
from rnnkit.streams import tell
from rnnkit.tasks import find_task, task_names, task_of
from rnnkit.tasks.contract import Answer

Answers = dict[str, Answer]


def answers_to(verb: str) -> Answers:
    """The tasks that answer a verb, by name, and how."""
    found: Answers = {}
    for name in task_names():
        with contextlib.suppress(RnnkitError):  # a broken package, named once a run needs it
            if (answer := getattr(find_task(name), verb)) is not None:
                found[name] = answer
    return found


def options_of(answers: Answers, *, tasks: int | None = None) -> list[click.Option]:
    """The options of all answers, each once; the help says which tasks take it if not all do.

    Args:
        answers: of each task that has one.
        tasks: that the verb serves; None: those with answers.
    """
    by_name: dict[str, dict[str, click.Option]] = {}
    for task, answer in answers.items():
        for option in answer.options:
            by_name.setdefault(option.name or "", {})[task] = option
    return [_joined(options, tasks or len(answers)) for options in by_name.values()]


def _joined(options: Mapping[str, click.Option], tasks: int) -> click.Option:
    joined = copy.copy(next(iter(options.values())))
    texts: dict[str, list[str]] = {}
    for task, option in options.items():
        texts.setdefault(option.help or "", []).append(task)
    if len(options) < tasks or len(texts) > 1:
        joined.help = " ".join(f"{', '.join(names)}: {text}" for text, names in texts.items())
    return joined


def examples_of(answers: Answers) -> str:
    """What can be asked of each task, with command lines, for the help."""
    return "\n\n".join(
        "\n".join(["\b", f"{task}: {answer.what}", *(f"  {line}" for line in answer.examples)])
        for task, answer in answers.items()
    )


def answer(ctx: click.Context, run: str, answers: Answers, *, otherwise: str) -> Any:
    """Hand a run to its task; no TensorFlow is imported before the task asks for the model.

    Args:
        ctx: of the verb.
        run: as the user named it.
        answers: of each task that can answer.
        otherwise: what the verb is for, for a run of another task.

    Raises:
        RunError: there is no such run, or it is damaged.
        OptionError: its task has no answer.
        UsageError: an option was given that belongs to another task.
    """
    from rnnkit.workflows.check import config_of

    found = find_run(run)
    task = config_of(found).config.task
    if task not in answers:
        raise OptionError(f"{found.path}: its task is {task}: {otherwise}")
    with _config_stays(ctx):
        return _given(ctx, found, task, answers)


def evaluate(ctx: click.Context, run: str, answers: Answers) -> Evaluation:
    """Judge a run: in its task's own way where options of its own ask for that.

    Raises:
        As `answer`, and as `TrainedRun.evaluate`.
    """
    from rnnkit.workflows.check import config_of

    found = find_run(run)
    task, data = config_of(found).config.task, ctx.params["data"]
    with _config_stays(ctx):
        own: Evaluation | None = _given(ctx, found, task, answers, data=data)
        if own is not None:
            return own
        console.load_tensorflow()
        from rnnkit.workflows.evaluate import evaluate

        return evaluate(found, data=data, device=ctx.params["device"], on_message=tell)


@contextlib.contextmanager
def _config_stays(ctx: click.Context) -> Iterator[None]:
    """Where what is wrong with a new file names keys of a config, that of the run is no way out."""
    try:
        yield
    except DataError as error:
        if ctx.params.get("data") is None or not re.search(r"\bdata[.:]", str(error)):
            raise
        raise DataError(
            f"{error}\nThe run's config stays as it is: write the file as the training data are "
            "written, or train with a config that says so"
        ) from None


def _given(ctx: click.Context, run: Run, task: str, answers: Answers, **also: str | None) -> Any:
    """What the answer of a task gives, asked with its options and `also`; None: it has none."""
    _refuse_foreign(ctx, task, answers)
    if task not in answers:
        return None

    def load() -> Any:
        console.load_tensorflow()
        from rnnkit.workflows.again import load

        return load(run, device=ctx.params["device"], on_message=tell)

    names = [option.name or "" for option in answers[task].options]
    return answers[task].give(load, **also, **{name: ctx.params[name] for name in names})


def _refuse_foreign(ctx: click.Context, task: str, answers: Answers) -> None:
    """Refuse the options that only other tasks take."""
    own = {option.name for option in answers[task].options} if task in answers else set()
    for option in (option for answer in answers.values() for option in answer.options):
        typed = ctx.get_parameter_source(option.name or "") is ParameterSource.COMMANDLINE
        if typed and option.name not in own:
            message = f"{option.opts[-1]} does not apply: the run's task is {task}"
            raise click.UsageError(message, ctx)


def next_command(run: Run, device: str | None) -> list[str]:
    """What a finished run is good for, by its task: a command that needs nothing else."""
    from rnnkit.workflows.check import config_of

    evaluated = run.evaluation.exists()  # where data were held back
    asked = task_of(config_of(run).config).next_command
    verb, *more = asked or ("evaluate" if evaluated else "inspect",)
    return [verb, str(run.path), *more, *options.typed(device=device)]
