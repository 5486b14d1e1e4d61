"""What every contender can do, for the worker process that it lives in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from benchmarks.rows import Row

Measures = dict[str, float]

TUNING_ROUNDS = 3
HOPELESS = 3.0  # times the best; such a choice gets no further turn


class Contender(ABC):
    """One way to do a row's work.

    Args:
        row: what to do.
        device: "cpu" or "gpu".
    """

    packages: ClassVar[tuple[str, ...]] = ()  # whose versions belong in the results

    def __init__(self, row: Row, *, device: str) -> None:
        self.row = row
        self.device = device
        self.settings: dict[str, str] = {}  # what it chose for itself, for the results

    @abstractmethod
    def run(self, steps: int) -> Measures:
        """Do one untimed step, then time `steps` more.

        Returns:
            "seconds", and whatever else is worth keeping: "loss" where there is one.
        """

    def first_step(self) -> None:
        """The very first step, compilation included."""
        self.run(0)

    def tune(self) -> None:
        """Choose between settings, each tried on this row; after first_step."""
        if self.row.source == "unequal":
            self.run(1)  # sees every length

    def device_memory(self) -> float | None:
        """Most bytes ever used on the GPU; None where there is none."""
        return None

    def fastest(self, name: str, choices: dict[str, object]) -> None:
        """Set the attribute `name` to the choice that runs fastest, and keep its label.

        The choices take turns, and the best of each one's turns counts: a busy moment of the
        machine must not decide.
        """
        if len(choices) > 1:
            steps = max(1, self.row.steps // 5)
            best = dict.fromkeys(choices, float("inf"))
            for turn in range(1 + TUNING_ROUNDS):
                for label in list(best):
                    setattr(self, name, choices[label])
                    seconds = self.run(steps)["seconds"]
                    if turn:  # the first turn may still compile
                        best[label] = min(best[label], seconds)
                limit = HOPELESS * min(best.values())
                best = {label: value for label, value in best.items() if value <= limit}
            chosen = min(best, key=best.__getitem__)
        else:
            [chosen] = choices
        setattr(self, name, choices[chosen])
        self.settings[name] = chosen
