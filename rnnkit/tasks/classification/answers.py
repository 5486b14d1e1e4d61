"""`rnnkit predict RUN --data FILE` for classification: a class and its probability each."""

from __future__ import annotations

import click

from rnnkit import writing
from rnnkit.runs import Run
from rnnkit.tasks.classification.trained import predict

OPTIONS = frozenset({"data", "output", "form", "device"})
COLUMNS = ["example", "class", "probability"]


def answer(
    run: Run, *, data: str | None, output: str | None, form: str | None, device: str | None
) -> None:
    """Classify the examples of a file."""
    if data is None:
        raise click.UsageError("Missing option '--data'.")
    found = predict(run, data, device=device)
    records = [
        {"example": name, "class": label, "probability": round(probability, 6)}
        for name, label, probability in zip(
            found.names, found.predicted, found.confidence, strict=True
        )
    ]
    as_csv = writing.form_of(form, output) == "csv"
    text = writing.csv_text(records, COLUMNS) if as_csv else writing.jsonl_text(records)
    writing.deliver(text, output, f"{len(records):,} predictions")
