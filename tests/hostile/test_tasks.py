"""Broken data for the tasks beside classification: refused with a message, and soon."""

import io
import json
import os
import struct
import zipfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

LAYERS = {
    "classification": [{"lstm": {"units": 2}}, {"dense": {"units": 2}}],
    "texts": [{"embedding": {"output_dim": 4}}, {"lstm": {"units": 2}}, "dense"],
    "next_token": [{"embedding": {"output_dim": 4}}, {"lstm": {"units": 2}}, "dense"],
    "tagging": [{"embedding": {"output_dim": 4}}, {"lstm": {"units": 2}}, "dense"],
    "forecasting": [{"lstm": {"units": 2}}, "dense"],
    "next_frame": [{"lstm": {"units": 2}}, "dense"],
    "regression": [{"lstm": {"units": 2}}, "dense"],
}


def config(task: str, source: Path) -> Path:
    data: dict[str, object] = {"source": str(source)}
    if task == "forecasting":
        data |= {"time": "t", "target": "y", "lookback": 2, "horizon": 1}
    if task == "regression" and source.suffix != ".npz":
        data |= {"target": "y", "id": "i", "time": "t", "window": 2}
    if task == "next_token":
        data |= {"split": {"validation": 0.2}}
        is_text = source.suffix == ".txt" or source.is_dir()
        data |= {"level": "character" if is_text else "item"} | ({} if is_text else {"token": "t"})
    if task == "tagging" and source.suffix != ".txt":
        data |= {"token": "form", "tag": "upos"}
        data |= {"sequence": "s"} if source.suffix == ".csv" else {}
    path = source.parent / "config.yaml"
    values: dict[str, Any] = {
        "version": 1,
        "name": "hostile",
        "task": task,
        "data": data,
        "model": {"layers": LAYERS[task]},
        "training": {"epochs": 1, "batch_size": 4, "optimizer": "adam"},
    }
    if data.get("level") == "character":
        values["training"]["window"] = 4
    path.write_text(json.dumps(values))
    return path


def npy(shape: str, descr: str = "'<f4'", content: bytes = bytes(64)) -> bytes:
    header = f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}}}\n".encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + content


def npz(shape: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("x.npy", npy(shape))
    return buffer.getvalue()


BROKEN = [
    ("next_token", "a.txt", bytes(100)),
    ("next_token", "a.txt", b"abc\xff\xfe"),
    ("next_token", "a.jsonl", b'{"text": ' + b"[" * 100_000),
    ("next_token", "a.csv", b"," * 3_000_000),
    ("next_token", "a.parquet", b"PAR1" + b"\xff" * 50),
    ("tagging", "a.txt", bytes(100)),
    ("tagging", "a.txt", b"?! -- .\n"),
    ("tagging", "a.txt", b"so it is\n"),
    ("tagging", "a.csv", b"," * 3_000_000),
    ("tagging", "a.csv", b"s,form,upos\n1,,X\n1,a,Y\n"),
    ("tagging", "a.csv", b"s,form,upos\n1,a,\n1,a,Y\n"),
    ("tagging", "a.conllu", b"1\ta\n"),
    ("tagging", "a.conllu", b"# nothing but this\n"),
    ("forecasting", "a.csv", b"," * 3_000_000),
    ("forecasting", "a.csv", b"t,y\n2020-01-01," + b"9" * 400 + b"\n2020-01-02,3\n"),
    ("forecasting", "a.csv", b"t,y\n99999999999-01-01,1\n"),
    ("forecasting", "a.csv", b"t,y\n\x1b[2J,1\n"),
    ("forecasting", "a.jsonl", b'{"t": "\\ud800", "y": 1}\n'),
    ("regression", "a.npz", npz("(1000000000000, 8)")),
    ("regression", "a.npz", npz("(2, 3, 4)")),
    ("regression", "a.csv", b"," * 3_000_000),
    ("regression", "a.csv", b"i,t,y,x\n1,1,1,1\n1,2," + b"9" * 400 + b",2\n"),
    ("regression", "a.csv", b"i,t,y,x\n1,1,inf,1\n1,2,2,2\n"),
    ("regression", "a.csv", b"i,t,y,x\n1,1,\x1b[2J,1\n1,2,2,2\n"),
    ("regression", "a.jsonl", b'{"i": "\\ud800", "t": 1, "y": 1, "x": 2}\n'),
    ("regression", "a.parquet", b"PAR1" + b"\xff" * 50),
    ("next_frame", "a.npz", npz("(1000000000000, 8)")),
    ("next_frame", "a.npz", npz("(-4, -4)")),
    ("next_frame", "a.npy", npy("(1000000000000, 8)")),
    ("next_frame", "a.npy", npy("(-4, -4)")),
    ("next_frame", "a.npy", npy(f"({'9' * 3000},)")),
    ("next_frame", "a.npy", npy("(2,)", "'|O'")),
    ("next_frame", "a.npy", npy("(2, 3, 4)", content=bytes(10))),
    ("next_frame", "a.npy", b"\x93NUMPY\x01\x00\xff\xff" + b"(" * 65535),
    ("next_frame", "a.npy", npy("(2,")),
    ("next_frame", "a.npy", npz("(2, 3, 4)")),
    ("next_frame", "a.npy", b"\x80\x04\x8c\x02os\x94."),
]


@pytest.mark.parametrize(
    ("task", "name", "content"), BROKEN, ids=[f"{t}-{n}-{i}" for i, (t, n, _) in enumerate(BROKEN)]
)
@pytest.mark.filterwarnings("ignore:overflow:RuntimeWarning")  # numpy's, of shapes like 10^12
def test_broken_files(tmp_path, refused, task, name, content):
    (tmp_path / name).write_bytes(content)
    message = refused("check", config(task, tmp_path / name))
    assert f"{tmp_path / name}" in message.partition("\n")[0]
    assert "\x1b" not in message


@pytest.mark.parametrize("task", ["next_token", "forecasting"])
def test_parquet_text_that_is_not_utf8(tmp_path, refused, task):
    times = pa.array([b"2020-01-01", b"2020-01-0\xe9", b"2020-01-03"])
    text = pa.Array.from_buffers(pa.string(), 3, times.buffers())
    pq.write_table(pa.table({"t": text, "y": [1.0, 2.0, 3.0]}), tmp_path / "a.parquet")
    message = refused("check", config(task, tmp_path / "a.parquet"))
    assert "a.parquet, row 2, column 't': \"2020-01-0\\xE9\" is not UTF-8" in message


@pytest.mark.parametrize("target", [None, "/dev/zero"])
def test_a_folder_of_texts_with_a_pipe_or_a_device(tmp_path, refused, target):
    folder = tmp_path / "texts"
    folder.mkdir()
    os.mkfifo(folder / "a.txt") if target is None else (folder / "a.txt").symlink_to(target)
    assert "a.txt: cannot be read: it is a pipe or a device" in refused(
        "check", config("next_token", folder)
    )


def test_a_tune_of_years(tmp_path, refused):
    pytest.importorskip("mido")
    events = b"\x00\x90\x40\x40\xff\xff\xff\x7f\x80\x40\x40\x00\xff\x2f\x00"
    head = b"MThd\x00\x00\x00\x06\x00\x00\x00\x01\x00\x01MTrk" + struct.pack(">I", len(events))
    folder = tmp_path / "tunes"
    folder.mkdir()
    (folder / "a.mid").write_bytes(head + events)
    assert "seconds, more than 86,400" in refused("check", config("next_frame", folder))


@pytest.mark.parametrize("verb", ["check", "train"])
def test_a_tune_of_a_terabyte(tmp_path, refused, verb):
    folder = tmp_path / "tunes"
    folder.mkdir()
    with (folder / "a.mid").open("wb") as file:
        file.truncate(1 << 40)
    message = refused(verb, config("next_frame", folder))
    assert "bytes: a MIDI file has 1,048,576 at most" in message


def test_a_tune_that_is_a_pipe(tmp_path, refused):
    folder = tmp_path / "tunes"
    folder.mkdir()
    os.mkfifo(folder / "a.mid")
    assert "has no tunes" in refused("check", config("next_frame", folder))
