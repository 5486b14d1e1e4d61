""".npz files that declare more than they hold, or hold what must not be opened."""

import io
import pickle
import struct
import zipfile

import numpy as np
import pytest

from tests.hostile.command import write_config


class Touch:
    def __reduce__(self):
        return open, ("pwned", "w")


def archive(path, header: str, content: bytes = b"", kind=zipfile.ZIP_STORED):
    """An .npz whose x_train has this header."""
    raw = header.encode() + b"\n"
    with zipfile.ZipFile(path, "w", kind) as file:
        file.writestr(
            "x_train.npy", b"\x93NUMPY\x01\x00" + struct.pack("<H", len(raw)) + raw + content
        )
        labels = io.BytesIO()
        np.save(labels, np.array([0, 1]))
        file.writestr("y_train.npy", labels.getvalue())
    return path


@pytest.mark.parametrize(
    "shape",
    ["(1000000000000, 8)", "(-1, 4)", "(-4, -4)", "(9223372036854775807, 9)", "(2**70,)",
     "(1.5, 2)", "(4294967296, 4294967296, 2)", "('a',)", "None"],
)  # fmt: skip
@pytest.mark.parametrize("kind", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_shapes_that_cannot_be(tmp_path, refused, shape, kind):
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}}}"
    path = archive(tmp_path / "a.npz", header, b"\0" * 64, kind)
    assert "x_train is damaged" in refused("check", write_config(tmp_path, path))


@pytest.mark.parametrize("descr", ["'|O'", "[('a', '|O')]"])
def test_pickles_are_not_opened(tmp_path, refused, descr, monkeypatch):
    monkeypatch.chdir(tmp_path)
    header = f"{{'descr': {descr}, 'fortran_order': False, 'shape': (1, 2)}}"
    path = archive(tmp_path / "a.npz", header, pickle.dumps(Touch()))
    assert "holds Python objects, which could run code" in refused(
        "check", write_config(tmp_path, path)
    )
    assert not (tmp_path / "pwned").exists()


def test_a_bomb_of_zeros(tmp_path, refused, monkeypatch):
    """Two gigabytes in two megabytes: larger than the memory, so it is not unpacked."""
    monkeypatch.setattr("rnnkit.data.npz.ram_size", lambda: 1_000_000_000)
    monkeypatch.setattr("rnnkit.data.ram.ram_size", lambda: 1_000_000_000)
    header = "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 1000, 50000)}"
    path = tmp_path / "a.npz"
    archive(path, header, bytes(100_000_000), zipfile.ZIP_DEFLATED)
    assert path.stat().st_size < 200_000
    monkeypatch.setattr("rnnkit.data.npz.ram_size", lambda: 50_000_000)
    monkeypatch.setattr("rnnkit.data.ram.ram_size", lambda: 50_000_000)
    train = refused("train", write_config(tmp_path, path), "--dry-run")
    assert "too large for the RAM and must be converted" in train


@pytest.mark.parametrize(
    "name", ["../x_train.npy", "/x_train.npy", "..\\x_train.npy", "a/../../b.npy"]
)
def test_names_that_lead_out_of_the_archive(tmp_path, refused, name):
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as file:
        file.writestr(name, b"anything")
    assert "no array 'x_train'" in refused("check", write_config(tmp_path, tmp_path / "a.npz"))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.npz", "config.yaml"]


def test_a_table_of_contents_of_half_a_gigabyte(tmp_path, refused):
    size = 500_000_000
    with (tmp_path / "a.npz").open("wb") as file:
        file.truncate(size)
        file.seek(size)
        file.write(struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 65535, 65535, size, 0, 0))
    message = refused("check", write_config(tmp_path, tmp_path / "a.npz"))
    assert "its table of contents has 500,000,000 bytes: too many arrays" in message


def test_one_name_twice(tmp_path, refused):
    with pytest.warns(UserWarning), zipfile.ZipFile(tmp_path / "a.npz", "w") as file:
        file.writestr("x_train.npy", b"one")
        file.writestr("x_train.npy", b"another")
    assert "no array 'y_train'" in refused("check", write_config(tmp_path, tmp_path / "a.npz"))
