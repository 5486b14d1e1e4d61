"""Damaged and hostile .npz files are refused before memory is given to them."""

import io
import zipfile

import numpy as np
import pytest

from rnnkit.data import npz
from rnnkit.errors import DataError


def with_header(path, header: bytes, content: bytes = b"", version=b"\x01\x00"):
    """An .npz whose array `x` has this header, whatever follows."""
    size = len(header).to_bytes(2 if version == b"\x01\x00" else 4, "little")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.npy", b"\x93NUMPY" + version + size + header + content)
    return path


def read(path):
    with npz.open_arrays(path) as file:
        return file.read("x")


def message_of(path) -> str:
    with pytest.raises(DataError) as error:
        read(path)
    assert str(error.value).startswith(f"{path}: ")
    return str(error.value).removeprefix(f"{path}: ")


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_reads_what_numpy_saves(tmp_path, save):
    array = np.arange(6.0).reshape(2, 3)
    save(tmp_path / "a.npz", x=array, y=array[0], z=np.array(["a", "bc"]))
    with npz.open_arrays(tmp_path / "a.npz") as file:
        assert file.names == ["x", "y", "z"]
        assert file.header("x") == ((2, 3), np.float64)
        assert (file.read("x") == array).all()
        assert file.read("z").tolist() == ["a", "bc"]


def test_fortran_order(tmp_path):
    array = np.asfortranarray(np.arange(6).reshape(2, 3))
    np.savez(tmp_path / "a.npz", x=array)
    assert (read(tmp_path / "a.npz") == array).all()


def test_objects_are_refused(tmp_path):
    np.savez(tmp_path / "a.npz", x=np.array([{"a": 1}], object))
    assert message_of(tmp_path / "a.npz") == (
        "x holds Python objects, which could run code when read: save arrays of numbers or text"
    )


@pytest.mark.parametrize("version", [b"\x01\x00", b"\x02\x00"])
def test_a_header_that_declares_more_than_the_file_holds(tmp_path, version):
    header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000, 8)}\n"
    path = with_header(tmp_path / "a.npz", header, b"\0" * 64, version)
    assert message_of(path) == (
        "x is damaged: its header declares (1000000000000, 8) float64, 64,000,000,000,000 bytes, "
        "and the file does not hold them"
    )


def test_a_zip_entry_that_declares_more_than_deflate_can_hold(tmp_path):
    header = b"{'descr': '|u1', 'fortran_order': False, 'shape': (1000000000,)}\n"
    path = with_header(tmp_path / "a.npz", header, b"\0" * 100)
    raw = path.read_bytes()
    size = 10 + len(header)
    claimed = (size + 10**9).to_bytes(4, "little")
    path.write_bytes(raw.replace((size + 100).to_bytes(4, "little"), claimed))
    assert "x is damaged: its header declares (1000000000,) uint8" in message_of(path)


def test_more_than_the_memory(tmp_path, monkeypatch):
    np.savez(tmp_path / "a.npz", x=np.zeros(1000))
    monkeypatch.setattr(npz, "ram_size", lambda: 4000)
    assert message_of(tmp_path / "a.npz") == (
        "x has 8,000 bytes, more than this machine's RAM (4,000 bytes)"
    )


@pytest.mark.parametrize(
    "header",
    [b"{'descr': '<f8'}\n", b"not a header\n", b"", b"{'shape': (-1,)}", b"{" * 500],
)
def test_headers_that_are_none(tmp_path, header):
    assert message_of(with_header(tmp_path / "a.npz", header)).startswith("x is damaged: ")


def test_an_unknown_format_version(tmp_path):
    path = with_header(tmp_path / "a.npz", b"{}", version=b"\x03\x00")
    assert message_of(path) == "x is damaged: unknown format version (3, 0)"


def test_every_truncation_is_found(tmp_path):
    whole = io.BytesIO()
    np.savez_compressed(whole, x=np.arange(200) % 7)
    raw = whole.getvalue()
    path = tmp_path / "a.npz"
    for size in range(1, len(raw), 11):
        path.write_bytes(raw[:size])
        assert "not an .npz file, or only a piece of one" in message_of(path)


def test_a_changed_byte_is_found(tmp_path):
    np.savez(tmp_path / "a.npz", x=np.zeros(1000, np.uint8))
    raw = bytearray((tmp_path / "a.npz").read_bytes())
    raw[600] = 1
    (tmp_path / "a.npz").write_bytes(raw)
    assert message_of(tmp_path / "a.npz") == "x is damaged: Bad CRC-32 for file 'x.npy'"


def test_an_encrypted_array(tmp_path):
    np.savez(tmp_path / "a.npz", x=np.zeros(3))
    raw = (tmp_path / "a.npz").read_bytes()
    local, central = raw.index(b"PK\x03\x04") + 6, raw.index(b"PK\x01\x02") + 8
    flagged = bytearray(raw)
    flagged[local] |= 1
    flagged[central] |= 1
    (tmp_path / "a.npz").write_bytes(flagged)
    assert "x cannot be read: " in message_of(tmp_path / "a.npz")
