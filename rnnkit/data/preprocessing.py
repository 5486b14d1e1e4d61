"""What a run keeps of its data, so that new data are read in the same way; as JSON."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import ValidationError

from rnnkit.config.section import Section
from rnnkit.config.stack import InputFacts
from rnnkit.errors import RunError


class Preprocessing(Section):
    """Base of what each kind of data keeps: vocabularies, scales, columns."""

    version: Literal[1] = 1

    @property
    def facts(self) -> InputFacts:
        """The input and output that a run's model was built for."""
        raise NotImplementedError

    @property
    def lengths(self) -> list[tuple[str, int, int]]:
        """What must be as long as the model is wide: its name, its length, and the model's."""
        return []

    def to_json(self) -> str:
        return self.model_dump_json(indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote.

        Raises:
            RunError: the text is damaged.
        """
        try:
            kept = cls.model_validate_json(text)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            place = ".".join(map(str, first["loc"]))
            reason = first["msg"].removeprefix("Value error, ")
            reason = f"{place}: {reason}" if place else reason
            raise RunError(f"the run's preprocessing is damaged: {reason}") from None
        for name, found, wanted in kept.lengths:
            if found != wanted:
                raise RunError(
                    f"the run's preprocessing is damaged: {name}: length {found}, but the model "
                    f"reads {wanted}"
                )
        return kept
