"""What was seen in the model of one run or config, or in several side by side."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path
from typing import Any

from rnnkit.diagnostics.inspection import Inspection


@dataclasses.dataclass(frozen=True, eq=False)
class Inspected:
    """One run or config, looked into."""

    name: str  # the config's
    task: str
    trained: bool
    inspection: Inspection
    advice: tuple[str, ...]
    recorded: tuple[dict[str, float], ...]  # the rows of the run's gradients.csv; empty without
    plots: tuple[Path, ...] = ()

    @property
    def title(self) -> str:
        return self.name if self.trained else f"{self.name}, before training"

    def as_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "task": self.task,
            "trained": self.trained,
            **self.inspection.as_dict(),
            "recorded": [
                {name: value if math.isfinite(value) else None for name, value in row.items()}
                for row in self.recorded
            ],
            "advice": list(self.advice),
            "plots": [str(path) for path in self.plots],
        }


@dataclasses.dataclass(frozen=True, eq=False)
class Comparison:
    """Several, side by side."""

    inspected: tuple[Inspected, ...]
    labels: tuple[str, ...]  # one a model, all different
    plot: Path | None  # None where it could not be written

    def as_dict(self) -> dict[str, Any]:
        pairs = zip(self.labels, self.inspected, strict=True)
        compared = [{"label": label, **one.as_dict()} for label, one in pairs]
        return {"compared": compared, "plot": self.plot and str(self.plot)}
