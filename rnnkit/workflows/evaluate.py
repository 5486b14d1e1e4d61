"""`rnnkit evaluate`: a run and examples -> loss, accuracy, per-class scores beside the baseline."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rnnkit.data.dataset import Part
from rnnkit.data.load import load_dataset, read_examples
from rnnkit.errors import DataError
from rnnkit.reports.metrics import ClassificationReport, classification_report
from rnnkit.runs import Run
from rnnkit.runtime import keras
from rnnkit.tasks.classification import Classification, Probabilities
from rnnkit.training.batches import batches
from rnnkit.training.loop import evaluate as mean_over
from rnnkit.training.step import EvaluateStep, PredictStep
from rnnkit.workflows.build import open_run
from rnnkit.workflows.report import write_evaluation


@dataclasses.dataclass(frozen=True, eq=False)
class Evaluation:
    """How a model does on one set of N examples of C classes."""

    data: str  # "test", "validation", or the file
    loss: float
    metrics: dict[str, float]
    report: ClassificationReport
    probabilities: Probabilities  # (N, C)
    y_true: npt.NDArray[np.int32]  # (N,)

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {"data": self.data, "loss": self.loss, **self.metrics, **self.report.as_dict()}


def evaluate(
    run: str | Run, *, data: str | Path | None = None, device: str | None = None
) -> Evaluation:
    """Evaluate a run on its own test part (or validation part, where it has none) or on a file.

    The result is also written into the run folder: evaluation.json and plots/confusion.png for
    its own data, evaluation-<file>.json and plots/confusion-<file>.png for a file.

    Args:
        run: a run folder, a run's name, or `latest`.
        data: a labelled file in the form of the training data.
        device: as `rnnkit train --device`; None takes the run's.

    Raises:
        RunError: the run cannot be opened.
        DataError: the data cannot be used, or the run kept none back.
    """
    trained = open_run(run, device=device)
    section = trained.config.data
    ids = trained.preprocessing.ids
    if data is not None:
        part, name = read_examples(Path(data), trained.preprocessing, labelled=True), str(data)
        counts = None
    else:
        dataset = load_dataset(section, seed=trained.config.seed, ids=ids)
        if dataset.held_back is None:
            raise DataError(
                "the run kept no examples back: give a labelled file with --data, "
                "or train with data: {split: {validation: 0.1}}"
            )
        part, name = dataset.held_back
        counts = np.bincount(dataset.train.y, minlength=len(trained.preprocessing.classes))
    result = evaluate_part(
        trained.task,
        trained.model,
        part,
        name=name,
        classes=trained.preprocessing.classes,
        train_counts=counts,
        batch_size=trained.config.training.batch_size,
        shards=trained.shards,
        jit_compile=trained.config.training.jit_compile,
    )
    write_evaluation(trained.run, result, label="" if data is None else Path(data).stem)
    return result


def evaluate_part(
    task: Classification,
    model: keras.Model,
    part: Part,
    *,
    name: str,
    classes: Sequence[str],
    train_counts: npt.NDArray[np.int64] | None,
    batch_size: int,
    shards: int,
    jit_compile: bool,
) -> Evaluation:
    """Run a model over a part and score what it says."""
    outputs = predict_outputs(
        model, part, batch_size=batch_size, shards=shards, jit_compile=jit_compile
    )
    # a pass of its own: inside the compiled step Keras takes the loss from the logits, which
    # saturated probabilities cannot give back
    step = EvaluateStep(model, task.objective(), shards=shards, jit_compile=jit_compile)
    means = mean_over(step, part, batch_size)
    return Evaluation(
        data=name,
        loss=means.pop("loss"),
        metrics=means,
        report=classification_report(
            part.y, task.probabilities(outputs), classes, train_counts=train_counts
        ),
        probabilities=task.probabilities(outputs),
        y_true=part.y,
    )


def predict_outputs(
    model: keras.Model, part: Part, *, batch_size: int, shards: int, jit_compile: bool
) -> npt.NDArray[np.float32]:
    """The model's raw outputs for every example of a part, (N, C), in the part's order."""
    step = PredictStep(model, shards=shards, jit_compile=jit_compile)
    feed = batches(part, np.arange(len(part)), batch_size)
    return np.concatenate([step(b.x)[: int(b.valid.sum())] for b in feed]).astype(np.float32)
