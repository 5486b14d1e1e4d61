"""Run folders that came from somebody else."""

import hashlib
import io
import json
import os
import shutil
import struct
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pytest

import rnnkit
from rnnkit.run import Run
from rnnkit.runtime import keras
from rnnkit.workflows.evaluate import evaluate

WEIGHTS = "model.weights.h5"


@pytest.fixture
def run(trained: rnnkit.Run, tmp_path: Path) -> Path:
    """A copy that may be broken."""
    return Path(shutil.copytree(trained.path, tmp_path / "runs" / "small" / "1", symlinks=True))


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder that must stay as it is."""
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "kept.txt").write_text("kept")
    return folder


def untouched(folder: Path) -> bool:
    return [path.read_text() for path in folder.iterdir()] == ["kept"]


def rewrite(run: Path, **members: bytes) -> None:
    """Replace members of model.keras; `config` and `weights` name the usual two."""
    names = {"config": "config.json", "weights": WEIGHTS}
    with zipfile.ZipFile(run / "model.keras") as old:
        content = {name: old.read(name) for name in old.namelist()}
    content |= {names[key]: value for key, value in members.items()}
    with zipfile.ZipFile(run / "model.keras", "w", zipfile.ZIP_DEFLATED) as new:
        for name, value in content.items():
            new.writestr(name, value)


def edited(run: Path, change) -> bytes:
    """The run's weights, as `change` leaves the group of its first layer's variables."""
    with zipfile.ZipFile(run / "model.keras") as archive:
        buffer = io.BytesIO(archive.read(WEIGHTS))
    with h5py.File(buffer, "r+") as file:
        found: list[str] = []
        file.visititems(lambda name, item: found.append(name) if name.endswith("vars") else None)
        group = next(file[name] for name in found if len(file[name]))
        change(group)
    return buffer.getvalue()


@pytest.mark.parametrize("verb", ["evaluate", "resume"])
@pytest.mark.parametrize(
    "name", ["plots", "checkpoints", "log.txt", ".lock", "history.csv", "evaluation.json"]
)
def test_a_link_out_of_the_run(run, outside, refused, name, verb):
    path = run / name
    shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    path.symlink_to(outside if "." not in name else outside / "kept.txt")
    assert f"{path}: a link, a pipe or a device" in refused(verb, run)
    assert untouched(outside)


def test_a_checkpoint_that_lies_elsewhere(run, outside, refused):
    last = run / "checkpoints" / "last"
    last.unlink()
    last.symlink_to(outside)
    assert f"{last}: it points out of its folder: delete it" in refused("resume", run)
    assert untouched(outside)


def test_a_checkpoint_that_declares_a_terabyte(run, refused, tmp_path):
    folder = (run / "checkpoints" / "last").resolve()
    header = b"{'descr': '<f4', 'fortran_order': False, 'shape': (500000, 500000)}\n"
    with zipfile.ZipFile(folder / "state.npz", "w") as archive:
        archive.writestr(
            "model/0.npy", b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header
        )
    content = (folder / "state.npz").read_bytes()
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["state.npz"] = hashlib.sha256(content).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest))
    message = refused("resume", run, "--set", "training.epochs=9")
    assert "its header declares (500000, 500000)" in message


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"step": "many"}, "progress.json: damaged"),
        ({"step": -1}, "progress.json: damaged"),
        ({"sums": [1]}, "progress.json: damaged"),
        ({"sums": {"loss": "much"}}, "progress.json: damaged"),
        ({"training_seconds": []}, "progress.json: damaged"),
        ({"carried": 7}, "progress.json: damaged"),
        ({"step": 1_000_000}, "damaged: step 1000000 is not in epoch"),
        ({"callbacks": {"History": {"rows": [{"a": 1}, {"b": 2}]}}}, "state of History is damaged"),
        ({"callbacks": {"History": None}}, "state of History is damaged"),
    ],
)
def test_a_checkpoint_with_another_state(run, refused, change, message):
    folder = (run / "checkpoints" / "last").resolve()
    progress, manifest = (folder / name for name in ("progress.json", "manifest.json"))
    progress.write_text(json.dumps({**json.loads(progress.read_text()), **change}))
    sums = json.loads(manifest.read_text())
    sums["progress.json"] = hashlib.sha256(progress.read_bytes()).hexdigest()
    manifest.write_text(json.dumps(sums))
    assert message in refused("resume", run, "--set", "training.epochs=9")


@pytest.mark.parametrize("key", ["git_commit", "data", "versions", "shards", "layout"])
def test_a_run_that_does_not_say_how_it_began(run, refused, key):
    values = json.loads((run / "run.json").read_text())
    del values[key]
    (run / "run.json").write_text(json.dumps(values))
    message = refused("resume", run, "--set", "training.epochs=9")
    assert f"run.json: damaged: it has no '{key}'" in message


def test_latest_that_points_out_of_its_folder(run, tmp_path, refused, monkeypatch):
    elsewhere = tmp_path / "elsewhere"
    run.rename(elsewhere)
    (tmp_path / "runs" / "small" / "latest").symlink_to(elsewhere)
    monkeypatch.chdir(tmp_path)
    for name in ("latest", "small", "runs/small/latest", "runs/small"):
        assert "it points out of its folder" in refused("evaluate", name)


@pytest.mark.parametrize("name", ["preprocessing.json", "run.json"])
def test_a_pipe_in_place_of_a_file(run, refused, name):
    (run / name).unlink()
    os.mkfifo(run / name)
    assert refused("evaluate", run)


@pytest.mark.parametrize("name", ["preprocessing.json", "run.json"])
@pytest.mark.parametrize("text", ["[" * 100_000, "{", "\x00", "[]", '{"version": 1e999}'])
def test_json_that_is_none(run, refused, name, text):
    (run / name).write_text(text)
    if name == "run.json":  # read where there is no model yet
        (run / "model.keras").unlink()
    assert refused("evaluate", run)


def test_json_of_a_gigabyte(run, refused):
    with (run / "preprocessing.json").open("r+b") as file:
        file.truncate(1 << 30)
    assert "1,073,741,824 bytes are too many" in refused("evaluate", run)


def test_a_lambda_is_not_executed(run, tmp_path):
    """The model's own config is never read: the layers come from the run's YAML."""
    mark = str(tmp_path / "pwned")
    layer = keras.layers.Lambda(lambda x: (os.makedirs(mark, exist_ok=True), x)[1])  # noqa: PTH103
    model = keras.Sequential([keras.Input((5, 2)), layer])
    model.save(tmp_path / "evil.keras")
    (tmp_path / "pwned").rmdir()  # building the model has called it
    with zipfile.ZipFile(tmp_path / "evil.keras") as evil:
        rewrite(run, config=evil.read("config.json"))
    evaluate(Run(run))
    assert not (tmp_path / "pwned").exists()


@pytest.mark.parametrize(
    "config",
    [
        {"module": "os", "class_name": "system", "config": {"command": "touch pwned"}},
        {"module": "builtins", "class_name": "eval", "config": "open('pwned', 'w')"},
    ],
)
def test_a_custom_object_is_not_imported(run, tmp_path, config, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rewrite(run, config=json.dumps(config).encode())
    evaluate(Run(run))
    assert not (tmp_path / "pwned").exists()


def link_out(group) -> None:
    del group["0"]
    group["0"] = h5py.ExternalLink("/etc/other.h5", "/secret")


def virtual(group) -> None:
    shape = group["0"].shape
    del group["0"]
    layout = h5py.VirtualLayout(shape=shape, dtype="f4")
    layout[...] = h5py.VirtualSource("/etc/other.h5", "secret", shape=shape)
    group.create_virtual_dataset("0", layout)


def raw_file(group) -> None:
    shape = group["0"].shape
    del group["0"]
    size = int(np.prod(shape)) * 4
    group.create_dataset("0", shape, "f4", external=[("/etc/passwd", 0, size)])


def enormous(group) -> None:
    del group["0"]
    group.create_dataset("0", (1 << 40, 1 << 10), "f4", chunks=(1 << 10, 1 << 10))


@pytest.mark.parametrize("change", [link_out, virtual, raw_file, enormous])
def test_weights_that_lie_elsewhere_or_are_not_there(run, refused, change):
    rewrite(run, weights=edited(run, change))
    assert "its weights cannot be read" in refused("evaluate", run)


@pytest.mark.parametrize("content", [b"", b"\x89HDF\r\n\x1a\n", bytes(300_000_000)])
def test_weights_that_are_no_weights(run, refused, content):
    rewrite(run, weights=content)
    assert "its weights cannot be read" in refused("evaluate", run)
