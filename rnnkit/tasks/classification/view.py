"""The evaluation of a classification run -> rich tables, and what its page shows."""

from __future__ import annotations

from typing import Any

from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from rnnkit.reports.scores import number_table
from rnnkit.tasks.classification.evaluation import ClassificationEvaluation
from rnnkit.tasks.classification.metrics import ClassificationReport
from rnnkit.words import counted, fraction, measured, percent, shorten

LONGEST_NAME = 24  # characters of a class name
MATRIX_CLASSES = 20  # a larger confusion matrix is left to its plot
NARROW_NAME = 5  # names up to here head the matrix's columns, longer ones become numbers
MISTAKES = 10  # pairs of classes, where the matrix does not fit
CONFUSED_PAIRS = 5  # on the page


def summary(evaluation: ClassificationEvaluation) -> Group:
    """The result beside the baseline."""
    report = evaluation.report
    return Group(
        Text(evaluated(evaluation), "bold"),
        _score_table(evaluation),
        Text(verdict(report)),
        *([Text(evaluation.ngrams.sentence)] if evaluation.ngrams else []),
        *map(Text, remarks(evaluation)),
    )


def details(evaluation: ClassificationEvaluation) -> Group:
    """The result beside the baseline, every class, and what is mistaken for what."""
    report = evaluation.report
    return Group(
        summary(evaluation),
        _class_table(report),
        *(Text(f"Note: {note}.", "dim") for note in report.notes),
        ConfusionTable(report),
        *_sure_mistakes(evaluation),
    )


def page(evaluation: ClassificationEvaluation) -> dict[str, Any]:
    """What the template reads."""
    report = evaluation.report
    return {
        "report": report,
        "confused": report.most_confused(CONFUSED_PAIRS),
        "scores": scores(evaluation),
        "remarks": remarks(evaluation),
    }


class ConfusionTable:
    """The confusion matrix, or where it is too wide or large, the most frequent mistakes.

    Chooses its form when it is printed: only the console knows the width.
    """

    def __init__(self, report: ClassificationReport) -> None:
        self.report = report

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if len(self.report.classes) <= MATRIX_CLASSES:
            unlimited = options.update(max_width=10_000)
            for separator in (",", ""):
                table = _matrix_table(self.report, separator)
                if Measurement.get(console, unlimited, table).maximum <= options.max_width:
                    yield Text("Rows are the true classes, columns the predicted ones.")
                    yield table
                    return
        yield _mistakes_table(self.report)


def _matrix_table(report: ClassificationReport, separator: str) -> Table:
    names = [shorten(name, LONGEST_NAME) for name in report.classes]
    narrow = all(len(name) <= NARROW_NAME for name in names)
    heads = names if narrow else [str(number) for number in range(len(names))]
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 0, 0, 1), pad_edge=False, collapse_padding=True)
    if not narrow:
        table.add_column("", justify="right", no_wrap=True)
    table.add_column("true", no_wrap=True)
    for head in heads:
        table.add_column(Text(head), justify="right", no_wrap=True)
    for row, name in enumerate(names):
        label = [Text(name)] if narrow else [Text(str(row)), Text(name)]
        counts = (
            _count(int(count), separator, hit=row == column)
            for column, count in enumerate(report.confusion[row])
        )
        table.add_row(*label, *counts)
    return table


def _count(count: int, separator: str, *, hit: bool) -> Text:
    if not count:
        return Text("·", "dim")
    return Text(f"{count:,}".replace(",", separator), "bold" if hit else "")


def _mistakes_table(report: ClassificationReport) -> RenderableType:
    pairs = report.most_confused(MISTAKES)
    if not pairs:
        return Text("No mistakes.")
    support = {scores.name: scores.support for scores in report.per_class}
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("true", overflow="fold")
    table.add_column("predicted", overflow="fold")
    table.add_column("mistakes", justify="right", no_wrap=True)
    table.add_column("of the true class", justify="right", no_wrap=True)
    for true, said, count in pairs:
        names = [Text(shorten(name, LONGEST_NAME)) for name in (true, said)]
        table.add_row(*names, f"{count:,}", percent(count / support[true]))
    return Group(Text("The most frequent mistakes:"), table)


def evaluated(evaluation: ClassificationEvaluation) -> str:
    """`test: 10,000 examples of 10 classes`."""
    what = f"{counted(evaluation.examples, 'example')} of {len(evaluation.classes)} classes"
    return f"{evaluation.data}: {what}"


def _score_table(evaluation: ClassificationEvaluation) -> Table:
    others = ["n-grams"] if evaluation.ngrams else []
    rows = scores(evaluation)
    return number_table("", "this model", "baseline", *others, rows=rows, bold="accuracy")


def scores(evaluation: ClassificationEvaluation) -> list[list[str]]:
    """Each number by its name, of the model, the baseline and perhaps n-grams, as texts."""
    report, ngrams = evaluation.report, evaluation.ngrams_report
    judged = [report, report.baseline, *([] if ngrams is None else [ngrams])]
    summed = [one.summarised for one in judged]
    more: list[float | None] = [None] * (len(judged) - 2)
    of = "macro " if evaluation.positive is None else ""
    rows: list[tuple[str, list[float | None]]] = [
        ("accuracy", [one.accuracy for one in judged]),
        (f"{of}precision", [one.precision for one in summed]),
        (f"{of}recall", [one.recall for one in summed]),
        (f"{of}F1", [one.f1 for one in summed]),
        ("weighted F1", [one.weighted_f1 for one in judged]),
        (f"{of}AUC", [evaluation.auc, None if evaluation.auc is None else 0.5, *more]),
        (f"{of}average precision", [evaluation.average_precision, None, *more]),
        ("calibration error", [evaluation.expected_calibration_error, None, *more]),
    ]
    texts = [
        [name, *("–" if value is None else fraction(value) for value in values)]
        for name, values in rows
        if values[0] is not None
    ]
    return [*texts, ["loss", measured(evaluation.loss), *["–"] * (len(judged) - 1)]]


def remarks(evaluation: ClassificationEvaluation) -> list[str]:
    """What the numbers are about, how answers were chosen, and what to read them with."""
    found = []
    if (positive := evaluation.positive) is not None:
        name = shorten(positive, LONGEST_NAME)
        found.append(f"Precision, recall, F1 and AUC are those of '{name}'.")
        found += [f"'{name}' is {text}." for text in evaluation.decision.answered]
    found += [f"{text[0].upper()}{text[1:]}." for text in evaluation.decision.texts]
    if (before := evaluation.uncalibrated_error) is not None:
        found.append(f"Before the temperature the calibration error was {fraction(before)}.")
    return [*found, *(f"Note: {note}." for note in evaluation.notes)]


def _sure_mistakes(evaluation: ClassificationEvaluation) -> list[RenderableType]:
    """The mistakes that the model was surest of, by their ids."""
    if not evaluation.mistakes:
        return []
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in ("example", "true", "predicted"):
        table.add_column(head, overflow="fold")
    table.add_column("probability", justify="right", no_wrap=True)
    for one in evaluation.mistakes[:MISTAKES]:
        names = [shorten(name, LONGEST_NAME) for name in (one.example, one.true, one.predicted)]
        table.add_row(*map(Text, names), fraction(one.probability))
    return [Text("The mistakes that it was surest of; mistakes.csv in the run has all:"), table]


def verdict(report: ClassificationReport) -> str:
    """Whether the accuracy says more than the baseline's."""
    low, high = report.accuracy_interval
    return (
        f"The baseline always answers '{shorten(report.baseline_name, LONGEST_NAME)}', the most"
        f" frequent class. The accuracy's 95 % interval is {fraction(low)} to {fraction(high)}:"
        f" {report.verdict}."
    )


def _class_table(report: ClassificationReport) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("class", overflow="fold")
    for head in ("precision", "recall", "F1", "examples"):
        table.add_column(head, justify="right", no_wrap=True)
    for scores in report.per_class:
        numbers = (fraction(n) for n in (scores.precision, scores.recall, scores.f1))
        name = Text(shorten(scores.name, LONGEST_NAME))
        table.add_row(name, *numbers, f"{scores.support:,}")
    return table
