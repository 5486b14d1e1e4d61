"""A task that another package brings goes through every verb; docs/extending.md shows it whole."""

from __future__ import annotations

import shutil
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

import rnnkit
from rnnkit import tasks
from rnnkit.cli.app import run
from tests.training.trainers import KillAt
from tests.workflows.resume.stopping import every_step, stopped

PACKAGE = Path(__file__).parents[1] / "parity"
CONFIG = {
    "version": 1,
    "name": "bits",
    "task": "parity",
    "data": {"length": 4},
    "model": {"layers": [{"lstm": {"units": 4}}, {"dense": {"units": 1, "activation": "sigmoid"}}]},
    "training": {"epochs": 2, "batch_size": 16, "jit_compile": False},
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder, with the package installed as pip lays it out."""
    site = tmp_path / "site-packages"
    shutil.copytree(PACKAGE / "rnnkit_parity", site / "rnnkit_parity")
    project = tomllib.loads((PACKAGE / "pyproject.toml").read_text())["project"]
    metadata = site / f"rnnkit_parity-{project['version']}.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Name: {project['name']}\nVersion: {project['version']}\n")
    [(group, entries)] = project["entry-points"].items()
    lines = [f"[{group}]", *(f"{name} = {value}" for name, value in entries.items())]
    (metadata / "entry_points.txt").write_text("\n".join(lines))
    monkeypatch.syspath_prepend(str(site))
    for verb in ("evaluate", "generate", "predict"):  # they ask the tasks when they are imported
        monkeypatch.delitem(sys.modules, f"rnnkit.cli.{verb}", raising=False)
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    yield work
    for verb in ("evaluate", "generate", "predict"):
        sys.modules.pop(f"rnnkit.cli.{verb}", None)
    tasks.find_task.cache_clear()
    for name in [name for name in sys.modules if name.startswith("rnnkit_parity")]:
        del sys.modules[name]


def test_every_verb(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert tasks.task_names()[-1] == "parity"
    (folder / "bits.yaml").write_text(yaml.safe_dump(CONFIG))
    (folder / "new.txt").write_text("0110\n1000\n")
    assert run(["check", "bits.yaml"]) == 0
    assert run(["train", "bits.yaml"]) == 0
    assert "always the same answer 0." in capsys.readouterr().out
    assert run(["evaluate", "bits", "--min", "accuracy=0"]) == 0
    assert run(["evaluate", "bits", "--data", "new.txt"]) == 0
    assert run(["predict", "bits", "--data", "new.txt"]) == 0
    table = capsys.readouterr().out.splitlines()[-3:]
    assert table[0] == "line,even"
    assert [row.split(",")[0] for row in table[1:]] == ["1", "2"]
    page = (folder / "runs/bits/latest/report.html").read_text()
    assert "Accuracy on test" in page
    assert run(["evaluate", "bits", "--walk-forward"]) == 2


def test_it_resumes_bit_for_bit(folder: Path) -> None:
    config = every_step(CONFIG)
    whole = rnnkit.train(config, runs=folder / "whole")
    half = stopped(config, folder, KillAt(20))
    rnnkit.resume(half)
    assert half.evaluation.read_text() == whole.evaluation.read_text()
    weights = [rnnkit.load(one).model.get_weights() for one in (half, whole)]
    assert all((a == b).all() for a, b in zip(*weights, strict=True))


def test_a_mistake_is_placed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = yaml.safe_dump(CONFIG).replace("units: 1", "units: 2")
    (folder / "bits.yaml").write_text(text)
    assert run(["check", "bits.yaml"]) == 2
    said = capsys.readouterr().err
    assert "dense: parity asks for one probability" in said
    assert "^^^^^" in said


def test_a_package_that_does_not_work_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "bits.yaml").write_text(yaml.safe_dump(CONFIG))
    task = folder.parent / "site-packages/rnnkit_parity/task.py"
    task.write_text("from rnnkit import nothing_of_this_name\n")
    assert run(["check", "bits.yaml"]) == 1
    assert (
        "task parity: the installed package rnnkit-parity cannot be used: ImportError: "
        in capsys.readouterr().err
    )
    assert run(["predict", "--help"]) == 0


def test_without_the_package_it_is_unknown(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(rnnkit.ConfigError, match="unknown task 'parity'"):
        rnnkit.check(CONFIG)


def test_the_guide_shows_the_package_whole() -> None:
    guide = (PACKAGE.parents[1] / "docs" / "extending.md").read_text()
    for path in (PACKAGE / "pyproject.toml", *sorted((PACKAGE / "rnnkit_parity").iterdir())):
        if path.is_file():
            assert path.read_text().strip() in guide, path.name
