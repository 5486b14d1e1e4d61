"""A run, its data card and what its evaluation says -> the model card: model_card.md."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from rnnkit.data.card import DataCard
from rnnkit.datasets import EMBEDDED
from rnnkit.errors import RunError
from rnnkit.files import read_regular, write_text
from rnnkit.reports.card import Grid, Line, grids, long_lines
from rnnkit.reports.findings import Findings
from rnnkit.reports.limits import limits
from rnnkit.run import Run
from rnnkit.words import counted, duration, printable

NOT_JUDGED = "Nothing was kept back to judge it by: nothing says how good it is."
UNJUDGED_USE = "Whatever must be right: it was judged on 0 examples."
NOTHING_FINER = "Nothing finer than the scores above was measured."

# what Markdown would read as its own: not _ inside of a word, nor < and & before a blank
_MARKUP = re.compile(r"[\\`*\[\]|~]|^>|[<&](?=\S)|(?<![^\W_])_|_(?![^\W_])")


@dataclasses.dataclass(frozen=True)
class ModelCard:
    """What is known of a trained model, in sentences."""

    name: str  # of its config
    does: str
    training: Sequence[Line]
    data: Sequence[Line]
    parts: Sequence[Grid]  # of the data
    judged: str
    scores: Grid | None
    verdict: Sequence[str]
    fails: Sequence[str]
    unfit: Sequence[str]  # what it must not be used for


def write_model_card(run: Run, data: DataCard, findings: Findings | None) -> ModelCard:
    """Write the card of a run whose model is trained.

    Args:
        run: its folder, with run.json.
        data: what was made of its data.
        findings: what its evaluation says; None: nothing was kept back.

    Raises:
        RunError: the folder cannot be written, or run.json is damaged.
    """
    card = _model_card(run, data, findings)
    write_text(run.model_card, printable("\n".join(_markdown(card))) + "\n")
    return card


def read_data_card(run: Run) -> DataCard:
    """What was made of a run's data.

    Raises:
        RunError: data.json is missing or damaged.
    """
    try:
        return DataCard.model_validate_json(read_regular(run.card))
    except OSError as error:
        raise RunError(f"{run.card}: cannot be read: {error.strerror or error}") from None
    except ValidationError as error:
        raise RunError(f"{run.card}: damaged: {error}") from None


def _model_card(run: Run, data: DataCard, findings: Findings | None) -> ModelCard:
    metadata = run.read_metadata()
    unjudged = ModelCard(
        name=run.path.parent.name,
        does="",
        training=tuple(_training(run, metadata)),
        data=tuple(_data_lines(data)),
        parts=grids(data),
        judged=NOT_JUDGED,
        scores=None,
        verdict=(),
        fails=(),
        unfit=[UNJUDGED_USE, *limits(data)],
    )
    if findings is None:
        return unjudged
    return dataclasses.replace(
        unjudged,
        does=findings.does,
        judged=findings.judged,
        scores=findings.scores,
        verdict=[*findings.verdict, *_luck(metadata, data)],
        fails=findings.fails or (NOTHING_FINER,),
        unfit=[*findings.unfit, *limits(data)],
    )


def _training(run: Run, metadata: Mapping[str, Any]) -> Iterator[Line]:
    """How the weights came to be, as label and text."""
    yield "run", run.name
    yield "weights", counted(metadata.get("parameters", 0), "parameter")
    if begun := metadata.get("start"):
        yield "began with", ", ".join(filter(None, [begun.get("run"), *begun.get("vectors", ())]))
    epochs, steps = metadata.get("epochs", 0), metadata.get("steps", 0)
    seconds = duration(metadata.get("training_seconds", 0.0))
    device = metadata.get("device", {}).get("description", "")
    lasted = f"{counted(epochs, 'epoch')}, {counted(steps, 'step')} in all, {seconds}"
    yield "trained", f"{lasted} on {device}" if device else lasted
    yield "begun", metadata.get("started", "")
    yield "seed", str(metadata.get("seed", 0))
    versions = metadata.get("versions", {})
    yield "with", ", ".join(f"{name} {version}" for name, version in versions.items())
    yield "command", " ".join(metadata.get("command") or ())
    yield from (("note", note) for note in metadata.get("notes", ()))


def _data_lines(data: DataCard) -> Iterator[Line]:
    yield from long_lines(data)
    for one in EMBEDDED.values():
        if one.sha256 == data.sha256:
            yield "licence", f"{one.licence} (rnnkit/datasets/README.md says whose)"


def _luck(metadata: Mapping[str, Any], data: DataCard) -> Iterator[str]:
    """What these scores leave to chance."""
    if data.followed == data.parts[-1].name:
        yield (
            "Its training was followed on the part that judges it: there is no other, so expect "
            "somewhat less of new data."
        )
    seed = metadata.get("seed", 0)
    yield f"All of this is one training, of seed {seed}: another may do otherwise."


def _markdown(card: ModelCard) -> Iterator[str]:
    yield f"# Model card: {_escaped(card.name)}"
    yield from ("", _escaped(card.does)) if card.does else ()
    yield from ("", *_pairs(card.training))
    yield from ("", "## What it was trained on", "", *_pairs(card.data))
    for grid in card.parts:
        yield from ("", *_table(grid))
    yield from ("", "## How it was judged", "", _escaped(card.judged))
    if card.scores is not None:
        yield from ("", *_table(card.scores))
    yield from ("", *_items(card.verdict)) if card.verdict else ()
    if card.fails:
        yield from ("", "## Where it fails", "", *_items(card.fails))
    yield from ("", "## What it must not be used for", "", *_items(card.unfit))


def _pairs(lines: Sequence[Line]) -> Iterator[str]:
    return (f"- **{_escaped(label)}**: {_escaped(text)}" for label, text in lines if text)


def _items(sentences: Sequence[str]) -> Iterator[str]:
    return (f"- {_escaped(text)}" for text in sentences)


def _table(grid: Grid) -> Iterator[str]:
    rule = ("---", *["---:"] * (len(grid.heads) - 1))
    for cells in (grid.heads, rule, *grid.rows):
        yield f"| {' | '.join(map(_escaped, cells))} |"


def _escaped(text: str) -> str:
    """On one line, and nothing in it is markup."""
    return _MARKUP.sub(r"\\\g<0>", " ".join(text.split()))
