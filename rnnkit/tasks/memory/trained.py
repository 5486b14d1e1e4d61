"""A trained model of a long-memory problem: judged beside the answers that need no memory."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rnnkit.baselines.paired import Paired
from rnnkit.data.keys import name_keys
from rnnkit.data.preprocessing import Preprocessing
from rnnkit.errors import DataError
from rnnkit.formats.meaning import Classes, Meaning, Numbers
from rnnkit.reports.evaluation import Judged
from rnnkit.tasks.contract import TrainedRun
from rnnkit.tasks.memory.config import MemoryConfig
from rnnkit.tasks.memory.dataset import MemoryDataset, MemoryPart
from rnnkit.tasks.memory.evaluation import MemoryEvaluation
from rnnkit.tasks.memory.plots import plot_recall, plot_sums
from rnnkit.tasks.memory.problems import (
    ADDING_VARIANCE,
    COPIED,
    DIGITS,
    SYMBOLS,
    copy_baseline,
)
from rnnkit.training.objective import Objective

CLOSE = 0.04  # an absolute error that counts as solved


class TrainedMemory(
    TrainedRun[MemoryConfig, MemoryDataset, Preprocessing, MemoryPart, MemoryEvaluation]
):
    """A run on adding or copy."""

    def read(self, path: Path) -> MemoryPart:
        raise DataError(
            f"{path}: the sequences of '{self.config.data.source}' are generated, they are not "
            "read from files: leave --data out"
        )

    def judge(
        self, part: MemoryPart, *, name: str, dataset: MemoryDataset | None
    ) -> Judged[MemoryEvaluation]:
        """Beside always answering 1 (adding), or blanks and then any digit (copy)."""
        means, outputs = self.inference.means_and_outputs(part)
        judge = self._judge_sums if self.config.data.source == "adding" else self._judge_copies
        return judge(outputs, part, name, means["loss"])

    def meaning(self) -> Meaning:
        answer: Classes | Numbers = Numbers(("sum",))
        if self.config.data.source == "copy":
            answer = Classes(tuple(range(SYMBOLS)), "softmax" if self.stack.gives_logits else None)
        return dataclasses.replace(super().meaning(), answer=answer)

    def paired(self, part: MemoryPart) -> Paired:
        """The loss of each sequence: squared errors of sums, or the mean nats of its steps."""
        loss, size = Objective(self.inference.objective.loss), self.inference.batch_size
        batches = self.inference.scores(loss, part, batch_size=size)
        nats = np.concatenate([values["loss"][batch.valid > 0] for batch, values in batches])
        return Paired(
            keys=name_keys(zip(map(bytes, part.store), part.y.tolist(), strict=True)),
            loss=nats.reshape(len(part), -1).mean(axis=1, keepdims=True, dtype=np.float64),
            measure="loss",
            noun="sequence",
            test="diebold_mariano",
        )

    def _judge_sums(
        self, outputs: NDArray[np.float32], part: MemoryPart, name: str, loss: float
    ) -> Judged[MemoryEvaluation]:
        answers, truth = outputs[:, 0], part.y
        error = np.abs(answers - truth)
        evaluation = MemoryEvaluation(
            data=name,
            problem="adding",
            length=self.config.data.length,
            examples=len(part),
            loss=loss,
            baseline_loss=float(np.mean((1 - truth) ** 2)),
            expected_baseline_loss=ADDING_VARIANCE,
            mean_absolute_error=float(error.mean()),
            close=float((error < CLOSE).mean()),
        )

        def plot(folder: Path, suffix: str) -> None:
            plot_sums(truth, answers, folder / f"sums{suffix}.svg")

        return Judged(evaluation, plot)

    def _judge_copies(
        self, outputs: NDArray[np.float32], part: MemoryPart, name: str, loss: float
    ) -> Judged[MemoryEvaluation]:
        hits = outputs[:, -COPIED:].argmax(axis=2) == part.y[:, -COPIED:]
        baseline = copy_baseline(self.config.data.length)  # it does not depend on the digits
        evaluation = MemoryEvaluation(
            data=name,
            problem="copy",
            length=self.config.data.length,
            examples=len(part),
            loss=loss,
            baseline_loss=baseline,
            expected_baseline_loss=baseline,
            recall=float(hits.mean()),
            all_recalled=float(hits.all(axis=1).mean()),
        )

        def plot(folder: Path, suffix: str) -> None:
            plot_recall(hits.mean(axis=0), 1 / DIGITS, folder / f"recall{suffix}.svg")

        return Judged(evaluation, plot)
