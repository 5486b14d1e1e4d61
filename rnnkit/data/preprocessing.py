"""What a run keeps of its data, so that new data are read in the same way; as JSON."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Literal, Self

from pydantic import ValidationError

from rnnkit.config.section import Section
from rnnkit.data.scaling import Scale
from rnnkit.errors import RunError


@dataclasses.dataclass(frozen=True)
class Names:
    """What the numbers that a model reads and gives stand for, so that two models can be compared.

    Args:
        inputs: by the input's name, the id of each token; without inputs of numbers or bare ids.
        outputs: the place of each class, token or target; None: they have no names.
        features: what the first input's numbers are, in their order; (): they have no names.
    """

    inputs: Mapping[str, Mapping[str, int]] = dataclasses.field(default_factory=dict)
    outputs: Mapping[str, int] | None = None
    features: tuple[str, ...] = ()


def numbered(names: Sequence[str], first: int = 0) -> dict[str, int]:
    """Names -> their numbers, from `first` on."""
    return {name: number for number, name in enumerate(names, first)}


class Preprocessing(Section):
    """Base of what each kind of data keeps: vocabularies, scales, columns."""

    version: Literal[1] = 1

    @property
    def lengths(self) -> list[tuple[str, int, int]]:
        """What must be as long as the model is wide: its name, its length, and the model's."""
        return []

    @property
    def names(self) -> Names:
        """Of the ids and the outputs of a model of these data."""
        return Names()

    @property
    def scales(self) -> Mapping[str, Scale]:
        """Of a model's inputs of numbers, by name; of those that are read as they are none."""
        return {}

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
