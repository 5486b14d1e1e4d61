"""Which Python `make` takes, and what it says when there is none that fits."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOOLS = ("bash", "sh", "make", "mkdir", "touch", "cp", "chmod", "dirname", "echo")

# Knows its version, and makes environments whose Python does nothing, but well.
PYTHON = """#!/bin/sh
case "$1 $2" in
"-c import sys"*) echo {version};;
"-m venv") mkdir -p .venv/bin; echo "{name}" > .venv/made-by
    printf '#!/bin/sh\\n' > .venv/bin/python; chmod +x .venv/bin/python;;
esac
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The Makefile and the command of CI, beside a bin/ with tools but no Python."""
    for name in ("Makefile", "pyproject.toml", ".ci/run"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    (tmp_path / "bin").mkdir()
    for folder in map(Path, os.environ["PATH"].split(":")):
        for tool in TOOLS:
            link = tmp_path / "bin" / tool
            if (folder / tool).is_file() and not link.exists():
                link.symlink_to(folder / tool)
    return tmp_path


def add(folder: Path, **versions: str) -> None:
    for name, version in versions.items():
        path = folder / "bin" / name.replace("_", ".")
        path.write_text(PYTHON.format(name=path.name, version=version))
        path.chmod(0o755)


def called(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, env={"PATH": str(folder / "bin")}, capture_output=True, text=True,
        timeout=60,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("versions", "taken"),
    [
        ({"python3_12": "3.12.1"}, "python3.12"),
        ({"python3_13": "3.13.0"}, "python3.13"),
        ({"python3": "3.12.9"}, "python3"),
        ({"python": "3.13.2"}, "python"),
        ({"python3": "3.8.18", "python": "3.11.7"}, "python"),
        ({"python3_12": "3.12.1", "python3": "3.14.0"}, "python3.12"),
        ({"python3_11": "", "python3_13": "3.13.0"}, "python3.13"),
    ],
)
@pytest.mark.parametrize("command", [["make", "install"], ["bash", ".ci/run"]])
def test_any_python_that_fits(
    command: list[str], versions: dict[str, str], taken: str, folder: Path
) -> None:
    add(folder, **versions)
    done = called(folder, *command)
    assert done.returncode == 0, done.stderr
    assert (folder / ".venv" / "made-by").read_text() == f"{taken}\n"
    assert done.stdout.splitlines()[-1] == (
        "To call rnnkit: source .venv/bin/activate, then rnnkit --help; or .venv/bin/rnnkit --help"
    )


@pytest.mark.parametrize(
    ("versions", "found"),
    [
        ({}, "found: none."),
        ({"python3": "3.8.18"}, "found: python3 (3.8.18)."),
        ({"python3": "3.14.0", "python": "2.7.18"}, "found: python3 (3.14.0) python (2.7.18)."),
    ],
)
def test_no_python_that_fits(versions: dict[str, str], found: str, folder: Path) -> None:
    add(folder, **versions)
    done = called(folder, "make", "install")
    assert done.returncode == 2
    [line] = [line for line in done.stderr.splitlines() if line.startswith("rnnkit needs")]
    assert line == (
        "rnnkit needs Python 3.11, 3.12 or 3.13 (TensorFlow has no packages for later ones). "
        f"Looked for python3.11 python3.12 python3.13 python3 python; {found} "
        "Install one, or name yours: make PYTHON=/path/to/python"
    )
    assert not (folder / ".venv").exists()


def test_the_python_that_is_named(folder: Path) -> None:
    add(folder, python3_11="3.11.7", mine="3.12.1", old="3.10.13")
    assert called(folder, "make", "install", "PYTHON=old").returncode == 2
    assert called(folder, "make", "install", f"PYTHON={folder / 'bin' / 'mine'}").returncode == 0
    assert (folder / ".venv" / "made-by").read_text() == "mine\n"
