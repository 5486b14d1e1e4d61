"""Every file of a run folder and of a cache, in place of which something else lies."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import rnnkit
from rnnkit.cli.app import run as run_command
from rnnkit.data import ram
from rnnkit.data.cache import Place
from rnnkit.tasks import load_config, task_of
from tests.conftest import small_config, write_data
from tests.hostile.command import Refused, write_config

FILES = [
    "config.yaml",
    "config.resolved.yaml",
    "run.json",
    "history.csv",
    "gradients.csv",
    "log.txt",
    "preprocessing.json",
    "model.keras",
    "evaluation.json",
    "report.html",
    "plots/history.svg",
    ".lock",
    "checkpoints/step-000000002/manifest.json",
    "checkpoints/step-000000002/progress.json",
    "checkpoints/step-000000002/state.npz",
]
PLANTED: dict[str, Callable[[Path], object]] = {
    "pipe": os.mkfifo,
    "device": lambda path: path.symlink_to("/dev/zero"),
    "folder": lambda path: path.mkdir(),
    "terabyte": lambda path: (path.touch(), os.truncate(path, 1 << 40)),
}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run of two steps."""
    folder = tmp_path_factory.mktemp("tiny")
    config = small_config(write_data(folder / "data.npz", examples=24), epochs=1)
    config["training"] |= {"batch_size": 9, "jit_compile": False}  # type: ignore[operator]
    config["model"] = {"layers": [{"simple_rnn": {"units": 2}}, "dense"]}
    config["diagnostics"] = {"gradients": True}
    return rnnkit.train(config, runs=folder / "runs").path


@pytest.mark.parametrize("kind", PLANTED)
@pytest.mark.parametrize("name", FILES)
def test_anything_under_any_name(
    tiny: Path,
    tmp_path: Path,
    refused: Refused,
    capsys: pytest.CaptureFixture[str],
    name: str,
    kind: str,
) -> None:
    """It is refused or not looked at, and nobody waits for it."""
    run = Path(shutil.copytree(tiny, tmp_path / "runs" / "small" / tiny.name, symlinks=True))
    (run / name).unlink()
    PLANTED[kind](run / name)
    command = ["resume", str(run), "--set", "training.epochs=2"]
    if name in ("preprocessing.json", "model.keras"):
        command = ["evaluate", str(run)]
    if kind in ("pipe", "device"):
        assert "run" in refused(*command)
        return
    code = run_command(command)
    shown = capsys.readouterr().err
    assert code in (0, 1, 2), shown
    assert code == 0 or shown
    assert "Traceback" not in shown
    assert "this is a bug" not in shown


@pytest.mark.parametrize("kind", PLANTED)
@pytest.mark.parametrize("name", ["key.json", "content.json", "values.bin", ".lock"])
def test_anything_in_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, kind: str
) -> None:
    """A conversion that is none is made again; a lock that is none is refused."""
    monkeypatch.setattr(ram, "SHARE", 1 << 60)
    table = tmp_path / "t.csv"
    table.write_text("x,y\n" + "1,a\n2,b\n" * 20)
    config = load_config(write_config(tmp_path, table, label="y")).config
    cache = tmp_path / "cache"
    load, place = task_of(config).load, Place(cache)
    load(config, place)
    [found] = [path for path in cache.iterdir() if path.is_dir()]
    before = (found / "values.bin").read_bytes()
    path = (cache if name == ".lock" else found) / name
    path.unlink()
    PLANTED[kind](path)
    if name != ".lock":
        load(config, place)
        assert (found / "values.bin").read_bytes() == before
        assert (found / "content.json").is_file()
        return
    shutil.rmtree(found)
    if kind == "terabyte":
        load(config, place)
    else:
        with pytest.raises(rnnkit.RunError, match="cannot be written"):
            load(config, place)


@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_anything_in_a_conversion_that_was_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(ram, "SHARE", 1 << 60)
    table = tmp_path / "t.csv"
    table.write_text("x,y\n" + "1,a\n2,b\n" * 20)
    config = load_config(write_config(tmp_path, table, label="y")).config
    cache = tmp_path / "cache"
    load, place = task_of(config).load, Place(cache)
    load(config, place)
    [found] = [path for path in cache.iterdir() if path.is_dir()]
    shutil.rmtree(found)
    left = found.with_name(f".writing-{found.name}")
    left.mkdir()
    for name in ("values.bin", "progress.json"):
        PLANTED[kind](left / name)
    load(config, place)
    assert (found / "values.bin").is_file()
