"""Tables of every format, and the line of a row in messages."""

import json

import numpy as np
import pandas as pd
import pytest

from rnnkit.data.tables.table import Range, by_column
from rnnkit.errors import DataError
from tests.data.tables.reading import content, read_table

SKIP = " (data.format.bad_rows: skip leaves such rows out and counts them)"


def table_of(tmp_path, name, content, text=()):
    (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_table(tmp_path / name, text=text)


def test_csv_keeps_text_columns_as_written(tmp_path):
    table = table_of(tmp_path, "a.csv", "a, y\n1,007\n2,NA\n", text=["y"])
    assert content(table) == {"a": [1, 2], "y": ["007", "NA"]}


@pytest.mark.parametrize("text", ["x,y\n1,2\n3,4\r\n5,6\n", "x,y\r\n1,2\r\n3,4\n5,6\r\n"])
def test_lines_that_end_in_two_ways_are_named(tmp_path, text):
    with pytest.raises(DataError, match=r"a\.csv, line 3: ends otherwise than the lines"):
        table_of(tmp_path, "a.csv", text)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_csv_of_other_systems(tmp_path, newline, mark):
    table = table_of(tmp_path, "a.csv", mark + newline.join(["a,y", "1,x", "2,z"]))
    assert content(table) == {"a": [1, 2], "y": ["x", "z"]}


def test_tsv_is_csv_with_tabs(tmp_path):
    table = table_of(
        tmp_path, "a.tsv", 'a\ty\tz\n1\t007\t"x\ty"\n\t1,5\tNA\n2\tNA\t \n', text=["y"]
    )
    [(_, numbers)] = table.numbers(["a"])
    assert numbers.ravel().tolist() == pytest.approx([1, np.nan, 2], nan_ok=True)
    assert table.fields("y") == ["007", "1,5", "NA"]
    assert table.fields("z")[0] == "x\ty"
    assert table.place(2, brief=True) == "line 4"


def test_jsonl_keeps_types_and_skips_blank_lines(tmp_path):
    lines = ['{"a": 1, "y": "1", "day": "2020-01-01"}', "", '{"a": 2.5, "y": "b"}', ""]
    table = table_of(tmp_path, "a.jsonl", "\n".join(lines))
    assert content(table) == {"a": [1, 2.5], "y": ["1", "b"], "day": ["2020-01-01", None]}


def test_parquet_ignores_pandas_index(tmp_path):
    frame = pd.DataFrame({"id": ["a", "b"], "x": [1.5, 2.5]})
    frame.set_index("id").to_parquet(tmp_path / "named.parquet")
    assert set(read_table(tmp_path / "named.parquet").columns) == {"id", "x"}
    frame[::-1].to_parquet(tmp_path / "numbered.parquet")
    table = read_table(tmp_path / "numbered.parquet")
    assert content(table) == {"id": ["b", "a"], "x": [2.5, 1.5]}


def test_places(tmp_path):
    csv = table_of(tmp_path, "a.csv", 'a,y\n1,"two\nlines"\n\n2,z\n3,z\n')
    assert csv.rows == 3
    assert [csv.place(row, brief=True) for row in range(3)] == ["line 3", "line 5", "line 6"]
    assert csv.place(0) == f"{tmp_path / 'a.csv'}, line 3"
    jsonl = table_of(tmp_path, "a.jsonl", '\n{"a": 1}\n\n{"a": 2}\n')
    assert [jsonl.place(row, brief=True) for row in range(2)] == ["line 2", "line 4"]
    pd.DataFrame({"a": [1, 2]}).to_parquet(tmp_path / "a.parquet")
    parquet = read_table(tmp_path / "a.parquet")
    assert parquet.place(1, brief=True) == "row 2"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", "\n\n", " is empty"),
        ("a.csv", "a,y\n", " has no rows of data"),
        (
            "a.csv",
            "a,y,a\n1,2,3\n",
            " has more than one column named 'a': rename them, or state the lines above the header "
            "in data.format.skip_rows",
        ),
        ("a.csv", "a,y\n1,2\n3,4,5\n", ", line 3: more fields than the 2 of the header" + SKIP),
        ("a.csv", "a,y\n1,2,3,4\n5,6\n", ", line 2: more fields than the 2 of the header" + SKIP),
        (
            "a.csv",
            '"a,y"\n1,2\n3,4\n',
            ", line 2: more fields than the 1 of the header: it stands in quotation marks as a "
            "whole" + SKIP,
        ),
        (
            "a.csv",
            b"a,y\n1,2\n3,caf\xe9\n",
            ": it seems to be written in another way than stated: byte 0xe9 in line 3 is not UTF-8"
            ": state the encoding that reads right (cp1252: 'café', cp1250: 'café', cp1254: "
            "'café', cp1251: 'cafй', cp1253: 'cafι'). State how it is "
            'written, under `data:`\n  format: {encoding: "cp1252"}',
        ),
        ("a.tsv", "a\ty\n1\t2\n3\t4\t5\n", ", line 3: more fields than the 2 of the header" + SKIP),
        ("a.jsonl", "\n", " is empty"),
        ("a.jsonl", '{"a": 1}\n\n{"a": 2\n', ", line 3: not JSON: Expecting ',' delimiter"),
        (
            "a.jsonl",
            '{"a": 1}\n[1, 2]\n',
            ', line 2: expected an object, like {"label": "a", "x1": 0.5}',
        ),
        ("a.jsonl", "[" * 100_000 + "\n", ", line 1: not JSON: nested too deep"),
        (
            "a.jsonl",
            b'{"a": "\xff"}\n',
            ", line 1: not JSON: byte 0xff is not UTF-8: save the file as UTF-8 text",
        ),
    ],
)
def test_files_that_are_no_tables(tmp_path, name, content, message):
    with pytest.raises(DataError) as error:
        table_of(tmp_path, name, content)
    assert str(error.value) == f"{tmp_path / name}{message}"


def test_a_piece_of_a_parquet_file(tmp_path):
    pd.DataFrame({"a": np.arange(100.0)}).to_parquet(tmp_path / "a.parquet")
    raw = (tmp_path / "a.parquet").read_bytes()
    for piece in (raw[: len(raw) // 2], b"PAR1", b"not parquet at all"):
        with pytest.raises(DataError, match="cannot be read: "):
            table_of(tmp_path, "b.parquet", piece)


def test_one_format_says_what_the_others_say(tmp_path):
    frame = pd.DataFrame({"x": [0.5, 1.5, -2.0], "y": ["a", "b", "ü"]})
    frame.to_csv(tmp_path / "a.csv", index=False)
    frame.to_csv(tmp_path / "a.tsv", index=False, sep="\t")
    frame.to_parquet(tmp_path / "a.parquet")
    lines = [json.dumps(row) for row in frame.to_dict("records")]
    (tmp_path / "a.jsonl").write_text("\n".join(lines))
    for suffix in ("csv", "tsv", "parquet", "jsonl"):
        table = read_table(tmp_path / f"a.{suffix}", text=["y"])
        assert content(table) == frame.to_dict("list")


def test_columns_of_text_in_a_wide_table_are_read_together(tmp_path):
    names = [f"x{n}" for n in range(120)]
    rows = [",".join(names), ",".join(["1.5", *["-200"] * 119]), ",".join(["NA", *["7"] * 119])]
    (tmp_path / "wide.csv").write_text("\n".join(rows) + "\n")
    table = read_table(tmp_path / "wide.csv", text=names, missing=[-200])
    [(_, matrix)] = table.numbers(names)
    assert matrix[:, :2] == pytest.approx(np.array([[1.5, np.nan], [np.nan, 7]]), nan_ok=True)
    assert all(map(table.reads_as_numbers, names))
    kinds = dict(table.engine.describe(table.as_proposed()))
    assert (kinds["x0"], kinds["x119"]) == ("DOUBLE", "BIGINT")
    assert table.engine.run(table.as_proposed())[1][:2] == (None, 7)
    (tmp_path / "wide.csv").write_text("\n".join([*rows, ",".join([*["7"] * 119, "ten"])]) + "\n")
    table = read_table(tmp_path / "wide.csv", text=names)
    assert not table.reads_as_numbers("x119") and table.reads_as_numbers("x118")
    with pytest.raises(DataError, match="line 4, column 'x119': 'ten' is not a number"):
        list(table.numbers(names))


def test_a_wide_table_knows_the_ranges_of_its_columns(tmp_path):
    names = [f"x{n}" for n in range(120)]
    rows = [names, ["-1"] * 120, ["2"] * 120, [*["3"] * 119, ""]]
    (tmp_path / "wide.csv").write_text("\n".join(map(",".join, rows)) + "\n")
    table = read_table(tmp_path / "wide.csv")
    list(table.numbers(names))
    assert (table.ranges["x0"], table.ranges["x119"]) == (Range(-1, 3, 0), Range(-1, 2, 1))


def test_some_columns_of_a_wide_table(tmp_path):
    """As the features are, where a target or weights stand behind them."""
    names = [f"x{n}" for n in range(120)]
    (tmp_path / "wide.csv").write_text(f"{','.join(names)}\n{','.join(map(str, range(120)))}\n")
    table = read_table(tmp_path / "wide.csv")
    for some in (names[:110], names[3:], names[::-1]):
        [(_, matrix)] = table.numbers(some)
        assert matrix.tolist() == [[float(name[1:]) for name in some]]


@pytest.mark.parametrize("shape", [(1, 1), (3, 2), (5000, 3), (4096, 1), (2, 5000), (0, 4)])
def test_what_is_reduced_by_column_is_what_numpy_makes_of_it(shape):
    matrix = np.random.default_rng(0).normal(size=shape)
    matrix[matrix > 1] = np.nan
    for which in (np.fmin, np.fmax):
        expected = which.reduce(matrix, initial=np.nan)
        assert np.array_equal(by_column(which, matrix), expected, equal_nan=True)
    assert by_column(np.add, np.isnan(matrix)).tolist() == np.isnan(matrix).sum(axis=0).tolist()
