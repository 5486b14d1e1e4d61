"""Classification's answer to `rnnkit predict RUN --data FILE`: a class and its probability each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import click

from rnnkit import options, writing
from rnnkit.streams import tell
from rnnkit.tasks.contract import Answer
from rnnkit.tasks.served import Served, numbers_of_examples, sample_examples
from rnnkit.words import counted

if TYPE_CHECKING:
    from rnnkit.tasks.classification.trained import Predictions, TrainedClassifier

Records = list[dict[str, Any]]
SAMPLE_ROWS = 200  # of a sample's time steps


def predict(
    load: Callable[[], TrainedClassifier],
    *,
    data: str | None,
    output: str | None,
    form: str | None,
    top: int | None,
    all_classes: bool,
) -> None:
    """Classify the examples of a file."""
    if data is None:
        raise click.UsageError("Missing option '--data'.")
    if top is not None and all_classes:
        raise click.UsageError("give one of --top and --all-classes, not both")
    trained = load()
    found = trained.predict(data)
    for text in trained.decision.answered:
        tell(f"'{found.classes[1]}' is {text}")
    for note in found.notes:
        tell(note)
    as_csv = writing.form_of(form, output) == "csv"
    if top is not None:
        records = _likeliest(found, top)
    else:
        records = _answers(found)
        if all_classes:
            every = _every_class(found, nested=not as_csv)
            records = [record | more for record, more in zip(records, every, strict=True)]
    written = writing.csv_text(records, list(records[0])) if as_csv else writing.jsonl_text(records)
    writing.deliver(written, output, counted(len(found.names), "prediction"))


def _answers(found: Predictions) -> Records:
    """The class that is answered for each example."""
    return [
        {"example": name, "class": label, "probability": round(probability, 6)}
        for name, label, probability in zip(
            found.names, found.predicted, found.confidence, strict=True
        )
    ]


def _likeliest(found: Predictions, count: int) -> Records:
    """The likeliest classes of each example, a record each, the first first."""
    order = (-found.probabilities).argsort(axis=1, kind="stable")[:, :count]
    return [
        {
            "example": name,
            "rank": rank,
            "class": found.classes[number],
            "probability": round(float(probabilities[number]), 6),
        }
        for name, probabilities, numbers in zip(
            found.names, found.probabilities, order.tolist(), strict=True
        )
        for rank, number in enumerate(numbers, start=1)
    ]


def _every_class(found: Predictions, *, nested: bool) -> Iterator[dict[str, Any]]:
    """The probability of each class, in the order of the classes: a column each, or one object."""
    for row in found.probabilities.tolist():
        rounded = [round(probability, 6) for probability in row]
        named = zip(map(str, found.classes), rounded, strict=True)
        if nested:
            yield {"probabilities": dict(named)}
        else:
            yield {f"probability_{label}": probability for label, probability in named}


def _sample(trained: TrainedClassifier) -> object:
    kept, tokens = trained.preprocessing, trained.preprocessing.tokens
    text = "" if tokens is None else tokens.decode(range(1, min(9, len(tokens))))
    rows = min(kept.length, SAMPLE_ROWS)
    return sample_examples(trained.run, trained.config.data, kept, text, rows=rows)


PREDICT = Answer(
    predict,
    options=[
        options.data,
        options.output,
        options.form,
        click.Option(
            ["--top"],
            type=click.IntRange(min=1),
            metavar="K",
            help="The K likeliest classes of each example, a line each.",
        ),
        click.Option(
            ["--all-classes"], is_flag=True, help="The probability of every class as well."
        ),
    ],
    what="a class and its probability for each example of FILE",
    examples=[
        "rnnkit predict latest --data new.csv",
        "rnnkit predict mnist --data digits.npz --output answers.jsonl",
        "rnnkit predict sentences --data reviews.txt --all-classes",
    ],
    served=Served(
        options=["top", "all-classes"],
        sample=_sample,
        numbers=lambda trained: numbers_of_examples(trained.config.data, trained.preprocessing),
    ),
)
