"""The house: a floor imports only lower ones; what must answer at once imports nothing heavy."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import rnnkit

ROOT = Path(rnnkit.__file__).parent
FLOORS = {
    "errors": 0,
    "runtime": 0,
    "datasets": 0,
    "config": 1,
    "files": 1,
    "music": 1,
    "run_files": 2,
    "runs": 2,
    "data": 3,
    "baselines": 3,
    "layers": 3,
    "models": 3,
    "training": 4,
    "tasks": 4,
    "diagnostics": 4,
    "reports": 4,
    "workflows": 5,
    "cli": 6,
}


def imports_of(file: Path) -> set[str]:
    """The rnnkit packages that a file imports, types alone excepted."""
    found = set()
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            node.body = []
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        found |= {name.split(".")[1] for name in names if name.startswith("rnnkit.")}
    return found & set(FLOORS)


@pytest.mark.parametrize("file", sorted(ROOT.rglob("*.py")), ids=lambda f: str(f.relative_to(ROOT)))
def test_imports_point_downwards(file: Path) -> None:
    package = file.relative_to(ROOT).parts[0].removesuffix(".py")
    if package not in FLOORS:
        return  # __init__ and __main__ stand outside the house
    upwards = {name for name in imports_of(file) if FLOORS[name] > FLOORS[package]}
    assert not upwards, f"{file.name} is on floor {FLOORS[package]}"


def test_every_package_has_a_floor() -> None:
    packages = {
        path.parts[-1].removesuffix(".py") for path in ROOT.iterdir() if path.name[0] != "_"
    }
    assert packages - {"py.typed"} == set(FLOORS)


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["train", "--help"], ["check", "configs/mnist.yaml"], ["train", "nothing.yaml"]],
)
def test_starts_without_tensorflow(arguments: list[str]) -> None:
    code = (
        "import sys; from rnnkit.cli.app import run; run(sys.argv[1:]);"
        "heavy = {'tensorflow', 'keras', 'pandas', 'matplotlib'};"
        "print('IMPORTED', sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True, text=True, cwd=ROOT.parent, timeout=60, check=True,
    )  # fmt: skip
    assert done.stdout.endswith("IMPORTED []\n")
