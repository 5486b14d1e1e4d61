"""Layers and epochs -> rich tables that hold at 60 columns and without colour."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Protocol

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from rnnkit.reports import history
from rnnkit.reports.history import Best, Rows
from rnnkit.training.lines import BOOKKEEPING
from rnnkit.words import counted, duration, measured, shape, shorten

LONGEST_NAME = 24  # characters of a class name


class LayerRow(Protocol):
    """One layer of a model; shapes leave out the batch, None is a length that varies."""

    @property
    def number(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def output_shape(self) -> tuple[int | None, ...]: ...
    @property
    def parameters(self) -> int: ...
    @property
    def trained(self) -> int: ...
    @property
    def note(self) -> str: ...


def layer_table(
    rows: Sequence[LayerRow], *, input_shape: tuple[int | None, ...] | None = None
) -> Table:
    """A model's layers with their output shapes and parameters, and how many there are in all.

    Below stands how many of them train, where that is not all.

    Args:
        rows: the layers from input to output.
        input_shape: (T, F) or (T,); None leaves the input out.
    """
    table = Table(box=box.SIMPLE, show_footer=True, pad_edge=False)
    table.add_column("", justify="right", no_wrap=True)
    labels, sums = totals(rows)
    table.add_column("layer", Text("\n".join(labels)), no_wrap=True)
    table.add_column("", overflow="fold")
    table.add_column("output", justify="right", no_wrap=True)
    table.add_column("parameters", Text("\n".join(sums)), justify="right", no_wrap=True)
    if input_shape is not None:
        table.add_row("", "input", "", shape(input_shape), "")
    for row in rows:
        own_name = row.name != f"{row.kind}_{row.number.replace('.', '_')}"
        note = f"'{shorten(row.name, LONGEST_NAME)}' {row.note}" if own_name else row.note
        parameters = f"{row.parameters:,}" if row.parameters else "–"
        table.add_row(row.number, row.kind, Text(note.strip()), shape(row.output_shape), parameters)
    return table


def totals(rows: Sequence[LayerRow]) -> tuple[list[str], list[str]]:
    """What stands below the parameters of layers: labels and numbers."""
    total, trained = (sum(map(attrgetter(key), rows)) for key in ("parameters", "trained"))
    found = {"total": total, **({"of these train": trained} if trained != total else {})}
    return list(found), [f"{number:,}" for number in found.values()]


def training_summary(
    rows: Rows, result: RenderableType | None = None, *, monitor: str | None = None
) -> RenderableType:
    """How a run went, in the end: its first, best and last epoch, and the result.

    Args:
        rows: the epochs, as history.csv has them.
        result: a task's summary of its evaluation; None where nothing was evaluated.
        monitor: the column by which training was stopped and the best epoch kept; None: the last
            is kept, and the best by val_loss, or else loss, is only named.
    """
    parts: list[RenderableType] = []
    if rows:
        best = history.best_epoch(rows, monitor)
        parts += [_training_line(rows, best, monitor), _epoch_table(rows, best)]
    if result is not None:
        parts.append(result)
    elif rows:
        parts.append(Text("No examples were kept back: nothing says how good this model is."))
    return Group(*parts)


def _training_line(rows: Rows, best: Best | None, monitor: str | None) -> Text:
    seconds = history.column(rows, "seconds")
    text = counted(len(rows), "epoch")
    if seconds is not None:
        text += f" in {duration(float(seconds[seconds == seconds].sum()))}"
    if best is not None and len(rows) > 1:
        text += f", the best by {best.monitor} is epoch {best.epoch}"
        if monitor is None and best.index < len(rows) - 1:
            text += "; kept is the last"
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
        if name not in BOOKKEEPING:
            cells = (measured(history.number(rows[index].get(name))) for index in chosen)
            table.add_row(Text(name), *cells)
    return table
