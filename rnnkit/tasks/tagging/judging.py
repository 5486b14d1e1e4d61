"""A trained model and one part -> its tags, and how good they are beside the baselines."""

from __future__ import annotations

import dataclasses
from collections import Counter

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.batch import INPUT
from rnnkit.data.tagged.dataset import Ids, TaggedPart
from rnnkit.data.tagged.vocabulary import UNKNOWN
from rnnkit.errors import RunError
from rnnkit.tasks.tagging import scoring
from rnnkit.tasks.tagging.baselines import baselines
from rnnkit.tasks.tagging.evaluation import HardToken, Mistaken, TaggingEvaluation
from rnnkit.tasks.tagging.objective import PROBABILITY, TAG
from rnnkit.training.step import ScoreStep

SHOWN = 20  # mistakes and tokens that are kept


@dataclasses.dataclass(frozen=True, eq=False)
class Tagged:
    """What a model says of each row of a part, in the order of its sequences."""

    tags: NDArray[np.int32]  # (n,)
    probability: NDArray[np.float32]  # (n,) of that tag
    loss: NDArray[np.float32]  # (n,) nats; of no meaning where tags are not known


def tag_rows(ask: ScoreStep, part: TaggedPart, batch_size: int) -> Tagged:
    """Ask the model.

    Args:
        ask: gives what `answers` measures of a batch.
        part: the rows.
        batch_size: sequences that are asked for at once.

    Raises:
        RunError: it answers with what is not a finite number.
    """
    found = {name: np.zeros(len(part.rows.order)) for name in (TAG, PROBABILITY, "loss")}
    for rows, batch in zip(part.plan(batch_size), part.batches(batch_size), strict=True):
        values, _ = ask(batch)
        for name, of_rows in found.items():
            of_rows[rows] = values[name][batch.valid > 0]
    tags, probability, loss = (found[name][part.index] for name in found)
    if not (sound := np.isfinite(probability)).all():
        raise RunError(
            f"the model predicts NaN or infinity for {int((~sound).sum()):,} of {len(sound):,} "
            "rows: its weights, or these inputs, are not finite"
        )
    return Tagged(tags.astype(np.int32), probability.astype(np.float32), loss.astype(np.float32))


def evaluate_tags(
    tagged: Tagged, part: TaggedPart, tags: tuple[str, ...], *, train: TaggedPart | None, name: str
) -> tuple[TaggingEvaluation, NDArray[np.int64]]:
    """Judge the tags of a part; gives the confusion matrix (C, C) too.

    Args:
        tagged: what the model says.
        part: what it was asked.
        tags: their names.
        train: what the baselines learn from; None: it is not there.
        name: what the part is called.
    """
    y, said = part.y[part.index], tagged.tags
    sequence = np.repeat(np.arange(len(part)), part.lengths)
    unknown, hit = unknown_rows(part), y == said
    own = scoring.scores(y, said, tags, sequence, unknown)
    confusion = scoring.confusion_of(y, said, len(tags))
    plain, counted = ({}, None) if train is None else baselines(train, part, len(tags))
    reads_tokens = bool(part.rows.tokens)
    is_bio = scoring.are_bio(tags)
    found = scoring.span_scores(
        *(scoring.spans(numbers, sequence, tags) for numbers in (y, said))
    ) if is_bio else ()  # fmt: skip
    evaluation = TaggingEvaluation(
        data=name,
        rows=len(y),
        sequences=len(part),
        loss=float(tagged.loss.astype(np.float64).mean()),
        accuracy_interval_95=scoring.accuracy_interval(hit, sequence),
        sequence_accuracy=float((np.bincount(sequence, ~hit) == 0).mean()),
        known_accuracy=float(hit[~unknown].mean()) if reads_tokens and (~unknown).any() else None,
        unknown_rows=int(unknown.sum()),
        spans=found,
        tags=scoring.tag_scores(confusion, tags),
        mistaken=_mistaken(confusion, tags),
        hardest=_hardest(part, said, tags) if reads_tokens else (),
        baselines={
            key: scoring.scores(y, answer, tags, sequence, unknown) for key, answer in plain.items()
        },
        counted_rows=counted,
        notes=part.rows.notes,
        **own.model_dump(),
    )
    return evaluation, confusion


def unknown_rows(part: TaggedPart) -> NDArray[np.bool_]:
    """Whether the main token of each row is not known, (n,); of numbers none is."""
    tokens = part.inputs[INPUT]
    if not isinstance(tokens, Ids):
        return np.zeros(len(part.index), bool)
    unknown: NDArray[np.bool_] = tokens.table[tokens.tokens.codes[part.index] + 1] == UNKNOWN
    return unknown


def _mistaken(confusion: NDArray[np.int64], tags: tuple[str, ...]) -> tuple[Mistaken, ...]:
    mistakes = confusion.copy()
    np.fill_diagonal(mistakes, 0)
    order = np.argsort(-mistakes, axis=None, kind="stable")[:SHOWN]
    pairs = zip(*np.unravel_index(order, mistakes.shape), strict=True)
    return tuple(
        Mistaken(tag=tags[true], said=tags[said], rows=int(mistakes[true, said]))
        for true, said in pairs
        if mistakes[true, said]
    )


def _hardest(
    part: TaggedPart, said: NDArray[np.int32], tags: tuple[str, ...]
) -> tuple[HardToken, ...]:
    tokens, y = next(iter(part.rows.tokens.values())), part.y[part.index]
    codes = tokens.codes[part.index]
    rows, mistakes = np.bincount(codes), np.bincount(codes, y != said).astype(int)
    found = []
    for code in np.argsort(-mistakes, kind="stable")[:SHOWN].tolist():
        wrong = (codes == code) & (y != said)
        if not wrong.any():
            break
        [((true, answer), _)] = Counter(
            zip(y[wrong].tolist(), said[wrong].tolist(), strict=True)
        ).most_common(1)
        found.append(
            HardToken(
                token=tokens.symbols[code],
                rows=int(rows[code]),
                mistakes=int(mistakes[code]),
                tag=tags[true],
                said=tags[answer],
            )
        )
    return tuple(found)
