"""What came of an export: where it lies, and how it compares with the run."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any


@dataclasses.dataclass(frozen=True)
class Agreement:
    """What was compared.

    Args:
        examples: rows of batches.
        numbers: of their outputs.
        largest_difference: between any two of them.
        tolerance: up to which a difference is rounding.
    """

    examples: int
    numbers: int
    largest_difference: float
    tolerance: float

    @property
    def holds(self) -> bool:
        """Never by NaN."""
        return self.largest_difference <= self.tolerance


@dataclasses.dataclass(frozen=True)
class Export:
    """What was written, and how it compares with the run.

    Args:
        folder: it lies in.
        format: onnx, saved_model, litert.
        quantize: how its weights are stored; None: float32.
        agreement: of float32 with the run's own answers.
        quantized: of what was quantized with them; None: nothing was.
        part: that was asked about.
        bytes: of its files.
        run_bytes: of the run's model.keras.
        milliseconds: an example, in batches of the run's size.
        run_milliseconds: the same of the run.
        single_milliseconds: an example by itself.
        scores: what its task measures, before and after it was quantized.
    """

    folder: Path
    format: str
    quantize: str | None
    agreement: Agreement
    quantized: Agreement | None
    part: str
    bytes: int
    run_bytes: int
    milliseconds: float
    run_milliseconds: float
    single_milliseconds: float
    scores: Mapping[str, tuple[float, float]]

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        values = dataclasses.asdict(self)
        return {**values, "folder": str(self.folder), "scores": {
            name: {"before": before, "after": after}
            for name, (before, after) in self.scores.items()
        }}  # fmt: skip
