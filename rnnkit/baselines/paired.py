"""What two models did on each example of a part -> both scores on those they share, and a test."""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from rnnkit.baselines.significance import diebold_mariano, mcnemar, paired_bootstrap

Keys = NDArray[np.uint64]
Losses = NDArray[np.float64]

_TESTS = {"mcnemar": "McNemar", "diebold_mariano": "Diebold-Mariano", "bootstrap": "bootstrap"}
_RANK = np.uint64(0x9E3779B97F4A7C15)  # odd: told apart are as many of equal examples as there are


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Paired:
    """What a model did on each of N examples, so that another can be held against it.

    Args:
        keys: (N,) equal in two runs where the same was asked and the same is true; equal examples
            are told apart by their order.
        loss: (N, K) of each of K targets, the less the better: 1 for a mistake under mcnemar;
            summed over what an example holds.
        measure: what the mean loss is called; accuracy is its complement, rmse its root.
        noun: what an example is.
        test: mcnemar of independent mistakes; diebold_mariano of losses in the order of time, or
            of independent ones; bootstrap over independent units of unequal size.
        weight: (N,) what an example holds, as the tokens of a sequence; None: 1.
        group: (N,) those of one are not independent; ascending in time where there is one. None:
            each is independent.
        until: (N,) the last group that an example reaches into; None: none but its own.
        truth: (N, K) by whose variance the losses of several targets become comparable.
        partial: whether models may be compared on less than all that each was judged on.
    """

    keys: Keys
    loss: Losses
    measure: str
    noun: str
    test: Literal["mcnemar", "diebold_mariano", "bootstrap"]
    weight: NDArray[np.float64] | None = None
    group: NDArray[Any] | None = None
    until: NDArray[Any] | None = None
    truth: Losses | None = None
    partial: bool = False

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def numbered(self) -> Keys:
        """The keys, those of equal examples made different by their order, (N,)."""
        order = np.argsort(self.keys, kind="stable")
        ranked, places = self.keys[order], np.arange(len(self))
        first = np.append(True, ranked[1:] != ranked[:-1])
        rank = places - np.maximum.accumulate(np.where(first, places, 0))
        found = np.empty_like(ranked)
        found[order] = ranked + rank.astype(np.uint64) * _RANK
        return found

    def take(self, chosen: NDArray[np.intp]) -> Paired:
        """Some of the examples."""
        arrays = ("keys", "loss", "weight", "group", "until", "truth")
        some = {name: getattr(self, name) for name in arrays}
        return dataclasses.replace(
            self, **{name: a[chosen] for name, a in some.items() if a is not None}
        )

    @property
    def losses(self) -> Losses:
        """(N,) the mean over the targets, of several ones each in variances of the truth."""
        if self.truth is None or self.loss.shape[1] == 1:
            return self.loss[:, 0]
        variance = self.truth.var(axis=0)
        found: Losses = (self.loss / np.where(variance > 0, variance, 1)).mean(axis=1)
        return found

    @property
    def weights(self) -> NDArray[np.float64]:
        """(N,)"""
        return np.ones(len(self)) if self.weight is None else self.weight

    @property
    def score(self) -> float:
        """The mean loss, as `measure` shows it."""
        mean = float(self.losses.sum() / self.weights.sum())
        shown = {"accuracy": 1 - mean, "rmse": math.sqrt(max(mean, 0))}
        return shown.get(self.measure, mean)


@dataclasses.dataclass(frozen=True)
class Outcome:
    """Two models on the examples that both were judged on; a difference is the other's less one's.

    Args:
        examples: that both were judged on.
        units: independent ones among them, where these are fewer.
        scores: the one's and the other's, as `measure` says.
        p_value: of no difference; None: too few.
        only: that only the one has right, and only the other; of mistakes.
        interval: of the difference of mean losses, 95 %; of a bootstrap.
    """

    measure: str
    noun: str
    test: str
    examples: int
    units: int
    scores: tuple[float, float]
    p_value: float | None
    only: tuple[int, int] | None = None
    interval: tuple[float, float] | None = None


def shared(found: Sequence[Paired]) -> list[Paired]:
    """Each on the examples that are in all, in the order of the first."""
    numbered = [one.numbered for one in found]
    common = functools.reduce(np.intersect1d, numbered)
    kept = numbered[0][np.isin(numbered[0], common)]
    orders = [np.argsort(keys) for keys in numbered]
    return [
        one.take(order[np.searchsorted(keys[order], kept)])
        for one, keys, order in zip(found, numbered, orders, strict=True)
    ]


def outcome(one: Paired, other: Paired) -> Outcome:
    """Two models on the same examples, in the same order."""
    found = Outcome(
        measure=one.measure,
        noun=one.noun,
        test=_TESTS[one.test],
        examples=len(one),
        units=len(np.unique(_groups(one))),
        scores=(one.score, other.score),
        p_value=None,
    )
    if one.test == "mcnemar":
        only_one = int(((one.losses == 0) & (other.losses > 0)).sum())
        only_other = int(((other.losses == 0) & (one.losses > 0)).sum())
        exact = mcnemar(only_one, only_other)
        return dataclasses.replace(found, p_value=exact, only=(only_one, only_other))
    losses, others, weight = (_by_group(one, v) for v in (one.losses, other.losses, one.weights))
    if one.test == "bootstrap":
        p_value, interval = paired_bootstrap(others - losses, weight)
        return dataclasses.replace(found, p_value=p_value, interval=interval)
    p_value = diebold_mariano(losses, others, overlap=_overlap(one))
    return dataclasses.replace(found, p_value=p_value)


def _groups(paired: Paired) -> NDArray[Any]:
    return np.arange(len(paired)) if paired.group is None else paired.group


def _by_group(paired: Paired, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sums over each group, in their order."""
    number = np.unique(_groups(paired), return_inverse=True)[1]
    return np.bincount(number, values).astype(np.float64)


def _overlap(paired: Paired) -> int:
    """The most groups that an example reaches into, its own among them."""
    if paired.until is None or paired.group is None:
        return 1
    groups = np.unique(paired.group)
    first = np.searchsorted(groups, paired.group, side="left")
    last = np.searchsorted(groups, paired.until, side="right")
    return int((last - first).max())
