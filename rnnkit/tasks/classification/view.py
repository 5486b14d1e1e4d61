"""The evaluation of a classification run -> rich tables, and what its page shows."""

from __future__ import annotations

from typing import Any

from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from rnnkit.tasks.classification.evaluation import ClassificationEvaluation, NGrams
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
        _evaluated(report, evaluation.data),
        _score_table(report, evaluation.loss, evaluation.ngrams),
        _verdict(report),
        *([Text(evaluation.ngrams.sentence)] if evaluation.ngrams else []),
    )


def details(evaluation: ClassificationEvaluation) -> Group:
    """The result beside the baseline, every class, and what is mistaken for what."""
    report = evaluation.report
    return Group(
        summary(evaluation),
        _class_table(report),
        *(Text(f"Note: {note}.", "dim") for note in report.notes),
        ConfusionTable(report),
    )


def page(evaluation: ClassificationEvaluation) -> dict[str, Any]:
    """What the template reads."""
    report = evaluation.report
    return {"report": report, "confused": report.most_confused(CONFUSED_PAIRS)}


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


def _evaluated(report: ClassificationReport, data: str) -> Text:
    what = f"{counted(report.examples, 'example')} of {len(report.classes)} classes"
    return Text(f"{data}: {what}", "bold")


def _score_table(report: ClassificationReport, loss: float, ngrams: NGrams | None) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("", no_wrap=True)
    judged: dict[str, ClassificationReport | NGrams] = {
        "this model": report,
        "baseline": report.baseline,
        **({} if ngrams is None else {"n-grams": ngrams}),
    }
    for head in judged:
        table.add_column(head, justify="right", no_wrap=True)
    for name, key in (
        ("accuracy", "accuracy"),
        ("macro F1", "macro_f1"),
        ("weighted F1", "weighted_f1"),
    ):
        bold = "bold" if name == "accuracy" else ""
        values = [Text(fraction(getattr(one, key)), bold) for one in judged.values()]
        table.add_row(Text(name, bold), *values)
    table.add_row("loss", measured(loss), *["–"] * (len(judged) - 1))
    return table


def _verdict(report: ClassificationReport) -> Text:
    low, high = report.accuracy_interval
    return Text(
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
