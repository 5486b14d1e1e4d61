"""What a dataset's inputs know of the answers: findings, each of a named check."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from rnnkit.data.keys import Keys, among
from rnnkit.errors import DataError
from rnnkit.words import counted

COPIES = {"copies": "no example of a held-back part stands in the training part"}
SHOWN = 3  # copies that are named


@dataclasses.dataclass(frozen=True)
class Finding:
    """One leak, or what may be one."""

    check: str  # a key of the audit's checks
    certain: bool  # False: it may have an innocent reason, which the text names
    text: str


def audit_copies(keys: Mapping[str, Keys], noun: str) -> Audit:
    """The check of `copies` alone."""
    began = time.perf_counter()
    return Audit(COPIES, tuple(copies(keys, noun)), time.perf_counter() - began)


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
