"""Rows and columns of a table (n, K + F), in RAM or on disk."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.disk import DiskArray


@dataclasses.dataclass(frozen=True, eq=False)
class DiskColumns:
    """The last columns of a table (n, columns) on disk, which answer like an array.

    Args:
        table: all columns.
        first: the number of the first that is given.
    """

    table: DiskArray
    first: int

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.table), self.table.shape[1] - self.first

    def __len__(self) -> int:
        return len(self.table)

    def __getitem__(self, chosen: Any) -> NDArray[Any]:
        return self.table[chosen][..., self.first :]


def pieces_of(array: NDArray[Any] | DiskArray) -> Iterator[NDArray[Any]]:
    """All rows of an array; where they are on disk, some at a time."""
    if isinstance(array, DiskArray):
        yield from (piece for _, piece in array.pieces())
    else:
        yield array


def some_of(array: Any, rows: Any) -> Any:
    """Rows of an array; a slice of what is on disk stays there."""
    if isinstance(array, DiskColumns):
        return DiskColumns(some_of(array.table, rows), array.first)
    if isinstance(array, DiskArray) and isinstance(rows, slice):
        start, stop, _ = rows.indices(len(array))
        return array.part(start, max(start, stop))
    return array[rows]


def split_columns(table: NDArray[Any] | DiskArray, first: int) -> tuple[NDArray[Any], Any]:
    """The first columns in RAM, (n, first), and the others, on disk where the table is."""
    if isinstance(table, DiskArray):
        pieces = [piece[:, :first].copy() for piece in pieces_of(table)]
        none = np.empty((0, first), table.dtype)
        return np.concatenate([none, *pieces]), DiskColumns(table, first)
    return table[:, :first], table[:, first:]
