"""Runs from elsewhere: on a read-only disk, copied without links, or not of one piece."""

import errno
import json
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import rnnkit
from rnnkit.cli.app import run as run_command
from rnnkit.files import read_regular
from rnnkit.runtime import keras
from rnnkit.workflows.inspect import inspect
from tests.conftest import small_config, write_data


def copied(run: rnnkit.Run, folder: Path) -> rnnkit.Run:
    """A copy to be changed."""
    path = folder / "runs" / run.name
    return rnnkit.Run(Path(shutil.copytree(run.path, path, symlinks=True)))


def content(folder: Path) -> dict[str, int]:
    return {str(path): path.lstat().st_mtime_ns for path in folder.rglob("*")}


def make_read_only(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the system says on a read-only disk, where a mode would not hold root back."""
    opened, made = os.open, os.mkdir

    def refuse(path: Any) -> None:
        if Path(os.fsdecode(path)).absolute().is_relative_to(folder):
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))

    def open_file(path: Any, flags: int, *others: Any, **more: Any) -> int:
        if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            refuse(path)
        return opened(path, flags, *others, **more)

    def make_folder(path: Any, *others: Any, **more: Any) -> None:
        refuse(path)
        made(path, *others, **more)

    monkeypatch.setattr(os, "open", open_file)
    monkeypatch.setattr(os, "mkdir", make_folder)


@pytest.mark.parametrize("plots", [True, False])
@pytest.mark.parametrize("verb", ["evaluate", "walk", "inspect"])
def test_a_read_only_run_is_looked_at(
    trained: rnnkit.Run,
    forecasting: rnnkit.Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    verb: str,
    plots: bool,
) -> None:
    run = copied(forecasting if verb == "walk" else trained, tmp_path)
    if not plots:
        shutil.rmtree(run.plots)
    before = content(tmp_path)
    make_read_only(tmp_path, monkeypatch)
    monkeypatch.chdir(tmp_path)
    options = ["--walk-forward"] if verb == "walk" else []
    assert (
        run_command(["inspect" if verb == "inspect" else "evaluate", str(run.path), *options]) == 0
    )
    out, err = capsys.readouterr()
    assert "baseline" in out or "gradient" in out
    [line] = err.splitlines()
    assert line.startswith(str(run.path))
    assert line.endswith(": cannot be written: Read-only file system") or "cannot be made" in line
    assert content(tmp_path) == before


def test_what_cannot_be_written_is_a_warning_in_python(trained: rnnkit.Run, tmp_path: Path) -> None:
    """Nobody can write a folder where a file is, not even root."""
    run = copied(trained, tmp_path)
    shutil.rmtree(run.plots)
    run.plots.touch()
    with pytest.warns(UserWarning, match="plots: cannot be written: File exists"):
        assert rnnkit.evaluate(run).accuracy > 0
    with pytest.warns(UserWarning, match="plots: cannot be made: File exists"):
        assert inspect(run).plots == ()
    with pytest.raises(rnnkit.RunError, match="cannot be made"):
        inspect(run, output=run.plots)


@pytest.mark.parametrize("links", ["followed", "dropped"])
def test_a_copy_without_links(trained: rnnkit.Run, tmp_path: Path, links: str) -> None:
    run = rnnkit.Run(tmp_path / "copy")
    shutil.copytree(trained.path, run.path, symlinks=links == "dropped")
    if links == "dropped":
        for name in ("last", "best"):
            (run.checkpoints / name).unlink()
    assert rnnkit.evaluate(run).accuracy > 0
    x = np.zeros((2, 5, 2))
    np.savez(tmp_path / "new.npz", x=x)
    assert len(rnnkit.load(run).predict(tmp_path / "new.npz").predicted) == 2
    run.model.rename(tmp_path / "model.keras")  # then its newest checkpoint is inspected
    assert inspect(run).trained
    rnnkit.resume(run, overrides=["training.epochs=3"])
    assert len(run.read_history()) == 3
    newest = max(run.checkpoints.glob("step-*")).name
    assert (run.checkpoints / "last").readlink() == Path(newest)
    assert (run.checkpoints / "best").is_symlink()


def poison(run: rnnkit.Run, value: float) -> None:
    model = keras.models.load_model(run.model)
    weights = model.get_weights()
    weights[-1][:1] = value
    model.set_weights(weights)
    model.save(run.model)


@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize(
    ("task", "command"),
    [
        ("trained", ["evaluate"]),
        ("trained", ["predict", "--data", "new.npz"]),
        ("forecasting", ["predict"]),
        ("games", ["predict", "--prompt", "a b"]),
        ("games", ["generate"]),
    ],
)
def test_weights_that_answer_nothing(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    task: str,
    command: list[str],
    value: float,
) -> None:
    run = copied(request.getfixturevalue(task), tmp_path)
    poison(run, value)
    monkeypatch.chdir(tmp_path)
    np.savez("new.npz", x=np.zeros((2, 5, 2)))
    assert run_command([command[0], str(run.path), *command[1:]]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert f"{run.path}: dense" in err
    assert "is NaN or infinite" in err


def test_answers_that_overflow(trained: rnnkit.Run, tmp_path: Path) -> None:
    run = copied(trained, tmp_path)
    poison(run, 0.0)
    np.savez(tmp_path / "new.npz", x=np.array([np.zeros((5, 2)), np.full((5, 2), 3e38)]))
    scale = json.loads(run.preprocessing.read_text())
    scale["scale"]["divisor"] = [1e-3, 1e-3]
    run.preprocessing.write_text(json.dumps(scale))
    message = "answers example 2 with NaN or infinity"
    with np.errstate(over="ignore"), pytest.raises(rnnkit.RunError, match=message):
        rnnkit.load(run).predict(tmp_path / "new.npz")


def changed(kept: dict[str, Any], key: str, value: Any) -> None:
    """Set `scale.offset` of nested mappings, or what a function makes of it."""
    *path, last = key.split(".")
    for part in path:
        kept = kept[part]
    kept[last] = value(kept[last]) if callable(value) else value


@pytest.fixture(scope="module")
def frames(tmp_path_factory: pytest.TempPathFactory) -> rnnkit.Run:
    """A finished run on sequences of 5 frames of 3 features."""
    folder = tmp_path_factory.mktemp("frames")
    np.save(folder / "x.npy", np.random.default_rng(0).normal(size=(20, 5, 3)))
    config = small_config(folder / "x.npy", epochs=1, jit_compile=False)
    config["task"] = "next_frame"
    config["data"] |= {"output": "gaussian"}  # type: ignore[operator]
    config["model"] = {"layers": [{"gru": {"units": 2}}, "dense"]}
    return rnnkit.train(config, runs=folder / "runs")


@pytest.mark.parametrize(
    ("task", "key", "value", "message"),
    [
        ("trained", "scale.offset", lambda v: [*v, 0.0], r"scale\.offset: length 3.* reads 2"),
        ("trained", "scale.divisor", lambda v: v[:1], r"scale\.divisor: length 1.* reads 2"),
        ("trained", "scale.divisor", [0.0, 1.0], "0 divides nothing"),
        ("trained", "classes", lambda v: [*v, "2"], r": 3, but config\.resolved\.yaml has 2"),
        ("trained", "classes", lambda v: v[:1], r": 1, but config\.resolved\.yaml has 2"),
        ("games", "vocabulary.tokens", lambda v: [*v, "z"], r": 6, but .* has 5"),
        ("games", "vocabulary.tokens", lambda v: v[:-1], r": 4, but .* has 5"),
        ("games", "vocabulary.end", 99, "id 99 is none of the 5 tokens"),
        ("forecasting", "scale.offset", lambda v: [*v, 0.0], r"scale\.offset: 2, but .* has 1"),
        ("forecasting", "scale.divisor", lambda v: [*v, 1.0], r"scale\.divisor: 2, but .* has 1"),
        ("forecasting", "lookback", 9, "lookback: Extra inputs are not permitted"),
        ("frames", "scale.offset", lambda v: [*v, 0.0], "length 4, .* reads 3"),
        ("frames", "scale.divisor", lambda v: v[:1], "length 1, .* reads 3"),
        ("frames", "features", 4, "length 3, .* reads 4"),
    ],
)
def test_what_a_run_keeps_has_the_lengths_of_its_model(
    request: pytest.FixtureRequest, tmp_path: Path, task: str, key: str, value: Any, message: str
) -> None:
    run = copied(request.getfixturevalue(task), tmp_path)
    kept = json.loads(read_regular(run.preprocessing))
    changed(kept, key, value)
    run.preprocessing.write_text(json.dumps(kept))
    with pytest.raises(rnnkit.RunError, match=message):
        rnnkit.load(run)


@pytest.mark.filterwarnings("ignore:Skipping nested container")  # Keras's, before its error
def test_weights_of_another_model(trained: rnnkit.Run, tmp_path: Path) -> None:
    config = small_config(write_data(tmp_path / "data.npz"), epochs=1, jit_compile=False)
    config["model"]["layers"][0] = {"lstm": {"units": 3, "dropout": 0.1}}  # type: ignore[index]
    other = rnnkit.train(config, runs=tmp_path / "other")
    run = copied(trained, tmp_path)
    shutil.copy(other.model, run.model)
    with pytest.raises(rnnkit.RunError, match=r"an array of \(2, 12\) stands .* ask for \(2, 16\)"):
        rnnkit.load(run)
