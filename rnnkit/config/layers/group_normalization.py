"""GroupNormalization: Wu and He 2018."""

from __future__ import annotations

from rnnkit.config.layers.layer import Ahead, Flaw, Shape
from rnnkit.config.layers.normalized import Normalized
from rnnkit.config.section import PositiveInt


class GroupNormalization(Normalized):
    """Each example by itself: groups of features, over all of its steps."""

    groups: PositiveInt = 32  # that the features fall into

    @property
    def note(self) -> str:
        return str(self.groups)

    @property
    def looks_ahead(self) -> Ahead | None:
        return Ahead("its mean over all steps", "use layer_normalization")

    def misfit(self, shape: Shape) -> Flaw | None:
        features = shape[-1] or 0
        if features % self.groups:
            message = f"groups (={self.groups}) must divide the {features} features that reach it"
            return Flaw(message, "groups")
        return None

    def masked_misfit(self, *, in_front: bool) -> Flaw | None:
        return Flaw(
            "its mean over all steps would count padded ones, and here lengths differ: use "
            "layer_normalization"
        )
