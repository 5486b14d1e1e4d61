"""What a run of the benchmark found: every repetition's number, and what follows from them."""

from __future__ import annotations

import dataclasses
import statistics
from collections.abc import Sequence
from typing import Any

from benchmarks.contenders import RNNKIT
from benchmarks.flops import sample_flops
from benchmarks.rows import Row


@dataclasses.dataclass(frozen=True)
class Spread:
    """The middle and the ends of some repetitions."""

    median: float
    min: float
    max: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        return cls(statistics.median(values), min(values), max(values))


@dataclasses.dataclass
class ContenderResult:
    """One contender on one row; lists hold a value a repetition."""

    name: str
    family: str
    settings: dict[str, str]
    first_step_seconds: float
    measures: dict[str, list[float]]  # "seconds" and what else its run gives
    samples_per_second: list[float]
    idle_cpu: float  # cores that it kept busy while it waited
    peak_memory_mb: float
    peak_device_memory_mb: float | None


@dataclasses.dataclass
class RowResult:
    """All contenders of one row."""

    row: Row
    steps: int  # timed batches a repetition
    contenders: list[ContenderResult]
    roofs: list[dict[str, float]]  # a repetition: library -> FLOP/s
    missing: dict[str, str]  # contender -> why it did not run

    @property
    def rnnkit(self) -> ContenderResult | None:
        return next((c for c in self.contenders if c.family == RNNKIT), None)

    @property
    def roof(self) -> list[float]:
        """The best library's FLOP/s in each repetition; empty where one went unmeasured."""
        return [max(found.values()) for found in self.roofs] if all(self.roofs) else []

    def speed(self, contender: ContenderResult) -> Spread:
        """Samples or tokens a second."""
        return Spread.of(contender.samples_per_second)

    def times_as_fast(self, contender: ContenderResult) -> Spread | None:
        """rnnkit's speed over the contender's, both from the same repetition.

        Pair by pair, because the machine drifts: what slows a whole repetition cancels out.
        """
        if self.rnnkit is None or contender is self.rnnkit:
            return None
        pairs = zip(self.rnnkit.samples_per_second, contender.samples_per_second, strict=True)
        return Spread.of([ours / theirs for ours, theirs in pairs])

    def roof_share(self, contender: ContenderResult) -> float | None:
        """The part of the roof that the row's products alone make up, pair by pair."""
        if not self.roof:
            return None
        cost = sample_flops(self.row)
        pairs = zip(contender.samples_per_second, self.roof, strict=True)
        return statistics.median(speed * cost / roof for speed, roof in pairs)

    def best_of(self, family: str) -> ContenderResult | None:
        """The fastest contender of a family."""
        members = [c for c in self.contenders if c.family == family]
        return max(members, key=lambda c: self.speed(c).median, default=None)

    def reached(self) -> dict[str, tuple[float, float]]:
        """Family -> (aim, ratio to the family's best), for the aims that can be judged."""
        found = {}
        for family, aim in self.row.aims.items():
            best = self.best_of(family)
            ratio = None if best is None else self.times_as_fast(best)
            if ratio is not None:
                found[family] = (aim, ratio.median)
        return found

    @property
    def overhead(self) -> Spread | None:
        """Of the epoch row: the whole epoch over its compiled steps alone."""
        ours = self.rnnkit
        if self.row.task != "epoch" or ours is None:
            return None
        pairs = zip(ours.measures["seconds"], ours.measures["bare_seconds"], strict=True)
        return Spread.of([whole / bare for whole, bare in pairs])

    def to_dict(self) -> dict[str, Any]:
        """For JSON: the raw numbers and the summary of them."""
        return {
            "row": {**dataclasses.asdict(self.row), "aims": dict(self.row.aims)},
            "unit": self.row.unit,
            "steps": self.steps,
            "flops_per_sample": sample_flops(self.row),
            "roof_flops_per_second": self.roofs,
            "contenders": [self._contender_dict(c) for c in self.contenders],
            "aims_reached": {
                family: {"aim": aim, "median_ratio": ratio}
                for family, (aim, ratio) in self.reached().items()
            },
            "epoch_over_bare_steps": None if self.overhead is None else vars(self.overhead),
            "missing": self.missing,
        }

    def _contender_dict(self, contender: ContenderResult) -> dict[str, Any]:
        ratio = self.times_as_fast(contender)
        return {
            **dataclasses.asdict(contender),
            "summary": vars(self.speed(contender)),
            "rnnkit_times_as_fast": None if ratio is None else vars(ratio),
            "share_of_roof": self.roof_share(contender),
        }


@dataclasses.dataclass
class Report:
    """One run of the benchmark."""

    machine: dict[str, Any]
    versions: dict[str, str]
    date: str
    git_commit: str | None
    device: str
    repetitions: int
    rows: list[RowResult]

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        facts = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}
        return {**facts, "rows": [row.to_dict() for row in self.rows]}
