"""Which examples train and which are held back: parts in which each stays where it was drawn.

Whether an example is held back follows from its own key and the seed, not from the others: after
rows were added, taken away or put in another order, all the rest are in the part that they were
in. A share is therefore met about, as by tossing a coin for each; and examples with one key, being
equal or of one group, are in one part.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sized

import numpy as np
from numpy.typing import NDArray

from rnnkit.config.shares import Shares
from rnnkit.data.keys import Keys, mixed
from rnnkit.data.sequences import Indices
from rnnkit.errors import DataError
from rnnkit.words import counted

PARTS = ("train", "validation", "test")
EXPECTED = 2  # examples of a class in a part, from which it gets one at least
CHANCE = 4  # standard deviations that are nobody's fault

# second words of the seed, so that the draws do not depend on one another
_WORDS = {"test": 1, "validation": 2}
_WORD = 6  # second word of the seed, so that this draw depends on no other


def draw_parts(
    keys: Keys,
    shares: Mapping[str, float | None],
    *,
    seed: int,
    where: str,
    classes: Indices | None = None,
) -> dict[str, Indices]:
    """Draw test, and validation from what then is left; the rest trains.

    Args:
        keys: (N,) what decides; examples with the same one stay together.
        shares: of `test` and `validation`; None draws none.
        seed: the config's.
        where: the source, for messages.
        classes: (N,) small integers from 0; each has an example that trains, and where a part
            should hold EXPECTED of it, one there. None: all are one.

    Returns:
        The positions of each part, ascending.

    Raises:
        DataError: a part would be empty.
    """
    classes = np.zeros(len(keys), np.intp) if classes is None else classes
    rest: Indices = np.arange(len(keys))
    parts: dict[str, Indices] = {}
    for part, word in _WORDS.items():
        if (share := shares.get(part)) is None:
            continue
        [salt] = np.random.SeedSequence([seed, word]).generate_state(1, np.uint64)
        held_back = _held_back(mixed(keys[rest] ^ salt), share, classes[rest])
        if not held_back.any():
            raise DataError(
                f"{where}: data.split.{part} (={share}) of {counted(len(rest), 'example')} would "
                "be empty, or leave a class without any for training (equal examples, and those "
                "of one group, stay together): give more examples, or parts of your own"
            )
        parts[part], rest = rest[held_back], rest[~held_back]
    return {"train": rest, **parts}


def _held_back(chances: Keys, share: float, classes: Indices) -> NDArray[np.bool_]:
    """Those below the share; its lowest where a class has none of them, never all of a class.

    Args:
        chances: (N,) evenly from 0 to 2**64.
        share: of them.
        classes: (N,) small integers from 0.
    """
    sizes = np.bincount(classes)
    lowest, highest = np.full(len(sizes), ~np.uint64(0)), np.zeros(len(sizes), np.uint64)
    np.minimum.at(lowest, classes, chances)
    np.maximum.at(highest, classes, chances)
    taken = chances < np.uint64(share * 2.0**64)
    none = np.bincount(classes, taken, len(sizes)) == 0
    taken |= np.isin(chances, lowest[none & (share * sizes >= EXPECTED)])
    every = np.bincount(classes, taken, len(sizes)) == sizes
    taken &= ~np.isin(chances, highest[every & (sizes > 0)])
    if not taken.any() and (spare := chances[~np.isin(chances, highest)]).size:
        taken = chances == spare.min()
    return taken


def share_notes(sizes: Mapping[str, int], shares: Mapping[str, float | None]) -> tuple[str, ...]:
    """A sentence for each drawn part that is larger or smaller than chance makes it.

    Args:
        sizes: examples of train, validation and test.
        shares: as for `draw_parts`.
    """
    drawn = [part for part in _WORDS if shares.get(part) is not None]
    left = sum(sizes[part] for part in ("train", *drawn))  # others the source brings
    notes = []
    for part in _WORDS:
        if (share := shares.get(part)) is not None:
            chance = CHANCE * (left * share * (1 - share)) ** 0.5
            if abs(sizes[part] - left * share) > chance:
                notes.append(
                    f"data.split.{part} (={share}): {sizes[part]:,} of {counted(left, 'example')}, "
                    "because equal examples, and those of one group, stay together"
                )
            left -= sizes[part]
    return tuple(notes)


def separation(
    brought: Collection[str], shares: Shares, how: str, *, column: str | None = None
) -> str:
    """What makes the parts independent, in words.

    Args:
        brought: the parts that the source brings.
        shares: of the others.
        how: examples are drawn.
        column: of the table, that says the part.
    """
    if column is not None:
        others = f"; {separation((), shares, how)}" if shares.draws else ""
        return f"column '{column}' says the part{others}"
    said = [f"the source brings its own {part} part" for part in brought if part != "train"]
    drawn = [part for part in _WORDS if isinstance(getattr(shares, part), float)]
    if drawn:
        said.append(f"{' and '.join(drawn)}: {how}")
    return "; ".join(said) or "everything trains"


def drawn_by(noun: str, key: str) -> str:
    """How examples are drawn, for `separation`."""
    return f"each {noun} drawn by {key} and the seed: it stays there when others come or go"


def check_split(brought: Mapping[str, Sized], shares: Shares, *, where: str) -> None:
    """Whether the parts that a source brings, with their examples, leave room for `shares`.

    Raises:
        DataError: a share is asked for a part that is there, or is one of too few examples; or a
            part is used that is not there.
    """
    left = len(brought["train"])
    for part, key in (("test", shares.test_key), ("validation", shares.validation)):
        if key is not None and part in brought:
            key = key if part == "test" else f"validation (={key})"
            raise DataError(
                f"{where} brings its own {part} part: remove data.split.{key}, or that part from "
                "the source"
            )
    for part, share in (("test", shares.test), ("validation", shares.validation)):
        if isinstance(share, float):
            if (count := round(share * left)) == 0:
                raise DataError(
                    f"{where}: data.split.{part} (={share}) of {counted(left, 'example')} is none: "
                    "give a larger share or more examples"
                )
            left -= count
    if shares.validation == "test" and shares.test_key is None and "test" not in brought:
        raise DataError(
            f"{where} has no test part for data.split.validation (=test): give data.split.test a "
            "share, or data.split.validation a number"
        )


def deal_folds(
    keys: Keys, folds: int, *, seed: int, where: str, classes: Indices | None = None
) -> Indices:
    """The fold of each example, (N,) from 0.

    Groups are dealt out one by one, the largest first and equal ones as the seed shuffles them,
    each to the fold that leaves the classes the most even.

    Args:
        keys: (N,) equal ones are a group and stay together.
        folds: K, how many.
        seed: the config's.
        where: the source, for messages.
        classes: (N,) small integers from 0, which each fold gets its share of; None: all are one.

    Raises:
        DataError: there are fewer groups than folds, or a class would be in one fold alone.
    """
    classes = np.zeros(len(keys), np.intp) if classes is None else classes
    [salt] = np.random.SeedSequence([seed, _WORD]).generate_state(1, np.uint64)
    groups, group = np.unique(keys, return_inverse=True)
    if len(groups) < folds:
        raise DataError(
            f"{where}: data.split.folds (={folds}) of {counted(len(groups), 'different example')} "
            "(equal ones, and those of one group, stay together): give more examples or fewer folds"
        )
    table = np.zeros((len(groups), int(classes.max()) + 1))  # examples of each class
    np.add.at(table, (group, classes), 1)
    fold_of_group = np.empty(len(groups), np.intp)
    filled = np.zeros((folds, table.shape[1]))
    totals = np.maximum(table.sum(axis=0), 1)
    for one in np.lexsort((mixed(groups ^ salt), table.argmax(axis=1), -table.sum(axis=1))):
        # what it adds to the sum of squares, of each class as a share of the class
        added = ((2 * filled + table[one]) * table[one] / totals**2).sum(axis=1)
        fold = np.lexsort((filled.sum(axis=1), added))[0]
        filled[fold] += table[one]
        fold_of_group[one] = fold
    found: Indices = fold_of_group[group]
    for number in np.unique(classes):
        if np.ptp(found[classes == number]) == 0:
            raise DataError(
                f"{where}: data.split.folds (={folds}): a class of "
                f"{counted(int(np.sum(classes == number)), 'example')} would be in one fold alone, "
                "so that none would train it there: give more examples of it (equal ones, and "
                "those of one group, count once), or leave it out"
            )
    return found
