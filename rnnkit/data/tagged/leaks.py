"""Tagged sequences in parts -> what their features and parts tell of the tags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from rnnkit.data.audit import COPIES, Audit, audit_of, copies
from rnnkit.data.labelled.examples import Examples, Label
from rnnkit.data.labelled.leaks import CHECKS, subjects, telling_features
from rnnkit.data.labelled.preprocessing import Columns as ExampleColumns
from rnnkit.data.sequences import Indices, Sequences
from rnnkit.data.tagged.preprocessing import Columns
from rnnkit.data.tagged.rows import Rows


def audit(
    rows: Rows, members: Mapping[str, Indices], tags: Sequence[Label], columns: Columns | None
) -> Audit:
    """Run every check.

    Args:
        rows: what the source brings.
        members: the sequences of train, validation and test.
        tags: in the order of their numbers.
        columns: of a table; None for text.
    """
    content, group = rows.content(), None if columns is None else columns.group
    of_parts = [copies({part: content[chosen] for part, chosen in members.items()}, "sequence")]
    if rows.groups is not None:
        groups = {part: rows.groups[chosen] for part, chosen in members.items()}
        of_parts.append(subjects(groups, group))
    if rows.features is None:
        return audit_of(COPIES, *of_parts)
    names = () if columns is None else columns.features
    each = Sequences.of_lengths(rows.features, np.ones(len(rows.order), np.intp))
    a_row = ExampleColumns(names, "", None, None, features_per_step=1)
    telling = telling_features({"train": Examples(each, rows.tags)}, tags, a_row)
    return audit_of(CHECKS, *of_parts, telling)
