"""The configs that come with rnnkit, by name."""

from __future__ import annotations

import os
from pathlib import Path

from rnnkit.errors import ConfigError
from rnnkit.problems import Location, Problem
from rnnkit.words import did_you_mean

_PACKAGED = Path(__file__).parent.parent / "configs"  # in an installed package
_CHECKED_OUT = Path(__file__).parent.parent.parent / "configs"


def shipped_configs() -> dict[str, Path]:
    """Each config's file by its name, in the order of the names."""
    folder = _PACKAGED if _PACKAGED.is_dir() else _CHECKED_OUT
    return {path.stem: path for path in sorted(folder.glob("*.yaml"))}


def find_config(name: str | Path) -> Path:
    """A file, as it is named; or the shipped config of a name without a suffix.

    Raises:
        ConfigError: there is no such file, and no such config.
    """
    path, known = Path(name), shipped_configs()
    if path.suffix or len(path.parts) > 1 or os.path.exists(path):  # noqa: PTH110 a name too long
        return path
    if (found := known.get(path.name)) is None:
        hint = did_you_mean(path.name, known)
        message = f"there is no such config file, and rnnkit brings none of this name.{hint}"
        raise ConfigError([Problem(Location(str(name)), message)])
    return found
