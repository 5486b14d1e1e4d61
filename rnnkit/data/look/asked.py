"""What a user says of a source, so that it is not guessed."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True)
class Asked:
    """Each of the options of `rnnkit init` that answer a question; None: guess.

    Args:
        task: what is predicted.
        target: the column of the answers: the label, or what is forecast.
        time: the column of the times, or two with a comma between.
        time_format: how they are written.
        id: the column that says which sequence a row belongs to.
        level: what one token is.
        horizon: rows to forecast.
        format: of a table, how it is written, as `data.format` has it.
        query: one SELECT over the table, which gives the rows that are meant.
    """

    task: str | None = None
    target: str | None = None
    time: str | None = None
    time_format: str | None = None
    id: str | None = None
    level: str | None = None
    horizon: int | None = None
    format: str | None = None
    query: str | None = None
