"""Which module shows the evaluations of a task: one line a task.

Each has `summary(values)` and `details(values)` for the terminal, `TEMPLATE` and `page(values)`
for report.html; `values` is what evaluation.json holds.
"""

from __future__ import annotations

import importlib
from typing import Any

VIEWS = {
    "classification": "rnnkit.reports.classification",
    "next_token": "rnnkit.reports.next_token",
    "next_frame": "rnnkit.reports.next_frame",
    "forecasting": "rnnkit.reports.forecasting",
    "memory": "rnnkit.reports.memory",
}


def view_of(task: str) -> Any:
    """The module that shows the evaluations of `task`."""
    return importlib.import_module(VIEWS[task])
