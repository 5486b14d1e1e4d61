"""LayerNormalization: Ba et al. 2016."""

from __future__ import annotations

from rnnkit.config.layers.normalized import Normalized


class LayerNormalization(Normalized):
    """Each step by itself, over its features."""
