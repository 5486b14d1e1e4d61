"""The house: a floor imports only lower ones; what must answer at once imports nothing heavy."""

import ast
import functools
import re
import subprocess
import sys
from pathlib import Path

import pytest

import rnnkit
from rnnkit.tasks import TASKS

ROOT = Path(rnnkit.__file__).parent
FILES = sorted(ROOT.rglob("*.py"))
FLOORS = {
    name: floor
    for floor, names in enumerate(
        [
            ("baselines", "datasets", "problems", "runtime", "stages", "version", "words"),
            ("errors", "layers", "streams"),
            ("console", "files", "word_vectors"),
            ("config", "music", "outputs", "run_files", "writing"),
            ("data", "run"),
            ("models", "runs"),
            ("options", "training"),
            ("diagnostics", "formats"),
            ("reports",),
            ("tasks",),
            ("workflows",),
            ("server",),
            ("cli",),
        ]
    )
    for name in names
}


def module_of(file: Path) -> str:
    parts = ("rnnkit", *file.relative_to(ROOT).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_of(file): file for file in FILES}


@functools.cache
def imports_of(file: Path) -> frozenset[str]:
    """The modules of rnnkit that a file imports, for types alone included."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            found |= {name if name in MODULES else node.module for name in names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return frozenset((found & set(MODULES)) - {module_of(file)})


def floor_of(file: Path) -> str | None:
    """`__init__` and `__main__` stand outside the house."""
    name = file.relative_to(ROOT).parts[0].removesuffix(".py")
    return name if name in FLOORS else None


@functools.cache
def code_of(file: Path) -> str:
    """Without docstrings and comments."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        match getattr(node, "body", None):
            case [ast.Expr(ast.Constant() as first), *_]:
                first.value = ""
    return ast.unparse(tree)


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(ROOT)))
def test_imports_point_downwards(file: Path) -> None:
    own = floor_of(file)
    if own is None:
        return
    others = {floor_of(MODULES[name]) for name in imports_of(file)} - {own, None}
    upwards = {name for name in others if name and FLOORS[name] >= FLOORS[own]}
    assert not upwards, f"{file.name} is on floor {FLOORS[own]}"


def test_every_package_has_a_floor() -> None:
    packages = {
        path.parts[-1].removesuffix(".py") for path in ROOT.iterdir() if path.name[0] != "_"
    }
    assert packages - {"py.typed"} == set(FLOORS)


def test_no_file_imports_itself_by_way_of_others() -> None:
    left = {name: set(imports_of(file)) for name, file in MODULES.items()}
    while free := {name for name, needed in left.items() if not needed & left.keys()}:
        left = {name: needed for name, needed in left.items() if name not in free}
    assert not left


def test_no_two_folders_import_each_other() -> None:
    """But a folder and what lies inside it, which are one."""
    pairs = {
        (file.parent, MODULES[name].parent) for file in FILES for name in imports_of(file)
        if floor_of(file)
    }  # fmt: skip
    mutual = {
        (one, other)
        for one, other in pairs
        if (other, one) in pairs and one not in (other, *other.parents)
    }
    assert not {pair for pair in mutual if pair[1] not in pair[0].parents}


@pytest.mark.parametrize("task", TASKS)
def test_nothing_outside_its_folder_names_a_task(task: str) -> None:
    folder = ROOT / "tasks" / task
    others = [file for file in FILES if folder not in file.parents]
    others.remove(ROOT / "tasks" / "__init__.py")  # where the names stand
    # a logistic regression is a baseline, and statsmodels has a package of a task's name
    named = re.compile(rf"(?<!logistic )(?<!tsa\.)\b{task}\b")
    assert not [file for file in others if named.search(code_of(file))]


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["train", "--help"],
        ["check", "configs/mnist.yaml"],
        ["train", "nothing.yaml"],
        ["init", "nothing.csv"],
    ],
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
