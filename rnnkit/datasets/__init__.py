"""The data sets that rnnkit brings: names, files, checksums and shapes. Licences: README.md here.

Only facts: nothing is read and nothing heavy is imported, so that `rnnkit check` stays quick.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

FOLDER = Path(__file__).parent
PUBLIC_DOMAIN = "LicenseRef-Public-Domain"
# sources without a file here: made by a rule, or brought by statsmodels
GENERATED = frozenset({"adding", "ar1", "copy", "macrodata", "sunspots", "threshold"})


@dataclasses.dataclass(frozen=True)
class Embedded:
    """One data file in this folder."""

    file: str
    sha256: str
    licence: str  # as SPDX names it; a reference of our own where it names none
    holds: Literal["images", "text", "texts", "a series", "a table"]
    input_shape: tuple[int, ...] = ()  # of one example, (T, F)
    classes: tuple[str, ...] = ()  # the labels, in the order of their numbers
    parts: Mapping[str, int] = dataclasses.field(default_factory=dict)  # examples of each
    separator: Literal["line", "blank_line"] | None = None  # between a text's sequences


EMBEDDED: dict[str, Embedded] = {
    "mnist": Embedded(
        file="mnist.npz",
        sha256="06af5dfe73b70e3bc1c36439982b18a8d76803db9b544f6fdf838a37fbb01b64",
        licence="CC-BY-SA-3.0",
        holds="images",
        input_shape=(28, 28),
        classes=tuple("0123456789"),
        parts={"train": 60_000, "test": 10_000},
    ),
    "shakespeare": Embedded(
        file="shakespeare.txt",
        sha256="afaad0c865a2f1e365d432c11fcc09ee8fd9a991eb9d08b5091bf778c6f03c5f",
        licence="CC-BY-2.5",
        holds="text",
    ),
    "tunes": Embedded(
        file="tunes.abc",
        sha256="445a87f0df84de216d931b27c27bec7cb9dddf4e9d02813f5d21cf65c8ab244a",
        licence="CC0-1.0",
        holds="text",
        separator="blank_line",
    ),
    "chess_openings": Embedded(
        file="chess_openings.txt",
        sha256="7b31432870fabf0000b04fa89c33bbcf66f18b3edc15f34bc7af561ef2c52107",
        licence=PUBLIC_DOMAIN,
        holds="text",
        separator="line",
    ),
    "jazz": Embedded(
        file="jazz.txt",
        sha256="4576d6c51d75eb71c05b14a0b1571853cfd72a59e4a725be707c1ca2ef17fb3a",
        licence="CC0-1.0",
        holds="text",
        separator="line",
    ),
    "wti": Embedded(
        file="wti.csv",
        sha256="7da09a03f7bb5bff9d029c1b642eca14f195940379ad8a83305277175b88c3d6",
        licence=PUBLIC_DOMAIN,
        holds="a series",
    ),
    "bike_sharing": Embedded(
        file="bike_sharing_hourly.csv",
        sha256="fba21fead82a64afb14ba80dd65d7440981f8c09e91ecc3cae38ff899fd3bf25",
        licence="CC-BY-4.0",
        holds="a series",
    ),
    "turbofan": Embedded(
        file="turbofan.parquet",
        sha256="83afb5049d3b9d34a80e2a2006d66643890731c4c7dbbf6a671cc5427574bb76",
        licence=PUBLIC_DOMAIN,
        holds="a table",
    ),
    "splice": Embedded(
        file="splice.csv",
        sha256="95f54f561bdeeab9b44f372ec106e522a4326e515b89f05e998a69766c2a2c6b",
        licence="CC-BY-4.0",
        holds="texts",
    ),
    "sentences": Embedded(
        file="sentences.tsv",
        sha256="d7536696d7e23ca1f8e485cc0c22554b7502cce9cd2d6722a8e89964ed968c4b",
        licence="CC-BY-4.0",
        holds="texts",
    ),
}
