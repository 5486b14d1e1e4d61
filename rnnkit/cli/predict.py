"""`rnnkit predict RUN --data FILE`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from rnnkit.cli import options

if TYPE_CHECKING:
    from rnnkit.workflows.predict import Predictions


@click.command("predict")
@options.run
@click.option("--data", required=True, metavar="FILE", help="Examples in the training data's form.")
@click.option("--output", metavar="FILE", help="A .csv or .jsonl file; default: CSV to stdout.")
@click.option("--format", "form", type=click.Choice(["csv", "jsonl"]), help="Default: by --output.")
@options.device
@options.common
def command(run: str, data: str, output: str | None, form: str | None, device: str | None) -> None:
    """Classify the examples of FILE with RUN: a class and its probability for each.

    \b
    Examples:
      rnnkit predict latest --data new.csv
      rnnkit predict mnist --data digits.npz --output answers.jsonl
    """
    form = form or ("jsonl" if output and output.endswith((".jsonl", ".json")) else "csv")
    from pathlib import Path

    from rnnkit.runs import write_text
    from rnnkit.workflows.predict import predict

    predictions = predict(run, data, device=device)
    text = _jsonl(predictions) if form == "jsonl" else _csv(predictions)
    if output is None:
        click.echo(text, nl=False)
    else:
        write_text(Path(output), text)
        click.echo(f"{len(predictions.names):,} predictions in {output}", err=True)


def _csv(predictions: Predictions) -> str:
    import csv
    import io

    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["example", "class", "probability"])
    for name, label, probability in _rows(predictions):
        table.writerow([name, label, f"{probability:.6f}"])
    return text.getvalue()


def _jsonl(predictions: Predictions) -> str:
    import json

    return "".join(
        json.dumps(
            {"example": name, "class": label, "probability": round(probability, 6)},
            ensure_ascii=False,
        )
        + "\n"
        for name, label, probability in _rows(predictions)
    )


def _rows(predictions: Predictions) -> list[tuple[str, int | str, float]]:
    return list(zip(predictions.names, predictions.predicted, predictions.confidence, strict=True))
