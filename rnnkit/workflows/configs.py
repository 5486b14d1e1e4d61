"""`rnnkit configs`: what the shipped configs are and what they teach. Imports no TensorFlow."""

from __future__ import annotations

import contextlib
import dataclasses
from pathlib import Path

from rnnkit.config.shipped import shipped_configs
from rnnkit.errors import RunError
from rnnkit.runs import find_run
from rnnkit.tasks import load_config


@dataclasses.dataclass(frozen=True)
class ShippedConfig:
    """One of them."""

    name: str  # `rnnkit train NAME`
    task: str
    teaches: str  # its header but for the command
    path: Path


def list_configs() -> list[ShippedConfig]:
    """All of them, by name."""
    return [
        ShippedConfig(name, load_config(path, environment={}).config.task, _header(path), path)
        for name, path in shipped_configs().items()
    ]


def means_config(target: str | Path) -> bool:
    """Of what may be a config or a run: a .yaml, or a shipped config whose name no run has."""
    if Path(target).suffix.lower() in {".yaml", ".yml"}:
        return True
    with contextlib.suppress(RunError):
        find_run(target)
        return False
    return str(target) in shipped_configs()


def _header(path: Path) -> str:
    """The comments at the top, without the line for editors and the command."""
    lines = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            break
        if not line.startswith(("# yaml-language-server", "# rnnkit ")):
            lines.append(line.removeprefix("#").strip())
    return " ".join(lines)
