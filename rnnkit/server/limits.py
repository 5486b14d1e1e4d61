"""What one request may cost, and how more is refused."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True)
class Limits:
    """What is borne.

    Args:
        body: bytes of a request.
        rows: of a request, and of several that are answered at once.
        length: steps or tokens that a request may ask for, of all its texts together.
        seconds: from a request to its answer.
        queue: requests that wait.
    """

    body: int = 10 << 20
    rows: int = 10_000
    length: int = 10_000
    seconds: float = 30.0
    queue: int = 128


class Refused(Exception):  # noqa: N818 - an answer like any other
    """A request that is answered with an error.

    Args:
        status: of HTTP.
        message: what happened, and what helps.
        again: seconds after which to try again; None: that would not help.
    """

    def __init__(self, status: int, message: str, *, again: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.again = again
