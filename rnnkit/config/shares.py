"""`data.split:` by shares: how much of what a source brings is held back."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from rnnkit.config.section import Section

Share = Annotated[float, Field(gt=0, lt=1)]


class Shares(Section):
    """What is held back, at random. Parts that the source brings stay as they are."""

    validation: Share | Literal["test"] | None = None  # a share of what trains; or: test
    test: Share | None = None  # a share of all, taken before validation's

    @property
    def draws(self) -> bool:
        """Whether a part is drawn."""
        return (self.test_key or self.share) is not None

    @property
    def test_key(self) -> str | None:
        """The key that makes a test part, with its value; None where none does."""
        return None if self.test is None else f"test (={self.test})"

    @property
    def drawn(self) -> dict[str, float | None]:
        """The share of each part that is drawn."""
        return {"test": self.test, "validation": self.share}

    @property
    def share(self) -> float | None:
        """Of validation, where it is drawn."""
        return None if self.validation == "test" else self.validation
