"""Rows -> which sequences train, validate and test: said by a column, drawn by share, limited."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rnnkit.data.keys import Keys, name_keys
from rnnkit.data.labelled.examples import members_of
from rnnkit.data.labelled.splits import LIMITS
from rnnkit.data.sequences import Indices
from rnnkit.data.splits import check_split, draw_parts, drawn_by, separation
from rnnkit.data.tagged.rows import Rows
from rnnkit.data.tagged.section import TaggedData, TaggedSplit

Members = dict[str, Indices]  # the sequences of each part, ascending


def brought_parts(rows: Rows) -> Members:
    """What a column says, or everything as `train`."""
    if rows.part is None:
        return {"train": np.arange(len(rows.lengths))}
    return members_of(rows.part)


def split_rows(rows: Rows, split: TaggedSplit, *, seed: int, where: str) -> Members:
    """Take test, then validation, out of train by the shares of `split`, as `draw_parts` does.

    Raises:
        DataError: a share for a part that the source brings, or a share that holds no sequence.
    """
    brought = brought_parts(rows)
    check_split(brought, split, where=where)
    if split.draws:
        train = brought["train"]
        drawn = draw_parts(_keys(rows)[train], split.drawn, seed=seed, where=where)
        brought |= {part: train[chosen] for part, chosen in drawn.items()}
    return brought


def limit_members(members: Mapping[str, Indices], limit: int | None, *, seed: int) -> Members:
    """A seeded subset of at most `limit` sequences of each part, in their own order."""
    limited = dict(members)
    for part, chosen in members.items():
        if limit is not None and len(chosen) > limit:
            rng = np.random.default_rng([seed, LIMITS[part]])
            limited[part] = np.sort(rng.choice(chosen, limit, replace=False))
    return limited


def separation_of(rows: Rows, data: TaggedData) -> str:
    """What makes the parts independent."""
    split = data.split
    key = "its content" if rows.names is None else f"its '{data.sequence}'"
    key = key if split.group is None else f"its '{split.group}'"
    return separation((), split, drawn_by("sequence", key), column=split.column)


def _keys(rows: Rows) -> Keys:
    """What decides the part of each sequence, (N,)."""
    if rows.groups is not None:
        return rows.groups
    return rows.content() if rows.names is None else name_keys(rows.names)
