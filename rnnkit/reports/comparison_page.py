"""A comparison of runs -> one self-contained page."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from rnnkit.files import write_text
from rnnkit.reports.comparison import Comparison
from rnnkit.reports.html import data_uri, environment
from rnnkit.reports.plots.compared import plot_compared
from rnnkit.words import printable

TEMPLATE = "compare.html.jinja"


def write_comparison(path: str | os.PathLike[str], found: Comparison) -> None:
    """Write the page: sentences, scores, curves, and what differs in the configs.

    Args:
        path: the HTML file; it loads nothing from anywhere.
        found: what it shows.

    Raises:
        RunError: the file cannot be written.
    """
    with tempfile.TemporaryDirectory() as folder:
        plot = Path(folder, "curves.svg")
        drawn = plot_compared({run.letter: run.history for run in found.runs}, plot)
        images = {"curves": data_uri(plot)} if drawn else {}
    page = (
        environment()
        .get_template(TEMPLATE)
        .render(
            title=" and ".join(run.name.partition("/")[0] for run in found.runs),
            found=found,
            letters=[run.letter for run in found.runs],
            differences=[(one.key, *one.values) for one in found.differences],
            names={run.letter: run.name for run in found.runs},
            images=images,
        )
    )
    write_text(Path(path), printable(page))
