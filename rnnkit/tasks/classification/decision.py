"""A validation part's probabilities -> the temperature and the threshold that a run keeps."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rnnkit.errors import RunError
from rnnkit.files import read_regular
from rnnkit.run import Run
from rnnkit.tasks.classification.calibration import fit_temperature, tempered
from rnnkit.tasks.classification.config import DecisionConfig, Threshold
from rnnkit.tasks.classification.ranked import Ranked
from rnnkit.words import counted, fraction

_AIMS = {
    "f1": "the highest F1",
    "accuracy": "the highest accuracy",
    "balanced_accuracy": "the highest mean recall of both classes",
}


class Decision(BaseModel):
    """How probabilities become answers: decision.json of a run.

    Where nothing was chosen, every answer is the most probable class.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    chosen_on: str | None = None  # the part; None: nothing was chosen
    temperature: float = Field(default=1.0, gt=0)  # the logits are divided by it
    threshold: float | None = None  # of two classes, the positive one is answered from here on
    aim: str | None = None  # of the threshold, in words
    notes: tuple[str, ...] = ()  # what could not be chosen, and why

    def calibrated(self, probabilities: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
        """The probabilities that are shown and compared, (N, C), of the model's own."""
        return tempered(probabilities, self.temperature)

    @property
    def answered(self) -> tuple[str, ...]:
        """When the positive class is, to go on after its name; nothing without a threshold."""
        if self.threshold is None:
            return ()
        return (f"answered from a probability of {self.threshold:.4g} on: {self.aim}",)

    @property
    def texts(self) -> tuple[str, ...]:
        """What else was chosen, or could not be, as sentences."""
        if self.temperature == 1:
            return self.notes
        return (
            f"logits are divided by {self.temperature:.4g}, the temperature with the least "
            f"cross-entropy on {self.chosen_on}",
            *self.notes,
        )


def choose_decision(
    section: DecisionConfig,
    y: npt.NDArray[np.integer],
    probabilities: npt.NDArray[np.floating],
    *,
    part: str,
) -> Decision:
    """What the config asks for, chosen on one part.

    Args:
        section: the config's.
        y: (N,) class numbers.
        probabilities: (N, C), as the model gives them.
        part: its name.
    """
    temperature, notes = 1.0, []
    if section.temperature:
        fitted = fit_temperature(y, probabilities)
        if fitted is None:
            notes.append(f"no temperature fits: {part} is told apart too well, or not at all")
        temperature = fitted or 1.0
    threshold, aim = None, None
    if section.threshold is not None:
        scores = tempered(probabilities, temperature)[:, 1]
        threshold, aim = choose_threshold(section.threshold, y == 1, scores, part=part)
        if threshold is None:
            notes.append(f"{aim}: the more probable class is answered")
            aim = None
    return Decision(
        chosen_on=part,
        temperature=temperature,
        threshold=threshold,
        aim=aim,
        notes=tuple(notes),
    )


def choose_threshold(
    section: Threshold,
    positive: npt.NDArray[np.bool_],
    scores: npt.NDArray[np.float64],
    *,
    part: str,
) -> tuple[float | None, str]:
    """The threshold that meets an aim, halfway between two scores; and what it reaches, in words.

    Args:
        section: the aim.
        positive: (N,) which examples are.
        scores: (N,) their probabilities of it.
        part: what these are called.

    Returns:
        None, and why, where no threshold meets it.
    """
    ranked = Ranked.of(positive, scores)
    if not ranked.has_curves:
        return None, f"no threshold could be chosen: {part} holds one class alone"
    measured, allowed, text = _judged(section, ranked)
    if not allowed.any():
        return None, f"no threshold reaches {text} on {part}"
    best = int(np.argmax(np.where(allowed, measured, -1)))
    below = ranked.scores[best + 1] if best + 1 < len(ranked.scores) else 0.0
    reached = f"{text} on {part} (precision {fraction(float(ranked.precision[best]))}, "
    reached += f"recall {fraction(float(ranked.recall[best]))} of "
    reached += f"{counted(int(ranked.positives), 'example')})"
    return float((ranked.scores[best] + below) / 2), reached


def _judged(
    section: Threshold, ranked: Ranked
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_], str]:
    """What is to be highest and where it may be, (S,) each, and the aim in words."""
    precision, recall = ranked.precision, ranked.recall
    if (least := section.minimum_precision) is not None:
        return recall, precision >= least, f"the highest recall at a precision of {least:g}"
    if (least := section.minimum_recall) is not None:
        return precision, recall >= least, f"the highest precision at a recall of {least:g}"
    found = ranked.hits + ranked.negatives - ranked.alarms  # right answers
    measures = {
        "f1": 2 * ranked.hits / (ranked.hits + ranked.alarms + ranked.positives),
        "accuracy": found / (ranked.positives + ranked.negatives),
        "balanced_accuracy": (recall + 1 - ranked.false_alarm_rate) / 2,
    }
    aim = section.maximize or "f1"
    return measures[aim], np.ones(len(recall), bool), _AIMS[aim]


def read_decision(run: Run, section: DecisionConfig) -> Decision:
    """What a run has chosen.

    Raises:
        RunError: it is missing, or damaged.
    """
    if not section.chooses:
        return Decision()
    try:
        return Decision.model_validate_json(read_regular(run.decision))
    except FileNotFoundError:
        raise RunError(
            f"{run.path}: it has not chosen its threshold or temperature yet: finish it with "
            "rnnkit resume"
        ) from None
    except (OSError, ValidationError, ValueError) as error:
        raise RunError(f"{run.decision}: damaged: {error}") from None
