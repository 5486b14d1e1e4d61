"""Layers, scores and epochs -> rich tables that hold at 60 columns and without colour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from rnnkit.data.wording import counted
from rnnkit.reports import history
from rnnkit.reports.history import Best, Rows
from rnnkit.reports.metrics import ClassificationReport
from rnnkit.reports.text import duration, fraction, measured, percent, shape, shorten

LONGEST_NAME = 24  # characters of a class name
MATRIX_CLASSES = 20  # a larger confusion matrix is left to its plot
NARROW_NAME = 5  # names up to here head the matrix's columns, longer ones become numbers
MISTAKES = 10  # pairs of classes, where the matrix does not fit


class LayerRow(Protocol):
    """One layer of a model; shapes leave out the batch, None is a length that varies."""

    @property
    def kind(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def output_shape(self) -> tuple[int | None, ...]: ...
    @property
    def parameters(self) -> int: ...
    @property
    def note(self) -> str: ...


def layer_table(
    rows: Sequence[LayerRow], *, input_shape: tuple[int | None, ...] | None = None
) -> Table:
    """A model's layers with their output shapes and parameters, and the total.

    Args:
        rows: the layers from input to output.
        input_shape: (T, F) or (T,); None leaves the input out.
    """
    table = Table(box=box.SIMPLE, show_footer=True, pad_edge=False)
    table.add_column("", justify="right", no_wrap=True)
    table.add_column("layer", Text("total"), no_wrap=True)
    table.add_column("", overflow="fold")
    table.add_column("output", justify="right", no_wrap=True)
    total = sum(row.parameters for row in rows)
    table.add_column("parameters", Text(f"{total:,}"), justify="right", no_wrap=True)
    if input_shape is not None:
        table.add_row("", "input", "", shape(input_shape), "")
    for number, row in enumerate(rows, start=1):
        own_name = row.name != f"{row.kind}_{number}"
        note = f"'{shorten(row.name, LONGEST_NAME)}' {row.note}" if own_name else row.note
        parameters = f"{row.parameters:,}" if row.parameters else "–"
        table.add_row(
            str(number), row.kind, Text(note.strip()), shape(row.output_shape), parameters
        )
    return table


def evaluation_table(
    report: ClassificationReport, *, loss: float | None = None, data: str = ""
) -> Group:
    """The result beside the baseline, and every class.

    Args:
        report: N examples of C classes.
        loss: their mean loss.
        data: what was evaluated: "test", or a file.
    """
    return Group(
        _evaluated(report, data),
        _score_table(report, loss),
        _verdict(report),
        _class_table(report),
        *(Text(f"Note: {note}.", "dim") for note in report.notes),
    )


def training_summary(
    rows: Rows, evaluation: Mapping[str, Any] | None = None, *, monitor: str | None = None
) -> RenderableType:
    """How a run went, in the end: its first, best and last epoch, and the result.

    Args:
        rows: the epochs, as history.csv has them.
        evaluation: what evaluation.json holds; None where nothing was evaluated.
        monitor: the column that the best epoch is best in; None takes val_loss, then loss.
    """
    parts: list[RenderableType] = []
    if rows:
        best = history.best_epoch(rows, monitor)
        parts += [_training_line(rows, best), _epoch_table(rows, best)]
    if evaluation is not None:
        report = ClassificationReport.from_dict(evaluation)
        parts += [
            _evaluated(report, str(evaluation.get("data", ""))),
            _score_table(report, evaluation.get("loss")),
            _verdict(report),
        ]
    elif rows:
        parts.append(Text("No examples were kept back: nothing says how good this model is."))
    return Group(*parts)


def confusion_table(report: ClassificationReport) -> RenderableType:
    """The confusion matrix, or where it is too wide or large, the most frequent mistakes."""
    return _Confusion(report)


class _Confusion:
    """Chooses its form when it is printed: only the console knows the width."""

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
    return Text(f"{data}: {what}" if data else what, "bold")


def _score_table(report: ClassificationReport, loss: float | None) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("", no_wrap=True)
    table.add_column("this model", justify="right", no_wrap=True)
    table.add_column("baseline", justify="right", no_wrap=True)
    baseline = report.baseline
    for name, value, beaten in (
        ("accuracy", report.accuracy, baseline.accuracy),
        ("macro F1", report.macro_f1, baseline.macro_f1),
        ("weighted F1", report.weighted_f1, baseline.weighted_f1),
    ):
        bold = "bold" if name == "accuracy" else ""
        table.add_row(Text(name, bold), Text(fraction(value), bold), Text(fraction(beaten), bold))
    if loss is not None:
        table.add_row("loss", measured(loss), "–")
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


def _training_line(rows: Rows, best: Best | None) -> Text:
    seconds = history.column(rows, "seconds")
    text = counted(len(rows), "epoch")
    if seconds is not None:
        text += f" in {duration(float(seconds[seconds == seconds].sum()))}"
    if best is not None and len(rows) > 1:
        text += f", the best by {best.monitor} is epoch {best.epoch}"
    return Text(text, "bold")


def _epoch_table(rows: Rows, best: Best | None) -> Table:
    numbers = history.epochs(rows)
    chosen = sorted({0, len(rows) - 1, *([best.index] if best else [])})
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("", overflow="fold")
    for index in chosen:
        mark = ", best" if best and index == best.index and len(rows) > 1 else ""
        table.add_column(f"epoch {numbers[index]:,}{mark}", justify="right", no_wrap=True)
    for name in history.columns(rows):
        if name not in history.BOOKKEEPING:
            cells = (measured(history.number(rows[index].get(name))) for index in chosen)
            table.add_row(Text(name), *cells)
    return table
