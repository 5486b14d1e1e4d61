"""The parts that a source brings -> train, validation and test, by share, and at most `limit`."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from rnnkit.data.labelled.examples import Examples
from rnnkit.data.labelled.section import ExampleData, Parts, Split
from rnnkit.data.sequences import Indices
from rnnkit.data.splits import (
    PARTS,
    check_split,
    deal_folds,
    draw_parts,
    drawn_by,
    separation,
    share_notes,
)

# second words of the seed, so that the draws do not depend on one another
LIMITS = {"train": 3, "validation": 4, "test": 5}


def split_parts(
    parts: dict[str, Examples], split: Parts, *, seed: int, where: str
) -> dict[str, Examples]:
    """Take test, then validation, out of train: by shares as `draw_parts` does, or a fold as test.

    Args:
        parts: what the source brings; always has `train`.
        split: the config's section; under `validation: test` both are the same object.
        seed: the config's.
        where: the source, for messages.

    Raises:
        DataError: a share for a part that the source brings, or a share that holds no example.
    """
    check_split(parts, split, where=where)
    result = dict(parts)
    if split.draws:
        train = parts["train"]
        classes = train.labels.codes if isinstance(split, Split) and split.stratify else None
        keys = train.keys if train.groups is None or split.group is None else train.groups
        rest = np.arange(len(train))
        if split.folds is not None:
            folds = deal_folds(keys, split.folds, seed=seed, where=where, classes=classes)
            result["test"] = train.take(np.flatnonzero(folds + 1 == split.fold))
            rest = np.flatnonzero(folds + 1 != split.fold)
        left = None if classes is None else classes[rest]
        drawn = draw_parts(keys[rest], split.drawn, seed=seed, where=where, classes=left)
        result |= {part: train.take(rest[members]) for part, members in drawn.items()}
    if split.validation == "test":
        result["validation"] = result["test"]
    return result


def limit_parts(parts: dict[str, Examples], limit: int | None, *, seed: int) -> dict[str, Examples]:
    """A stratified subset of at most `limit` examples of each part, in their own order."""
    limited: dict[str, Examples] = {}
    for part in PARTS:
        if (examples := parts.get(part)) is None:
            continue
        if part == "test" and examples is parts.get("validation"):
            limited["test"] = limited["validation"]
        elif limit is None or len(examples) <= limit:
            limited[part] = examples
        else:
            rng = np.random.default_rng([seed, LIMITS[part]])
            limited[part] = examples.take(choose(examples.labels.codes, limit, rng))
    return limited


def separation_of(
    data: ExampleData, brought: Collection[str], *, noun: str = "example", by_content: bool = False
) -> str:
    """What makes the parts independent, in words.

    Args:
        data: the config's section.
        brought: the parts that the source brings.
        noun: what is drawn.
        by_content: what it holds decides, whatever it is called.
    """
    split = data.split
    key = "its content" if data.id is None or by_content else "its id"
    key = key if split.group is None else f"its '{split.group}'"
    drawn = separation(brought, split, drawn_by(noun, key), column=split.column)
    if split.folds is None:
        return drawn
    fold = f"test is fold {split.fold} of {split.folds}: dealt by {key} and the seed"
    return f"{fold}; {drawn}" if split.share else fold


def drawn_notes(parts: Mapping[str, Examples], split: Parts) -> tuple[str, ...]:
    """A sentence for each drawn part that is larger or smaller than chance makes it."""
    if not split.draws:
        return ()
    sizes = {p: len(e) for p, e in parts.items() if split.folds is None or p != "test"}
    return share_notes(sizes, split.drawn)


def choose(strata: Indices, count: int, rng: np.random.Generator) -> Indices:
    """Draw `count` of N examples, each stratum in proportion; returns sorted positions.

    Args:
        strata: (N,) each example's stratum, small integers from 0.
        count: how many; at most N.
        rng: where the draw comes from.
    """
    total = len(strata)
    sizes = np.bincount(strata)
    quota, remainder = np.divmod(sizes * count, total)
    by_remainder = np.argsort(-remainder, kind="stable")
    rounded_up = by_remainder[(remainder > 0)[by_remainder]]
    quota[rounded_up[: count - int(quota.sum())]] += 1

    shuffled = rng.permutation(total)
    grouped = shuffled[np.argsort(strata[shuffled], kind="stable")]
    stratum = strata[grouped]
    rank = np.arange(total) - (np.cumsum(sizes) - sizes)[stratum]  # within the stratum
    return np.sort(grouped[rank < quota[stratum]])
