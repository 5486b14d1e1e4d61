"""What frames cost a model and its baselines: what evaluation.json holds of next_frame."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.vectors.dataset import Frames
from rnnkit.data.vectors.section import Binarize, Output
from rnnkit.reports.evaluation import Entry, Evaluation

NORMAL_95 = 1.96  # standard errors on either side of a mean
BEATS = "The model beats"  # what a verdict begins with only then


@dataclasses.dataclass(frozen=True, eq=False)
class Score:
    """What one predictor needs for each of N sequences."""

    name: str
    text: str  # what a baseline predicts from
    nats: NDArray[np.float64]  # (N,)


class Cost(Entry):
    """The means of a predictor."""

    name: str
    text: str  # what a baseline predicts from
    nats_per_frame: float
    nats_per_sequence: float
    bits_per_dim: float

    @classmethod
    def of(cls, score: Score, part: Frames) -> Cost:
        """That of a score for a part."""
        total, frames = float(score.nats.sum()), part.frame_count
        return cls(
            name=score.name,
            text=score.text,
            nats_per_frame=total / frames,
            nats_per_sequence=total / len(part),
            bits_per_dim=total / (frames * part.kept.features * math.log(2)),
        )


class NextFrameEvaluation(Evaluation):
    """How a model does on N sequences, beside its baselines."""

    task: Literal["next_frame"] = "next_frame"
    loss: float  # nats a frame
    nats_per_frame: float
    nats_per_sequence: float
    bits_per_dim: float
    nats_per_sequence_interval: tuple[float, float]  # 95 %
    sequences: int  # N
    frames: int  # of all sequences together
    features: int  # F
    images: bool  # the sequences are some
    output: Output
    binarize: Binarize
    baselines: tuple[Cost, ...]
    verdict: str  # whether the best baseline is beaten
    notes: tuple[str, ...]  # what the reader must know of the numbers

    @classmethod
    def of(
        cls, model: Score, baselines: Sequence[Score], part: Frames, *, data: str
    ) -> NextFrameEvaluation:
        """The evaluation of a model's and its baselines' scores for a part that is called `data`.

        Args:
            model: the model's score.
            baselines: theirs; none where the run's training data were not read.
            part: N sequences.
            data: what the part is called.
        """
        cost, kept = Cost.of(model, part), part.kept
        mean, margin = cost.nats_per_sequence, _margin(model.nats)
        return cls(
            data=data,
            loss=cost.nats_per_frame,
            nats_per_frame=cost.nats_per_frame,
            nats_per_sequence=mean,
            bits_per_dim=cost.bits_per_dim,
            nats_per_sequence_interval=(mean - margin, mean + margin),
            sequences=len(part),
            frames=part.frame_count,
            features=kept.features,
            images=kept.order is not None,
            output=part.data.output,
            binarize=part.data.binarize,
            baselines=tuple(Cost.of(baseline, part) for baseline in baselines),
            verdict=_verdict(model, baselines, "image" if kept.order is not None else "sequence"),
            notes=tuple(_notes(part)),
        )

    @property
    def baseline_numbers(self) -> Mapping[str, float | None]:
        best = min(self.baselines, key=lambda cost: cost.nats_per_frame, default=None)
        if best is None:
            return {}
        names = ("nats_per_frame", "nats_per_sequence", "bits_per_dim")
        return {"loss": best.nats_per_frame, **{name: getattr(best, name) for name in names}}

    @property
    def cost(self) -> Cost:
        """The model's, as the baselines' are written."""
        return Cost(
            name="this model",
            text="",
            nats_per_frame=self.nats_per_frame,
            nats_per_sequence=self.nats_per_sequence,
            bits_per_dim=self.bits_per_dim,
        )

    @property
    def unit(self) -> str:
        """What a sequence is called."""
        return "image" if self.images else "sequence"


def _margin(values: NDArray[np.float64]) -> float:
    """Half the width of the 95 % interval of a mean; 0 for that of a single value."""
    if len(values) < 2:
        return 0.0
    return NORMAL_95 * float(values.std(ddof=1)) / math.sqrt(len(values))


def _verdict(model: Score, baselines: Sequence[Score], unit: str) -> str:
    """Whether the model beats the best baseline by more than chance, sequence by sequence."""
    if not baselines:
        return "Nothing to compare with: the run's training data were not read."
    best = min(baselines, key=lambda b: float(b.nats.sum()))
    gain = best.nats - model.nats
    mean, margin = float(gain.mean()), _margin(gain)
    named, each = f"the best baseline, {best.name}", f"{'an' if unit == 'image' else 'a'} {unit}"
    if len(gain) < 2:
        word = "fewer" if mean > 0 else "more"
        return f"On one {unit} the model needs {abs(mean):.1f} nats {word} than {named}."
    interval = f"95 % interval of the gain {mean - margin:.2f} to {mean + margin:.2f}"
    if mean > margin:
        return f"{BEATS} {named}: it needs {mean:.2f} nats fewer {each} ({interval})."
    if mean < -margin:
        return f"The model does worse than {named}, by {-mean:.2f} nats {each} ({interval})."
    return f"The model is no better than {named}, but for chance ({interval} nats {each})."


def _notes(part: Frames) -> Iterator[str]:
    scale = part.kept.scale
    if part.data.output == "gaussian":
        yield "nats are those of a density and can be negative"
        if scale is not None:
            more = float(np.log(scale.divisor).sum())
            yield (
                f"frames are scaled ({scale.name}); in the source's own units every frame costs "
                f"{more:+.4f} nats more, for the model and the baselines alike"
            )
    elif part.data.binarize == "none" and not _binary(part):
        yield (
            "values lie between 0 and 1, so nats are cross-entropies, which no model brings to 0; "
            "binarize makes them true probabilities"
        )


def _binary(part: Frames) -> bool:
    return all(bool(((frames == 0) | (frames == 1)).all()) for frames, _ in part.chunks())
