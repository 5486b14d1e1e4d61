"""Everything known of a run -> one self-contained report.html."""

from __future__ import annotations

import base64
import dataclasses
import functools
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from rnnkit.data.card import DataCard
from rnnkit.files import read_regular, write_text
from rnnkit.reports.card import grids, long_lines
from rnnkit.reports.evaluation import Evaluation
from rnnkit.reports.history import Best, Rows, best_epoch, columns, epochs, number
from rnnkit.reports.model_card import ModelCard
from rnnkit.reports.tables import LayerRow, totals
from rnnkit.training.lines import EPOCH
from rnnkit.words import counted, fraction, measured, percent, printable, shape, shorten

SHOWN_EPOCHS = 5  # at both ends of a long history, and around the best
BASE_TEMPLATE, TASK_TEMPLATE = "report.html.jinja", "page.html.jinja"
HEADS = {"learning_rate": "learning rate", "samples_per_second": "samples/s"}


@dataclasses.dataclass(frozen=True)
class Result:
    """What the page of a task's evaluation shows.

    Args:
        package: holds the template, page.html.jinja, which extends report.html.jinja.
        evaluation: the evaluation.
        values: what the template reads beside it.
    """

    package: str
    evaluation: Evaluation
    values: Mapping[str, Any]


def write_report(
    path: str | os.PathLike[str],
    *,
    title: str,
    facts: Mapping[str, object],
    history: Rows = (),
    monitor: str | None = None,
    result: Result | None = None,
    plots: Mapping[str, Path] | None = None,
    card: DataCard | None = None,
    model_card: ModelCard | None = None,
    start: Mapping[str, Any] | None = None,
    layers: Sequence[LayerRow] = (),
    input_shape: tuple[int | None, ...] | None = None,
    command: str = "",
    reproduce: Mapping[str, object] | None = None,
    config: Sequence[tuple[str, str]] = (),
    files: Sequence[str] = (),
    said: str = "",
) -> None:
    """Write the report of a run; what is missing leaves its section out.

    Args:
        path: the HTML file; it loads nothing from anywhere.
        title: the run's name.
        facts: what was trained on what, as label and text, for the first screen.
        history: the epochs, as history.csv has them.
        monitor: the column by which training was stopped and the best epoch kept; None: the last
            is kept, and the best by val_loss, or else loss, is only named.
        result: what the evaluation came to; None where nothing was evaluated.
        plots: SVG files; those that a template names stand with their numbers, the others below.
            A file that is not there is left out.
        card: what was made of the data.
        model_card: of which the page shows where the model fails and what it is not for.
        start: what its weights began with, as run.json has it.
        layers: the model's layers, from input to output.
        input_shape: (T, F) or (T,).
        command: what was typed.
        reproduce: seed, device, versions, checksums, as label and text.
        config: the lines of the config as it was run, each with what overrode it; else empty.
        files: names of files beside the page, which it links to.
        said: what the training said after its last epoch.

    Raises:
        RunError: the file cannot be written.
    """
    images = {name: data_uri(plot) for name, plot in (plots or {}).items() if plot.is_file()}
    page = (
        environment(*([] if result is None else [result.package]))
        .get_template(BASE_TEMPLATE if result is None else TASK_TEMPLATE)
        .render(
            title=title,
            facts=facts,
            **({} if result is None else {"evaluation": result.evaluation, **result.values}),
            epochs=_epoch_table(history, monitor),
            images=images,
            data=None if card is None else _data(card),
            model_card=model_card,
            start=start,
            layers=layers,
            totals=list(zip(*totals(layers), strict=True)),
            input_shape=input_shape,
            command=command,
            reproduce=reproduce or {},
            config=config,
            files=files,
            said=said,
        )
    )
    write_text(Path(path), printable(page))


@functools.cache
def environment(*packages: str) -> Environment:
    """What reads the templates of reports, and those that lie in the packages of tasks.

    Kept with the templates that it has read: to compile those takes longer than to fill them in.
    """
    places = ("rnnkit.reports", *packages)
    found = Environment(
        loader=ChoiceLoader([PackageLoader(package, ".") for package in places]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters |= {
        "address": _address,
        "counted": counted,
        "fraction": fraction,
        "measured": measured,
        "percent": percent,
        "shape": shape,
        "shorten": shorten,
    }
    return found


def _address(name: str) -> str:
    """A file beside the page; half characters, of a name that is no text, lead nowhere."""
    return quote(name, errors="replace")


def data_uri(plot: Path) -> str:
    """An SVG as a page holds it: a picture, in which nothing is a link and no script runs."""
    return "data:image/svg+xml;base64," + base64.b64encode(read_regular(plot)).decode("ascii")


def _data(card: DataCard) -> dict[str, Any]:
    """The data card, as texts."""
    lines = long_lines(card)
    return {
        "facts": {label: text for label, text in lines if label not in ("data", "note")},
        "notes": card.notes,
        "grids": grids(card),
        "example": card.example,
    }


def _epoch_table(rows: Rows, monitor: str | None) -> dict[str, Any]:
    """The history as texts: heads, cells a row, which row is the best, and which are shown."""
    names = [name for name in columns(rows) if name != EPOCH]
    best = best_epoch(rows, monitor)
    return {
        "heads": ["epoch", *(HEADS.get(name, name) for name in names)],
        "rows": [
            [str(epoch), *(_epoch_cell(name, number(row.get(name))) for name in names)]
            for epoch, row in zip(epochs(rows), rows, strict=True)
        ],
        "best": best,
        "keeps_last": monitor is None and best is not None and best.index < len(rows) - 1,
        "shown": _shown_epochs(len(rows), best),
    }


def _shown_epochs(count: int, best: Best | None) -> list[int | None]:
    """The rows of the first, the best and the last epochs; None where some are left out."""
    middle = best.index if best else 0
    shown = [
        row
        for row in range(count)
        if row < SHOWN_EPOCHS or row >= count - SHOWN_EPOCHS or abs(row - middle) <= 1
    ]
    if count <= 3 * SHOWN_EPOCHS:
        return list(range(count))
    found: list[int | None] = []
    for row in shown:
        if found and found[-1] != row - 1:
            found.append(None)
        found.append(row)
    return found


def _epoch_cell(name: str, value: float) -> str:
    if value == value and name in ("seconds", "samples_per_second"):
        return f"{value:,.1f}" if name == "seconds" else f"{value:,.0f}"
    return measured(value)
