"""The `model:` section: a stack of layers."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from rnnkit.config.layers import AnyLayer
from rnnkit.config.section import Section


class ModelConfig(Section):
    """`model:`; the input's shape comes from the data."""

    layers: list[AnyLayer] = Field(min_length=1)  # from input to output
    kernels: Literal["rnnkit", "keras"] = "rnnkit"  # keras: Keras's own recurrent layers

    @property
    def reads_ids(self) -> bool:
        """Whether the model starts with an embedding, and so reads integer ids."""
        return self.layers[0].reads_ids
