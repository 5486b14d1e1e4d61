"""Tables that would take the machine's time or memory, or that are text of another kind."""

import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rnnkit.data import ram as memory
from rnnkit.data.tables import delimited, engine
from tests.hostile.command import write_config


@pytest.fixture
def said(tmp_path, refused):
    """What `check` says of a file with this content."""

    def call(name: str, content: bytes = b"", **options: object) -> str:
        path = tmp_path / name
        if content:
            path.write_bytes(content)
        options = {"label": "y", **options}
        return refused("check", write_config(tmp_path, path, **options))

    return call


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"," * 3_000_000, "has 3,000,001 columns, more than 100,000"),
        (b"a" * 20_000_000, "field larger than field limit"),
        (b"a," * 10_000_000, "has 10,000,001 columns, more than 100,000"),
        (b"x" * 5000 + b",y\n1,2\n", "has a column whose name has 5,000 characters"),
        (b"x,y\n1,a\n2,\xff\xfe\n", "byte 0xff in line 3 is not UTF-8"),
        ("x,y\n1,a\n".encode("utf-16"), "its encoding is UTF-16"),
        (b"\x00" * 1000, ""),
        (b"x,y\n" + b'"' * 300_001, ""),
        (b"x,y\n1e999,a\n2,b\n", "inf is not a finite float32 number"),
        (b"x,y\n" + b"9" * 400 + b",a\n2,b\n", "is not a finite float32 number"),
        (b"PK\x03\x04", "it is a ZIP file"),
    ],
)  # fmt: skip
def test_csv(said, content, message):
    assert message in said("t.csv", content)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"x": ' + b"[" * 100_000 + b"\n", "not JSON: nested too deep"),
        (b'{"x": ' + b"[" * 12_000 + b"]" * 12_000 + b', "y": 1}\n', "nested too deep"),
        (b'{"x": 1, "y": "a"}\n{"x": ', "line 2: not JSON"),
        (b"[1, 2]\n", "line 1: expected an object"),
        (b"1], [2\n", "line 1: not JSON"),
        (b'{"x": ' + b"9" * 5000 + b', "y": "a"}\n', ""),
        (b'{"x": NaN, "y": "a"}\n{"x": 1, "y": "b"}\n', "no value"),
        (b'{"x": {"a": 1}, "y": "a"}\n', "is not a number"),
        (b'{"x": 1, "y": ["a"]}\n', "holds lists or objects"),
        (b'\xff{"x": 1}\n', "byte 0xff is not UTF-8"),
        (b'{"x": "\\ud800", "y": "a"}\n', "is no text"),
        (b'{"x": 1, "y": "\\ud800"}\n{"x": 1, "y": "b"}\n', "is no text"),
    ],
)
def test_jsonl(said, content, message):
    assert message in said("t.jsonl", content)


def test_jsonl_with_a_new_column_in_every_line(said):
    lines = "".join(json.dumps({f"c{n}": 1}) + "\n" for n in range(100_001))
    assert "has 100,001 columns, more than 100,000" in said("t.jsonl", lines.encode())


def test_a_parquet_dictionary_that_expands_without_end(said, tmp_path, monkeypatch):
    """One megabyte of text, ten thousand times: 10 GB from a file of 1 MB."""
    words = pa.DictionaryArray.from_arrays(np.zeros(10_000, np.int32), ["w" * 1_000_000])
    table = pa.table({"x": np.ones(10_000), "w": words})
    pq.write_table(table, tmp_path / "t.parquet", store_schema=False)
    assert (tmp_path / "t.parquet").stat().st_size < 3_000_000
    monkeypatch.setattr(engine, "LEAST_SPILLED", 100_000_000)
    assert "too little RAM or disk to read it" in said("t.parquet", label="w")


@pytest.mark.parametrize("keep", [0.2, 0.5, 0.9, 0.99])
def test_a_piece_of_a_parquet_file(said, tmp_path, keep):
    pd.DataFrame({"x": np.arange(1000.0), "y": ["a", "b"] * 500}).to_parquet(tmp_path / "t.parquet")
    raw = (tmp_path / "t.parquet").read_bytes()
    assert "cannot be read" in said("t.parquet", raw[: int(keep * len(raw))])


@pytest.fixture(params=[4, 1 << 60], ids=["memory", "disk"])
def share(request, monkeypatch):
    """In memory, and as what is larger than it is read."""
    monkeypatch.setattr(memory, "SHARE", request.param)


@pytest.mark.parametrize("place", [b"\xff,y\n1,a\n", b"x,y\n1,a\n2,\xff\n", b"x,y\n1,\xc3\n"])
def test_csv_that_is_no_text(said, share, monkeypatch, place):
    monkeypatch.setattr(delimited, "SCAN", 3)
    line = place[: place.find(b"\xff")].count(b"\n") + 1 if b"\xff" in place else 2
    assert f"in line {line} is not UTF-8" in said("t.csv", place)
    late = b"x,y\n" + b"1,a\n" * 300_000  # beyond what is looked at before reading
    assert f"t.csv, line {line + 300_001:,}: byte 0x" in said("t.csv", late + place)


def not_utf8(kind: str = "plain") -> pa.Array:
    """Four rows of text; the third ends in a byte of Latin-1."""
    raw = pa.array([b"a", b"b", b"caf\xe9", b"b"])
    text = pa.Array.from_buffers(pa.string(), 4, raw.buffers())
    if kind == "list":
        return pa.ListArray.from_arrays(range(5), text)
    return text.dictionary_encode() if kind == "category" else text


@pytest.mark.parametrize("kind", ["plain", "list", "category"])
@pytest.mark.parametrize(
    ("column", "options"),
    [("y", {}), ("i", {"id": "i"}), ("t", {"id": "i", "time": "t"})],
)
def test_parquet_text_that_is_not_utf8(said, share, tmp_path, column, options, kind):
    columns = {"x": [1.0, 2.0, 3.0, 4.0], "y": ["a", "b", "a", "b"], "i": ["a", "b", "c", "d"]}
    rows = pa.table({**columns, "t": [1, 2, 3, 4], column: not_utf8(kind)})
    pq.write_table(rows, tmp_path / "t.parquet", row_group_size=2)
    message = said("t.parquet", features=["x"], **options)
    assert f"t.parquet, row 3, column '{column}': \"caf\\xE9\" is not UTF-8" in message


def test_a_parquet_column_whose_name_is_not_utf8(said, tmp_path):
    pq.write_table(pa.table({"xyz": [1.0], "y": ["a"]}), tmp_path / "t.parquet")
    raw = (tmp_path / "t.parquet").read_bytes().replace(b"xyz", b"x\xe9z")
    assert "a name or text in it is not UTF-8" in said("t.parquet", raw)


def test_a_csv_row_without_end(said, share):
    assert "field larger than field limit" in said("t.csv", b"x,y\n1,a\n" + b"9" * 40_000_000)


@pytest.mark.parametrize(
    ("role", "options"),
    [
        ("y", {"features": ["x"]}),
        ("i", {"id": "i"}),
        ("t", {"id": "y", "time": "t", "features": ["x"]}),
    ],
)
@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([1, 2], "holds lists or objects: expected one value a row"),
        ([1], "holds lists or objects: expected one value a row"),
        ({"a": 1}, "holds lists or objects: expected one value a row"),
        (b"\xff", "holds bytes: expected one value a row"),
    ],
)
@pytest.mark.parametrize("kind", [".jsonl", ".parquet"])
def test_fields_that_are_no_single_value(
    said, share, tmp_path, role, options, value, message, kind
):
    if kind == ".jsonl" and isinstance(value, bytes):
        pytest.skip("JSON has no bytes")
    row = {"x": 1.0, "y": "a", "i": "one", "t": 0, role: value}
    frame = pd.DataFrame([row, row, row])
    if kind == ".jsonl":
        frame.to_json(tmp_path / "t.jsonl", orient="records", lines=True)
    else:
        frame.to_parquet(tmp_path / "t.parquet")
    assert f"column '{role}' {message}" in said(f"t{kind}", **options)
