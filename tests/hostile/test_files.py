"""Sources and configs that are no ordinary files."""

import os

import numpy as np
import pytest

from rnnkit.cli.app import run
from tests.hostile.command import write_config

KINDS = [".npz", ".csv", ".parquet", ".jsonl"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_pipe_does_not_hang(tmp_path, refused, kind):
    os.mkfifo(tmp_path / f"p{kind}")
    message = refused("check", write_config(tmp_path, tmp_path / f"p{kind}", label="y"))
    assert "is a device or a pipe: name a file" in message


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("device", ["/dev/zero", "/dev/random"])
def test_an_endless_device(tmp_path, refused, kind, device):
    (tmp_path / f"d{kind}").symlink_to(device)
    message = refused("check", write_config(tmp_path, tmp_path / f"d{kind}", label="y"))
    assert "is a device or a pipe: name a file" in message


@pytest.mark.parametrize("kind", KINDS)
def test_a_folder(tmp_path, refused, kind):
    (tmp_path / f"f{kind}").mkdir()
    message = refused("check", write_config(tmp_path, tmp_path / f"f{kind}", label="y"))
    assert "is a folder without tables: it needs .csv, .tsv" in message


def test_a_config_that_is_a_pipe_or_a_device(tmp_path, refused):
    os.mkfifo(tmp_path / "c.yaml")
    assert "it is a pipe or a device: name a file" in refused("check", tmp_path / "c.yaml")
    (tmp_path / "z.yaml").symlink_to("/dev/zero")
    assert "it is a pipe or a device: name a file" in refused("check", tmp_path / "z.yaml")


def test_links_to_configs_and_data_are_followed(tmp_path, capsys):
    np.savez(tmp_path / "a.npz", x_train=np.ones((4, 2)), y_train=[0, 1, 0, 1])
    (tmp_path / "link.npz").symlink_to("a.npz")
    (tmp_path / "link.yaml").symlink_to(write_config(tmp_path, "link.npz"))
    assert run(["check", str(tmp_path / "link.yaml")]) == 0


def test_a_link_that_leads_to_itself(tmp_path, refused):
    (tmp_path / "l.csv").symlink_to("l.csv")
    assert "cannot be read" in refused("check", write_config(tmp_path, tmp_path / "l.csv"))


@pytest.mark.parametrize(
    "name", ["a\nb.csv", "\x1b]0;t\x07.csv", "ü\u202e.csv", "a" * 300 + ".csv"]
)
def test_strange_names(tmp_path, refused, name):
    message = refused("check", write_config(tmp_path, tmp_path / name, label="y"))
    assert "\x1b" not in message
    assert "\u202e" not in message


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_may_not_be_read(tmp_path, refused, kind):
    (tmp_path / f"f{kind}").write_bytes(b"a,y\n1,2\n")
    (tmp_path / f"f{kind}").chmod(0)
    message = refused("check", write_config(tmp_path, tmp_path / f"f{kind}", label="y"))
    assert "Permission denied" in message
