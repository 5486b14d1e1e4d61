"""What a dataset's inputs know of the answers: findings, each of a named check."""

from __future__ import annotations

import dataclasses
import itertools
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.keys import Keys, among
from rnnkit.errors import DataError
from rnnkit.words import brief, counted

COPIES = {"copies": "no example of a held-back part stands in the training part"}
SHOWN = 3  # copies that are named
SAMPLE = 2000  # rows on which a sum is looked for; it is tried on all
ROWS_EACH = 5  # for each feature, so that no sum fits by chance
EXACT = 1e-7  # of the range of the target

Floats = NDArray[np.float64]


@dataclasses.dataclass(frozen=True)
class Finding:
    """One leak, or what may be one."""

    check: str  # a key of the audit's checks
    certain: bool  # False: it may have an innocent reason, which the text names
    text: str


def audit_of(checks: Mapping[str, str], *found: Iterable[Finding]) -> Audit:
    """What every check finds, once it is asked here."""
    began = time.perf_counter()
    findings = tuple(itertools.chain.from_iterable(found))
    return Audit(checks, findings, time.perf_counter() - began)


def audit_copies(keys: Mapping[str, Keys], noun: str) -> Audit:
    """The check of `copies` alone."""
    return audit_of(COPIES, copies(keys, noun))


def copies(keys: Mapping[str, Keys], noun: str) -> Iterator[Finding]:
    """Examples of held-back parts that stand in the training part too.

    Args:
        keys: of each part, by the content of an example.
        noun: what an example is called.
    """
    for part, own in keys.items():
        if part == "train" or (own is keys.get("test") and part == "validation"):
            continue
        copied = np.flatnonzero(among(own, keys["train"]))
        if len(copied):
            first = ", ".join(f"{number + 1:,}" for number in copied[:SHOWN].tolist())
            more = f" and {len(copied) - SHOWN:,} more" if len(copied) > SHOWN else ""
            yield Finding(
                "copies",
                False,
                f"{len(copied):,} of {counted(len(own), f'{part} {noun}')}, number {first}{more}, "
                "are equal to one of the training part: the model may know them by heart, "
                "unless so few different ones are possible; parts that are drawn keep equal ones "
                "together",
            )


@dataclasses.dataclass(frozen=True)
class Audit:
    """What every check found; `checks` says in words what holds where nothing leaks."""

    checks: Mapping[str, str]
    findings: tuple[Finding, ...]
    seconds: float
    sample: str = ""  # what was looked at where it was not all of the data

    @property
    def leaks(self) -> tuple[Finding, ...]:
        """The certain ones: with them every score is too good."""
        return tuple(finding for finding in self.findings if finding.certain)

    @property
    def texts(self) -> tuple[str, ...]:
        """What was found, as sentences."""
        return tuple(finding.text for finding in self.findings)

    @property
    def summary(self) -> str:
        """`leak audit: 8 checks found nothing (0.04 s)`."""
        found = "nothing" if not self.findings else counted(len(self.findings), "thing")
        checks = counted(len(self.checks), "check")
        sample = f"; {self.sample}" if self.sample else ""
        return f"leak audit: {checks} found {found} ({self.seconds:.2f} s{sample})"

    def refuse_leaks(self, source: str) -> None:
        """Raise a DataError for certain leaks: a model could not be judged by these parts."""
        if self.leaks:
            found = "\n".join(f"- {finding.text}" for finding in self.leaks)
            raise DataError(
                f"{source}: a model would be judged on what it was told "
                f"({counted(len(self.leaks), 'leak')}), so training has not begun:\n{found}"
            )

    def as_dict(self) -> dict[str, Any]:
        return {
            "checks": dict(self.checks),
            "findings": [dataclasses.asdict(finding) for finding in self.findings],
            "seconds": round(self.seconds, 3),
            "sample": self.sample,
        }


def exact_weights(x: Floats, y: Floats) -> Floats:
    """Weights of the features, and a constant, that give y exactly: few; all 0 where none do."""
    nothing = np.zeros(x.shape[1] + 1)
    table = np.concatenate([x, np.ones((len(x), 1))], axis=1)
    if len(y) < ROWS_EACH * table.shape[1] or np.ptp(y) == 0:
        return nothing
    some = np.unique(np.linspace(0, len(y) - 1, SAMPLE).astype(np.intp))
    kept = list(range(table.shape[1]))
    if _misfit(table[some], y[some], kept) > EXACT:
        return nothing
    for column in reversed(range(table.shape[1])):
        fewer = [other for other in kept if other != column]
        if fewer and _misfit(table[some], y[some], fewer) <= EXACT:
            kept = fewer
    if _misfit(table, y, kept) > EXACT:
        return nothing
    nothing[kept] = np.linalg.lstsq(table[:, kept], y)[0]
    return nothing


def _misfit(table: Floats, y: Floats, columns: list[int]) -> float:
    """The largest error of the best weights, as a share of the range of y."""
    x = table[:, columns]
    size = np.abs(x).max(axis=0)
    size[size == 0] = 1
    weights = np.linalg.lstsq(x / size, y)[0]
    return float(np.abs(x / size @ weights - y).max() / np.ptp(y))


def written_sum(weights: Floats, features: Sequence[str]) -> str:
    """`2 * a - b + 1`."""
    parts = []
    for weight, name in zip(weights, [*features, None], strict=True):
        if weight:
            size = f"{abs(weight):.4g}"
            if name is not None:
                size = "" if np.isclose(abs(weight), 1) else f"{size} * "
                size += f"'{brief(name)}'"
            parts.append(("- " if weight < 0 else "+ ") + size)
    return " ".join(parts).removeprefix("+ ")
