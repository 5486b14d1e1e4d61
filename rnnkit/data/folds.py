"""Examples -> K folds of about equal size and alike in their classes, groups kept together."""

from __future__ import annotations

import numpy as np

from rnnkit.data.keys import Keys, mixed
from rnnkit.data.sequences import Indices
from rnnkit.errors import DataError
from rnnkit.words import counted

_WORD = 6  # second word of the seed, so that this draw depends on no other


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
