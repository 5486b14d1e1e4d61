"""The parts that a source brings -> train, validation and test, by share, and at most `limit`."""

from __future__ import annotations

import numpy as np

from rnnkit.data.labelled.examples import PARTS, Examples
from rnnkit.data.labelled.section import Split
from rnnkit.data.sequences import Indices
from rnnkit.data.splits import check_split
from rnnkit.errors import DataError

# second words of the seed, so that the draws do not depend on one another
_DRAWS = {"test": 1, "validation": 2}
_LIMITS = {"train": 3, "validation": 4, "test": 5}


def split_parts(
    parts: dict[str, Examples], split: Split, *, seed: int, where: str
) -> dict[str, Examples]:
    """Take test, then validation, out of train by the shares of `split`.

    A pure function of the examples' order and the seed. Stratified shares hold each class's
    proportion within one example and leave at least one example of each class in train.

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
    for part, share in (("test", split.test), ("validation", split.validation)):
        if share == "test":
            result["validation"] = result["test"]
        elif share is not None:
            rng = np.random.default_rng([seed, _DRAWS[part]])
            result |= _take_share(result["train"], part, share, rng, split.stratify, where)
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
            rng = np.random.default_rng([seed, _LIMITS[part]])
            limited[part] = examples.take(choose(examples.labels.codes, limit, rng))
    return limited


def choose(
    strata: Indices,
    count: int,
    rng: np.random.Generator,
    *,
    stratify: bool = True,
    leave_one: bool = False,
) -> Indices:
    """Draw `count` of N examples, each stratum in proportion; returns sorted positions.

    Args:
        strata: (N,) each example's stratum, small integers from 0.
        count: how many; at most N.
        rng: where the draw comes from.
        stratify: False draws from all alike.
        leave_one: draw no stratum empty, even if fewer than `count` come out.
    """
    total = len(strata)
    if not stratify:
        return np.sort(rng.permutation(total)[:count])
    sizes = np.bincount(strata)
    quota, remainder = np.divmod(sizes * count, total)
    room = quota < sizes - int(leave_one)
    by_remainder = np.argsort(-remainder, kind="stable")
    rounded_up = by_remainder[(remainder > 0)[by_remainder] & room[by_remainder]]
    quota[rounded_up[: count - int(quota.sum())]] += 1

    shuffled = rng.permutation(total)
    grouped = shuffled[np.argsort(strata[shuffled], kind="stable")]
    stratum = strata[grouped]
    rank = np.arange(total) - (np.cumsum(sizes) - sizes)[stratum]  # within the stratum
    return np.sort(grouped[rank < quota[stratum]])


def _take_share(
    train: Examples,
    part: str,
    share: float,
    rng: np.random.Generator,
    stratify: bool,
    where: str,
) -> dict[str, Examples]:
    total = len(train)
    count = min(round(share * total), total - 1)
    taken = choose(train.labels.codes, count, rng, stratify=stratify, leave_one=True)
    if len(taken) == 0:
        why = "is none" if count == 0 else "would leave a class without any for training"
        raise DataError(
            f"{where}: data.split.{part} (={share}) of {total} examples {why}: give a larger "
            "share or more examples"
        )
    rest = np.setdiff1d(np.arange(total), taken, assume_unique=True)
    return {"train": train.take(rest), part: train.take(taken)}
