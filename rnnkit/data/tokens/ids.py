"""Token ids that stay on disk: a batch's windows are copied out of the file when asked for."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.disk import DiskArray
from rnnkit.data.tokens.vocabulary import Ids

Counts = NDArray[np.intp]


@dataclasses.dataclass(frozen=True, eq=False)
class DiskIds:
    """S ids whose codes are on disk, which answer like an array (S,) int32.

    Args:
        codes: (S,) small numbers, one for each token.
        table: the id of each code.
    """

    codes: DiskArray
    table: Ids

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def shape(self) -> tuple[int]:
        return (len(self),)

    @property
    def nbytes(self) -> int:
        """Of RAM."""
        return self.table.nbytes

    def __getitem__(self, chosen: Any) -> Ids:
        """The ids of a slice, or of places of any shape."""
        found: Ids = self.table[self.codes[chosen]]
        return found

    def renumbered(self, numbers: Ids) -> DiskIds:
        """The same tokens, with `numbers[id]` as their ids."""
        return dataclasses.replace(self, table=numbers[self.table])


def count_pieces(pieces: Iterable[NDArray[Any]], cut: int, different: int) -> tuple[Counts, Counts]:
    """How often each code, of so many different ones, stands before `cut`, and from there on."""
    before, after = np.zeros((2, different), np.intp)
    start = 0
    for piece in pieces:
        inside = max(0, cut - start)
        before += np.bincount(piece[:inside], minlength=different)
        after += np.bincount(piece[inside:], minlength=different)
        start += len(piece)
    return before, after
