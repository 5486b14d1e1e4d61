"""A run that was never stopped, and copies of one that was."""

import shutil
from pathlib import Path

import pytest

import rnnkit
from tests.conftest import write_data
from tests.crash.fingerprint import fingerprint
from tests.workflows.resume.stopping import STEPS, KillAt, every_step, plain, stopped


@pytest.fixture(scope="package")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_data(tmp_path_factory.mktemp("source") / "data.npz")


@pytest.fixture(scope="package")
def whole(source: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """The fingerprint of plain(source), never stopped."""
    run = rnnkit.train(plain(source), runs=tmp_path_factory.mktemp("whole"))
    return fingerprint(run.path)


@pytest.fixture(scope="package")
def half(source: Path, tmp_path_factory: pytest.TempPathFactory) -> rnnkit.Run:
    """A run stopped in its second epoch, to be copied."""
    return stopped(every_step(plain(source)), tmp_path_factory.mktemp("half"), KillAt(STEPS + 2))


@pytest.fixture
def copy(half: rnnkit.Run, tmp_path: Path) -> rnnkit.Run:
    path = tmp_path / "runs" / "small" / half.path.name
    shutil.copytree(half.path, path, symlinks=True)
    return rnnkit.Run(path)
