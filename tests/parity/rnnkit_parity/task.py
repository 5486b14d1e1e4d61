"""What rnnkit asks of the task. Importing this imports no TensorFlow."""

from __future__ import annotations

from typing import ClassVar, Literal

import click
from rich.text import Text

from rnnkit import options, writing
from rnnkit.config.stack import InputFacts, Stack
from rnnkit.data.cache import Place
from rnnkit.data.preprocessing import Preprocessing
from rnnkit.reports.evaluation import Evaluation
from rnnkit.tasks.contract import Answer, Task
from rnnkit_parity.config import ParityConfig
from rnnkit_parity.dataset import Bits, ParityDataset, load_dataset


class ParityEvaluation(Evaluation):
    """What evaluation.json holds."""

    task: Literal["parity"] = "parity"
    loss: float
    accuracy: float
    baseline_accuracy: float  # of the answer that is more often right


class View:
    """How it is shown; page.html.jinja stands beside this file."""

    def summary(self, evaluation: ParityEvaluation, /) -> Text:
        found = f"{evaluation.data}: accuracy {evaluation.accuracy:.4f}"
        return Text(f"{found}, always the same answer {evaluation.baseline_accuracy:.4f}")

    details = summary

    def page(self, evaluation: ParityEvaluation, /) -> dict[str, object]:
        return {}


def predict(load, *, data, output):
    """Print the probability of an even number of ones for each line of a file."""
    if data is None:
        raise click.UsageError("Missing option '--data'.")
    probabilities = load().predict(data)
    records = [{"line": n, "even": p} for n, p in enumerate(probabilities.tolist(), start=1)]
    writing.deliver(writing.csv_text(records, ["line", "even"]), output, f"{len(records)} answers")


class Parity(Task[ParityConfig, ParityDataset, Preprocessing, Bits, ParityEvaluation]):
    name: ClassVar[str] = "parity"
    config = ParityConfig
    kept = Preprocessing  # nothing is learnt from the data
    evaluation = ParityEvaluation
    view = View()
    predict = Answer(
        predict,
        options=[options.data, options.output],
        what="whether the number of ones is even, for each line of bits in FILE",
        examples=["rnnkit predict latest --data bits.txt"],
    )

    def outline(self, config: ParityConfig, place: Place | None = None) -> InputFacts:
        return self.facts(config, Preprocessing())

    def load(self, config: ParityConfig, place: Place | None = None) -> ParityDataset:
        return load_dataset(config)

    def facts(self, config: ParityConfig, kept: Preprocessing) -> InputFacts:
        return InputFacts((config.data.length, 1), outputs=1)

    def objective(self, config: ParityConfig, stack: Stack):
        from rnnkit_parity.trained import OBJECTIVE

        return OBJECTIVE

    @property
    def trained(self):
        from rnnkit_parity.trained import TrainedParity

        return TrainedParity
