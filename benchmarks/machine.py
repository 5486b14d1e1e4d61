"""Where a measurement was taken: the machine, the date, the commit, and the name of its file."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


def describe_machine(device: str) -> dict[str, Any]:
    """What tells two machines apart, and nothing that says whose they are."""
    return {
        "cpu": _cpu_name(),
        "vectors": _vectors(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1,
        "memory_gb": _memory_gb(),
        "gpu": _gpu_name() if device == "gpu" else None,
        "system": platform.system(),
    }


def has_bfloat16() -> bool:
    """Whether the processor multiplies bfloat16 itself; elsewhere it is converted and slow."""
    return not {"avx512_bf16", "amx_bf16"}.isdisjoint(_flags())


def file_stem(machine: dict[str, Any]) -> str:
    """`amd-epyc-family-26-model-2-2-cores`."""
    name = machine["gpu"] or f"{machine['cpu']} {machine['cores']} cores"
    name = re.sub(r"\((r|tm)\)|\bcpu\b|\bprocessor\b|@.*?ghz", " ", name, flags=re.IGNORECASE)
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "machine"


def git_commit() -> str | None:
    """The commit that is checked out; `-changed` follows where the code was edited since."""
    commit = _output("git", "rev-parse", "HEAD")
    if not commit:
        return None
    changed = _output("git", "status", "--porcelain", "--", "rnnkit", "benchmarks/*.py")
    return f"{commit}-changed" if changed else commit


def _cpu_name() -> str:
    """`AMD EPYC (family 26, model 2)`: a name alone may stand for several generations."""
    name = _cpu_field("model name") or platform.processor() or platform.machine()
    family, model = _cpu_field("cpu family"), _cpu_field("model")
    return f"{name} (family {family}, model {model})" if family and model else name


def _vectors() -> str | None:
    """The widest vectors of an x86 processor, `AVX-512`; None where nothing says it."""
    names = {"avx512f": "AVX-512", "avx2": "AVX2", "avx": "AVX"}
    return next((name for flag, name in names.items() if flag in _flags()), None)


def _flags() -> set[str]:
    return set((_cpu_field("flags") or "").split())


def _cpu_field(name: str) -> str | None:
    found = re.search(rf"^{name}\s*:\s*(.+)$", _cpu_info(), flags=re.MULTILINE)
    return found[1].strip() if found else None


def _cpu_info() -> str:
    """What Linux says of the processor; elsewhere nothing."""
    info = Path("/proc/cpuinfo")
    return info.read_text(encoding="utf-8", errors="replace") if info.exists() else ""


def _memory_gb() -> int | None:
    try:
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)
    except (ValueError, OSError, AttributeError):
        return None


def _gpu_name() -> str | None:
    names = _output("nvidia-smi", "--query-gpu=name", "--format=csv,noheader")
    return names.splitlines()[0] if names else None


def _output(*command: str) -> str | None:
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=20, check=False, cwd=ROOT
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
