"""Regression's answer to `rnnkit predict RUN --data FILE`: a number each, with intervals."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from rnnkit import options, writing
from rnnkit.streams import tell
from rnnkit.tasks.contract import Answer
from rnnkit.tasks.served import Served, numbers_of_examples, sample_examples
from rnnkit.words import counted

if TYPE_CHECKING:
    from rnnkit.tasks.regression.trained import TrainedRegressor


def predict(
    load: Callable[[], TrainedRegressor],
    *,
    data: str | None,
    output: str | None,
    form: str | None,
) -> None:
    """Predict the numbers of the examples of a file."""
    if data is None:
        raise click.UsageError("Missing option '--data'.")
    found = load().predict(data, on_message=tell)
    records = found.rows()
    if len(found.targets) == 1:
        records = [{k: v for k, v in row.items() if k != "target"} for row in records]
    as_csv = writing.form_of(form, output) == "csv"
    text = writing.csv_text(records, list(records[0])) if as_csv else writing.jsonl_text(records)
    writing.deliver(text, output, counted(len(records), "prediction"))


PREDICT = Answer(
    predict,
    options=[options.data, options.output, options.form],
    what="a number and its intervals for each example of FILE",
    examples=[
        "rnnkit predict turbofan --data engines.csv",
        "rnnkit predict turbofan --data engines.parquet --output remaining.csv",
    ],
    served=Served(
        sample=lambda trained: sample_examples(
            trained.run,
            trained.config.data,
            trained.preprocessing,
            rows=trained.preprocessing.length,
        ),
        numbers=lambda trained: numbers_of_examples(trained.config.data, trained.preprocessing),
    ),
)
