"""Broken folders and tables of labelled texts, and runs whose vocabulary was changed."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

import rnnkit
from rnnkit.cli.app import run as run_command
from tests.hostile.command import Refused
from tests.hostile.test_tasks import LAYERS
from tests.tasks.classification.test_texts import text_config, write_folder


def config(source: Path, **data: object) -> Path:
    written = text_config(source, **data)
    written["model"] = {"layers": LAYERS["texts"]}
    path = source.parent / "config.yaml"
    path.write_text(json.dumps(written))
    return path


@pytest.mark.parametrize("content", [b"\xff\xfea\0", b"a\0b", b"so \xe9 it", b"\xef\xbb\xbf\xff"])
@pytest.mark.parametrize("verb", ["check", "train"])
def test_a_file_that_is_no_text(tmp_path: Path, refused: Refused, verb: str, content: bytes):
    folder = write_folder(tmp_path / "reviews")
    (folder / "good.txt").write_bytes(content)
    message = refused(verb, config(folder))
    assert "good.txt" in message.partition("\n")[0]
    assert "\x1b" not in message


@pytest.mark.parametrize("target", [None, "/dev/zero"])
def test_a_pipe_or_a_device_in_the_place_of_a_class(tmp_path: Path, refused: Refused, target):
    folder = write_folder(tmp_path / "reviews")
    (folder / "good.txt").unlink()
    path = folder / "good.txt"
    os.mkfifo(path) if target is None else path.symlink_to(target)
    assert "good.txt: cannot be read: it is a pipe or a device" in refused("check", config(folder))


def test_a_folder_that_leads_into_itself(tmp_path: Path, refused: Refused):
    folder = tmp_path / "reviews"
    folder.mkdir()
    (folder / "loop").symlink_to(folder)
    (folder / "a").mkdir()
    (folder / "a" / "1.txt").write_text("so\n")
    assert "the label" in refused("check", config(folder))  # one class


def test_names_that_steer_a_terminal(tmp_path: Path, refused: Refused):
    folder = tmp_path / "reviews"
    folder.mkdir()
    for name in ("a\x1b[2J", "b\x1b]0;x\x07"):
        (folder / f"{name}.txt").write_text("\n")
    assert "\x1b" not in refused("check", config(folder))


def test_a_text_of_control_characters(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """They are tokens as any other, and are shown as what they are not."""
    folder = write_folder(tmp_path / "reviews")
    with (folder / "bad.txt").open("a") as file:
        file.write("\x1b[2J\x1b]0;x\x07 \u202e bad\n" * 9)
    assert run_command(["data", str(config(folder))]) == 0
    assert "\x1b" not in capsys.readouterr().out


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> rnnkit.Run:
    folder = write_folder(tmp_path_factory.mktemp("hostile") / "reviews")
    return rnnkit.train(text_config(folder, limit=8), runs=folder.parent / "runs")


@pytest.mark.parametrize(
    ("tokens", "message"),
    [
        ([], "id 0 is none of the 0 tokens"),
        (["a"], "length 2, but the model reads"),
        (["a"] * 100_000, "damaged"),
        ("abc", "damaged"),
        ([1, 2], "damaged"),
    ],
)
def test_a_vocabulary_that_was_changed(
    run: rnnkit.Run, tmp_path: Path, refused: Refused, tokens: object, message: str
):
    copy = rnnkit.Run(tmp_path / "runs" / "texts" / run.path.name)
    shutil.copytree(run.path, copy.path, symlinks=True)
    kept = json.loads(copy.preprocessing.read_text())
    kept["tokens"]["tokens"] = tokens
    copy.preprocessing.write_text(json.dumps(kept))
    (tmp_path / "new.txt").write_text("so good\n")
    found = refused("predict", copy.path, "--data", tmp_path / "new.txt")
    assert "damaged" in found
    assert message in found
