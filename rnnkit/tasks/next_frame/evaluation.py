"""How a model for frames does on one part, beside its baselines: numbers, verdict, plots."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.vectors.dataset import Beginnings, Frames
from rnnkit.data.vectors.preprocessing import FramePreprocessing
from rnnkit.tasks.next_frame.plots.frames import plot_completions, plot_samples
from rnnkit.tasks.next_frame.plots.positions import plot_positions

NORMAL_95 = 1.96  # standard errors on either side of a mean


@dataclasses.dataclass(frozen=True, eq=False)
class Score:
    """What one predictor needs for each of N sequences."""

    name: str
    text: str  # what a baseline predicts from
    nats: NDArray[np.float64]  # (N,)


@dataclasses.dataclass(frozen=True, eq=False)
class Pictures:
    """What a model draws, scaled as its input is."""

    samples: NDArray[np.float32]  # (S, T, F)
    originals: Beginnings  # C real sequences
    completed: NDArray[np.float32]  # (C, T, F) of which the model drew all that was not given


@dataclasses.dataclass(frozen=True, eq=False)
class FrameEvaluation:
    """How a model does on N sequences."""

    data: str  # "test", "validation", or the file
    kept: FramePreprocessing
    part: Frames
    model: Score
    baselines: list[Score]
    positions: NDArray[np.float64]  # (T, F) mean nats
    pictures: Pictures

    def as_dict(self) -> dict[str, Any]:
        numbers = self._numbers(self.model)
        nats = self.model.nats
        margin = NORMAL_95 * float(nats.std(ddof=1)) / math.sqrt(len(nats)) if len(nats) > 1 else 0
        per_sequence = numbers["nats_per_sequence"]
        return {
            "task": "next_frame",
            "data": self.data,
            "loss": numbers["nats_per_frame"],
            **numbers,
            "nats_per_sequence_interval": [per_sequence - margin, per_sequence + margin],
            "sequences": len(self.part),
            "frames": self.part.frame_count,
            "features": self.kept.features,
            "images": self.kept.order is not None,
            "output": self.kept.output,
            "binarize": self.kept.binarize,
            "baselines": [
                {"name": b.name, "text": b.text, **self._numbers(b)} for b in self.baselines
            ],
            "verdict": self._verdict(),
            "notes": self._notes(),
        }

    def plot(self, folder: Path, *, suffix: str = "") -> None:
        """Samples, completions, and where in a sequence the nats arise."""
        pictures, kept = self.pictures, self.kept
        plot_samples(pictures.samples, kept, folder / f"samples{suffix}.png")
        if len(pictures.completed):  # none where every sequence is one frame long
            plot_completions(
                pictures.originals, pictures.completed, kept, folder / f"completions{suffix}.png"
            )
        plot_positions(self.positions, kept, folder / f"positions{suffix}.png")

    def _numbers(self, score: Score) -> dict[str, float]:
        total = float(score.nats.sum())
        frames = self.part.frame_count
        return {
            "nats_per_frame": total / frames,
            "nats_per_sequence": total / len(self.part),
            "bits_per_dim": total / (frames * self.kept.features * math.log(2)),
        }

    def _verdict(self) -> str:
        """Whether the model beats the best baseline by more than chance, sequence by sequence."""
        if not self.baselines:
            return "Nothing to compare with: the run's training data were not read."
        best = min(self.baselines, key=lambda b: float(b.nats.sum()))
        gain = best.nats - self.model.nats
        mean = float(gain.mean())
        unit, each = self._units()
        named = f"the best baseline, {best.name}"
        if len(gain) < 2:
            word = "fewer" if mean > 0 else "more"
            return f"On one {unit} the model needs {abs(mean):.1f} nats {word} than {named}."
        margin = NORMAL_95 * float(gain.std(ddof=1)) / math.sqrt(len(gain))
        interval = f"95 % interval of the gain {mean - margin:.2f} to {mean + margin:.2f}"
        if mean > margin:
            return f"The model beats {named}: it needs {mean:.2f} nats fewer {each} ({interval})."
        if mean < -margin:
            return f"The model does worse than {named}, by {-mean:.2f} nats {each} ({interval})."
        return f"The model is no better than {named}, but for chance ({interval} nats {each})."

    def _units(self) -> tuple[str, str]:
        return ("image", "an image") if self.kept.order is not None else ("sequence", "a sequence")

    def _notes(self) -> list[str]:
        notes = []
        scale = self.kept.scale
        if self.kept.output == "gaussian":
            notes.append("nats are those of a density and can be negative")
            if scale is not None:
                more = float(np.log(scale.divisor).sum())
                notes.append(
                    f"frames are scaled ({scale.name}); in the source's own units every frame "
                    f"costs {more:+.4f} nats more, for the model and the baselines alike"
                )
        elif self.kept.binarize == "none" and not _binary(self.part):
            notes.append(
                "values lie between 0 and 1, so nats are cross-entropies, which no model brings "
                "to 0; binarize makes them true probabilities"
            )
        return notes


def _binary(part: Frames) -> bool:
    return all(bool(((frames == 0) | (frames == 1)).all()) for frames, _ in part.chunks())
