"""Whether a config's `split:` fits the parts that a source brings."""

from __future__ import annotations

from collections.abc import Collection

from rnnkit.config.shares import Shares
from rnnkit.errors import DataError


def check_split(brought: Collection[str], shares: Shares, *, where: str) -> None:
    """Whether the parts that a source brings leave room for `shares`.

    Raises:
        DataError: a share is asked for a part that is there, or a part is used that is not.
    """
    for part, share in (("test", shares.test), ("validation", shares.validation)):
        if share is not None and part in brought:
            raise DataError(
                f"{where} brings its own {part} part: remove data.split.{part} (={share}), or "
                "that part from the source"
            )
    if shares.validation == "test" and shares.test is None and "test" not in brought:
        raise DataError(
            f"{where} has no test part for data.split.validation (=test): give data.split.test a "
            "share, or data.split.validation a number"
        )
