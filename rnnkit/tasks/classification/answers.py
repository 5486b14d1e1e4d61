"""Classification's answer to `rnnkit predict RUN --data FILE`: a class and its probability each."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from rnnkit import options, writing
from rnnkit.streams import tell
from rnnkit.tasks.contract import Answer

if TYPE_CHECKING:
    from rnnkit.tasks.classification.trained import TrainedClassifier

COLUMNS = ["example", "class", "probability"]


def predict(
    load: Callable[[], TrainedClassifier],
    *,
    data: str | None,
    output: str | None,
    form: str | None,
) -> None:
    """Classify the examples of a file."""
    if data is None:
        raise click.UsageError("Missing option '--data'.")
    trained = load()
    found = trained.predict(data)
    for text in trained.decision.answered:
        tell(f"'{found.classes[1]}' is {text}")
    records = [
        {"example": name, "class": label, "probability": round(probability, 6)}
        for name, label, probability in zip(
            found.names, found.predicted, found.confidence, strict=True
        )
    ]
    as_csv = writing.form_of(form, output) == "csv"
    text = writing.csv_text(records, COLUMNS) if as_csv else writing.jsonl_text(records)
    writing.deliver(text, output, f"{len(records):,} predictions")


PREDICT = Answer(
    predict,
    options=[options.data, options.output, options.form],
    what="a class and its probability for each example of FILE",
    examples=[
        "rnnkit predict latest --data new.csv",
        "rnnkit predict mnist --data digits.npz --output answers.jsonl",
    ],
)
