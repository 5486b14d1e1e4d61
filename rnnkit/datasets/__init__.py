"""The data sets that rnnkit brings: names, files, checksums and shapes. Licences: README.md here.

Only facts: nothing is read and nothing heavy is imported, so that `rnnkit check` stays quick.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

FOLDER = Path(__file__).parent


@dataclasses.dataclass(frozen=True)
class Embedded:
    """One data file in this folder."""

    file: str
    sha256: str
    tasks: tuple[str, ...]  # the tasks that can use it
    input_shape: tuple[int, ...] = ()  # of one example, (T, F)
    classes: tuple[str, ...] = ()  # the labels, in the order of their numbers
    parts: tuple[str, ...] = ()  # what the file brings: train, validation, test


EMBEDDED: dict[str, Embedded] = {
    "mnist": Embedded(
        file="mnist.npz",
        sha256="06af5dfe73b70e3bc1c36439982b18a8d76803db9b544f6fdf838a37fbb01b64",
        tasks=("classification",),
        input_shape=(28, 28),
        classes=tuple("0123456789"),
        parts=("train", "test"),
    ),
}
