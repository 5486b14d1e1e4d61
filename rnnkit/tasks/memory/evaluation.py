"""How a long-memory problem was solved: what evaluation.json holds of memory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from rnnkit.reports.evaluation import Evaluation


class MemoryEvaluation(Evaluation):
    """How a model does on N examples, beside the answers that need no memory."""

    task: Literal["memory"] = "memory"
    problem: Literal["adding", "copy"]
    length: int  # as in the config
    examples: int  # N
    loss: float  # adding: squared error; copy: nats a step
    baseline_loss: float  # of the memoryless answer on the same examples
    expected_baseline_loss: float  # the same on endless data
    mean_absolute_error: float | None = None  # adding
    close: float | None = None  # adding: the share of sums that are hit
    recall: float | None = None  # copy: the share of digits
    all_recalled: float | None = None  # copy: of examples with all ten

    @property
    def baseline_numbers(self) -> Mapping[str, float | None]:
        return {"loss": self.baseline_loss}
