"""How an image becomes a sequence, as configs name it."""

from __future__ import annotations

from typing import Literal

Order = Literal["rows", "columns", "pixels", "permuted"]
