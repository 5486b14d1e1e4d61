"""Every format says the same of the same rows, with the place of each; and says what is wrong."""

import contextlib
import datetime as dt
import gzip
import json
import sqlite3
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest

from rnnkit.data.tables import FORMATS
from rnnkit.data.tables.files import TableFiles
from rnnkit.errors import DataError
from tests.data.tables.reading import content, read_table

FRAME = pd.DataFrame({"x": [0.5, 1.5, -2.0], "n": [3, 1, 2], "y": ["a", "007", "ü"]})
TS = "@problemName p\n@classLabel true a b\n@data\n# begins\n1,2.5,?:a\n3,4:b\n"
ARFF = (
    "% made\n@relation r\n@attribute 'x y' numeric\n@attribute c {a,'b c'}\n@data\n1.5,a\n?,'b c'\n"
)
CONLLU = """# sent_id = 1
1-2\tdon't\t_\t_\t_\t_\t_\t_\t_\t_
1\tdo\tdo\tAUX\t_\t_\t0\troot\t_\t_
2\tn't\tnot\tPART\t_\t_\t1\tadvmod\t_\t_

1\tGo\tgo\tVERB\t_\t_\t0\troot\t_\t_
"""


def write(path: Path, frame: pd.DataFrame) -> Path:
    kind = path.name.partition(".")[2]
    if kind in ("csv", "tsv"):
        frame.to_csv(path, index=False, sep="\t" if kind == "tsv" else ",")
    elif kind == "csv.gz":
        path.write_bytes(gzip.compress(frame.to_csv(index=False).encode()))
    elif kind == "parquet":
        frame.to_parquet(path)
    elif kind == "jsonl":
        path.write_text("\n".join(json.dumps(row) for row in frame.to_dict("records")))
    elif kind == "json":
        path.write_text(json.dumps(frame.to_dict("records"), indent=1))
    elif kind in ("arrow", "feather"):
        pyarrow.feather.write_feather(pyarrow.Table.from_pandas(frame), path)
    elif kind == "xlsx":
        frame.to_excel(path, index=False)
    elif kind == "sqlite":
        with sqlite3.connect(path) as database:
            frame.to_sql("t", database, index=False)
        database.close()
    return path


@pytest.mark.parametrize(
    ("kind", "place"),
    [
        ("csv", "line 3"), ("csv.gz", "line 3"), ("tsv", "line 3"), ("parquet", "row 2"),
        ("jsonl", "line 2"), ("json", "object 2"), ("arrow", "row 2"), ("feather", "row 2"),
        ("xlsx", "row 3"), ("sqlite", "row 2"),
    ],
)  # fmt: skip
def test_one_format_says_what_the_others_say(tmp_path: Path, kind: str, place: str) -> None:
    table = read_table(write(tmp_path / f"a.{kind}", FRAME), text=["y"])
    assert content(table) == FRAME.to_dict("list")
    [(start, numbers)] = table.numbers(["n", "x"])
    assert (start, numbers.tolist()) == (0, [[3, 0.5], [1, 1.5], [2, -2.0]])
    codes, values, _ = table.codes("y")
    assert (codes.tolist(), values) == ([0, 1, 2], ["a", "007", "ü"])
    assert table.place(1) == f"{tmp_path / f'a.{kind}'}, {place}"


@pytest.mark.parametrize("kind", ["csv.gz", "csv.zst", "tsv.zst"])
def test_packed_text_is_read_as_the_text(tmp_path: Path, kind: str) -> None:
    path, sign = tmp_path / f"a.{kind}", "\t" if kind.startswith("tsv") else ","
    packing = "gzip" if kind.endswith("gz") else "zstd"
    rows = "SELECT * FROM (VALUES (1.5, 'two' || chr(10) || 'lines'), (2, '007')) AS t(x, y)"
    duckdb.execute(f"COPY ({rows}) TO '{path}' (FORMAT csv, DELIM '{sign}', COMPRESSION {packing})")
    table = read_table(path, text=["y"])
    assert content(table) == {"x": [1.5, 2], "y": ["two\nlines", "007"]}
    assert [table.place(row, brief=True) for row in (0, 1)] == ["line 3", "line 4"]


def test_every_format_is_tried_here_or_has_a_test_of_its_own() -> None:
    tried = {
        ".csv",
        ".tsv",
        ".parquet",
        ".jsonl",
        ".json",
        ".arrow",
        ".feather",
        ".xlsx",
        ".sqlite",
    }
    assert {*FORMATS} - tried == {".ods", ".ts", ".arff", ".conllu", ".conll"}


def test_ts(tmp_path: Path) -> None:
    (tmp_path / "a.ts").write_text(TS)
    table = read_table(tmp_path / "a.ts", text=["label"])
    assert table.fields("label") == ["a", "b"]
    assert table.holds_lists("x")
    assert table.fields("x")[1] == [3, 4]
    assert table.place(1, brief=True) == "line 6"


def test_ts_of_several_dimensions_and_without_classes(tmp_path: Path) -> None:
    (tmp_path / "a.ts").write_text("@classLabel false\n@data\n1,2:3,4\n5,6:7,8\n")
    table = read_table(tmp_path / "a.ts")
    assert [*table.columns] == ["x"]
    assert table.fields("x") == [[[1, 3], [2, 4]], [[5, 7], [6, 8]]]


def test_arff(tmp_path: Path) -> None:
    (tmp_path / "a.arff").write_text(ARFF)
    table = read_table(tmp_path / "a.arff", text=["c"])
    assert [*table.columns] == ["x y", "c"]
    [(_, numbers)] = table.numbers(["x y"])
    assert numbers.ravel().tolist() == pytest.approx([1.5, np.nan], nan_ok=True)
    assert table.fields("c") == ["a", "b c"]
    assert table.place(1, brief=True) == "line 7"


def test_conllu(tmp_path: Path) -> None:
    (tmp_path / "a.conllu").write_text(CONLLU)
    table = read_table(tmp_path / "a.conllu", text=["form", "upos"])
    assert table.fields("sentence") == [1, 1, 2]
    assert table.fields("form") == ["do", "n't", "Go"]
    assert table.place(2, brief=True) == "line 6"


def test_conll(tmp_path: Path) -> None:
    (tmp_path / "a.conll").write_text(
        "-DOCSTART- -X- O\n\nEU NNP B-ORG\nrejects VBZ O\n\n\nGo VB O\n"
    )
    table = read_table(tmp_path / "a.conll", text=["column1", "column3"])
    assert table.fields("sentence") == [1, 1, 2]
    assert table.fields("column1") == ["EU", "rejects", "Go"]
    assert table.fields("column3") == ["B-ORG", "O", "O"]
    assert table.place(2, brief=True) == "line 7"


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.conll", "a b\n\na\n", "line 3: 1 field, but the first token has 2"),
        ("a.ts", TS + "1,x:a\n", "line 7: 'x' is not a number"),
        ("a.ts", TS + "1,2:3:a\n", "line 7: its dimensions have 2 and 1 steps"),
        ("a.ts", TS + "(1,2),(2,3):a\n", "line 7: values with time stamps are not read"),
        ("a.arff", ARFF + "1\n", "line 8: 1 field, but the file has 2 attributes"),
        ("a.arff", "@relation r\n", "it has no line @data"),
        ("a.arff", "@attribute r relational\n@data\n", "line 1: expected @attribute, a name"),
        ("a.conllu", "1\tGo\n", "line 1: 2 fields, expected 10 between tabs"),
        ("a.xlsx", "PK", "not a spreadsheet, or only a piece of one"),
        ("a.sqlite", "SQLite format 3\0" + "x" * 500, "not an SQLite database"),
        ("a.arrow", "ARROW1\0\0", "not an Arrow file"),
        ("a.json", '[{"a": 1}, {"a"', "cannot be read"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, name: str, text: str, message: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(DataError) as caught:
        read_table(tmp_path / name, text=["label", "c", "form"])
    assert str(caught.value).startswith(str(tmp_path / name))
    assert message in str(caught.value)


def test_cells_of_a_sheet_that_hold_nothing(tmp_path: Path) -> None:
    frame = pd.DataFrame([["x", "", "", "n"], [0.5, 7, "", 3], [1.5, "", " ", 4], [" "] * 4])
    frame.to_excel(tmp_path / "a.xlsx", index=False, header=False)
    table = read_table(tmp_path / "a.xlsx")
    assert list(table.columns) == ["x", "column2", "n"]
    assert table.fields("n") == [3, 4]
    assert table.place(1, brief=True) == "row 3"
    assert table.notes == [
        "1 column without a name or a value left out", "1 row without any value left out",
    ]  # fmt: skip


def test_a_sheet_that_is_damaged_inside(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    pd.DataFrame({"a": [1.0], "b": [2.0]}).to_excel(path, index=False)
    whole = path.read_bytes()
    for part in range(whole.count(b"PK\3\4")):
        begins = [n for n in range(len(whole)) if whole.startswith(b"PK\3\4", n)][part]
        path.write_bytes(whole[:begins] + b"PK\0\0" + whole[begins + 4 :])
        with contextlib.suppress(DataError):  # what holds no cells may be missing
            assert content(read_table(path)) == {"a": [1], "b": [2]}


def test_a_sheet_may_begin_anywhere(tmp_path: Path) -> None:
    rows = [["", "id", 2019], ["", 101, 1.5], ["", "", ""], ["", "A7", 2.5]]
    pd.DataFrame(rows).to_excel(tmp_path / "a.xlsx", index=False, header=False, startrow=2)
    table = read_table(tmp_path / "a.xlsx", text=["id"])
    assert content(table) == {"id": ["101", "A7"], "2019": [1.5, 2.5]}
    assert table.place(1, brief=True) == "row 6"
    assert "1 row without any value left out" in table.notes


def test_a_title_of_a_sheet_names_no_columns(tmp_path: Path) -> None:
    rows = [["Report", "", ""], ["", "", ""], ["a", "b", "c"], [1, 2, 3]]
    pd.DataFrame(rows).to_excel(tmp_path / "a.xlsx", index=False, header=False)
    with pytest.raises(DataError, match=r"'Report', names no columns .*\n  format: .skip_rows: 2"):
        read_table(tmp_path / "a.xlsx")
    assert content(read_table(tmp_path / "a.xlsx", skip_rows=2)) == {"a": [1], "b": [2], "c": [3]}


@pytest.mark.parametrize("kind", ["sheet", "table"])
def test_one_of_several_has_to_be_named(tmp_path: Path, kind: str) -> None:
    path = tmp_path / ("a.xlsx" if kind == "sheet" else "a.sqlite")
    if kind == "sheet":
        with pd.ExcelWriter(path) as book:
            for name in ("one", "two"):
                FRAME.to_excel(book, sheet_name=name, index=False)
    else:
        with sqlite3.connect(path) as database:
            for name in ("one", "two"):
                FRAME.to_sql(name, database, index=False)
        database.close()
    with pytest.raises(DataError, match=f"has 2 {kind}s, 'one', 'two': name one in data.format"):
        read_table(path)
    with pytest.raises(DataError, match=f"has no {kind} 'tow' .* Did you mean 'two'"):
        read_table(path, **{kind: "tow"})
    assert content(read_table(path, text=["y"], **{kind: "two"})) == FRAME.to_dict("list")


@pytest.mark.parametrize(
    ("text", "options", "expected"),
    [
        ("a;b\n1,5;2\n3;1.000,5\n", {"separator": ";", "decimal": ",", "thousands": "."},
         [[1.5, 2], [3, 1000.5]]),
        ("made by\n\na,b\n1,2\n", {"skip_rows": 1}, [[1, 2]]),
        ("# made\na,b\n1,2\n# then\n3,4\n", {"comment": "#"}, [[1, 2], [3, 4]]),
        ("1,2\n3,4\n", {"header": False}, [[1, 2], [3, 4]]),
        ("a;b;;\n1;2;;\n", {"separator": ";"}, [[1, 2]]),
        ("a,b\n-200,2\n1,?\n", {"missing": ["-200", "?"]}, [[np.nan, 2], [1, np.nan]]),
        ("a,b\n1,2\n3\n4,5\n", {"bad_rows": "skip"}, [[1, 2], [4, 5]]),
        ("a b\n1 2\n", {"separator": " "}, [[1, 2]]),
    ],
)  # fmt: skip
def test_options(
    tmp_path: Path, text: str, options: dict[str, Any], expected: list[list[float]]
) -> None:
    (tmp_path / "a.csv").write_text(text)
    table = read_table(tmp_path / "a.csv", **options)
    [(_, numbers)] = table.numbers([*table.columns])
    np.testing.assert_array_equal(numbers, expected)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "latin-1", "cp1250", "cp1252"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.csv").write_bytes("x,y\n1,ü\n2,é\n".encode(encoding))
    table = read_table(tmp_path / "a.csv", text=["y"], encoding=encoding)
    assert content(table) == {"x": [1, 2], "y": ["ü", "é"]}
    assert table.place(1, brief=True) == "line 3"
    found = encoding if "16" in encoding else "cp1252"
    with pytest.raises(DataError, match=f'  format: {{encoding: "{found}"}}$'):
        read_table(tmp_path / "a.csv")


def test_rows_that_are_left_out_are_counted(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('a,b,c\n1,2,0\n3\n4,5,0\n6,7,0,8\n9,"x\ny",0\n')
    table = read_table(tmp_path / "a.csv", text=["b"], bad_rows="skip")
    assert table.fields("a") == [1, 4, 9]
    [note] = table.notes
    assert note.startswith("2 rows left out (format.bad_rows: skip): ")
    assert "line 3: 1 field, but the header has 3" in note
    assert [table.place(row, brief=True) for row in range(3)] == ["line 2", "line 4", "line 7"]


def test_several_files_are_one_table(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", FRAME)
    write(tmp_path / "b.csv", FRAME[["y", "x", "n"]])
    found = TableFiles([tmp_path / "a.csv", tmp_path / "b.csv"])
    table = found.read(numbers=["x", "n"], text=["y"])
    assert table.fields("x") == FRAME["x"].tolist() * 2
    assert table.fields("y") == FRAME["y"].tolist() * 2
    assert table.place(4) == f"{tmp_path / 'b.csv'}, line 3"
    write(tmp_path / "b.csv", FRAME.rename(columns={"n": "m"}))
    with pytest.raises(
        DataError, match=r"b\.csv has other columns than .*a\.csv.*: 'm', 'n'; name the files"
    ):
        TableFiles([tmp_path / "a.csv", tmp_path / "b.csv"])


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ([1, 2], [2.5], [1.0, 2.0, 2.5]),
        ([2.5], [1, 2], [2.5, 1.0, 2.0]),
        ([True, False], [5], [1, 0, 5]),
        ([1, 2], [" 04"], ["1", "2", " 04"]),
        ([None], ["a"], [None, "a"]),
        ([dt.date(2020, 1, 1)], [dt.datetime(2020, 1, 1, 12)],
         [dt.datetime(2020, 1, 1), dt.datetime(2020, 1, 1, 12)]),
        ([dt.datetime(2020, 1, 1)], [dt.datetime(2020, 1, 1, tzinfo=dt.UTC)],
         ["2020-01-01 00:00:00", "2020-01-01 00:00:00+00"]),
        ([1.5], [2**60 + 1], "b.parquet: column 'x' is of type bigint, in files before it double"),
    ],
)  # fmt: skip
def test_files_of_one_table_with_other_types(
    tmp_path: Path, first: list[Any], second: list[Any], expected: list[Any] | str
) -> None:
    """The engine would make 2 of 2.5, and True of 5, where the first file says which type it is."""
    files = [tmp_path / "a.parquet", tmp_path / "b.parquet"]
    for file, values in zip(files, (first, second), strict=True):
        pq.write_table(pa.table({"x": pa.array(values)}), file)
    if isinstance(expected, str):
        with pytest.raises(DataError, match=expected):
            TableFiles(files).read(numbers=["x"], text=())
    else:
        assert TableFiles(files).read(numbers=["x"], text=()).fields("x") == expected


@pytest.mark.parametrize("missing", [[], [(None,)]])
def test_whole_numbers_of_a_database_beyond_a_float(tmp_path: Path, missing: list[Any]) -> None:
    with sqlite3.connect(tmp_path / "a.sqlite") as database:
        database.execute("CREATE TABLE t (id INTEGER)")
        rows = [(2**60,), (2**60 + 1,), *missing]
        database.executemany("INSERT INTO t VALUES (?)", rows)
    database.close()
    found = read_table(tmp_path / "a.sqlite")
    assert content(found) == {"id": [2**60, 2**60 + 1, *(None for _ in missing)]}


def test_bytes_of_a_database_are_no_text(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "a.sqlite") as database:
        database.execute("CREATE TABLE t (n INTEGER)")
        database.execute("INSERT INTO t VALUES (?)", (np.int64(7).tobytes(),))
    database.close()
    with pytest.raises(DataError, match="column 'n' holds bytes: expected one value a row"):
        read_table(tmp_path / "a.sqlite", text=["n"]).codes("n")


@pytest.mark.parametrize("kind", ["parquet", "arrow"])
def test_an_index_that_tells_more_than_the_row_stays(tmp_path: Path, kind: str) -> None:
    days = pd.DatetimeIndex(["2020-01-01", "2020-01-03"])
    path = write(tmp_path / f"days.{kind}", pd.DataFrame({"x": [1, 2]}, index=days))
    assert read_table(path).kinds["__index_level_0__"].startswith("TIMESTAMP")
    numbered = read_table(write(tmp_path / f"n.{kind}", FRAME.take([2, 0, 1])))
    assert list(numbered.columns) == ["x", "n", "y"]
    assert numbered.notes == ["column '__index_level_0__' left out: pandas's numbers of the rows"]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.jsonl", '{"x": 1, "x": 2}\n', "line 1: it has more than one value for 'x': keep one"),
        ("a.json", '[{"x": 1}, {"x": 1, "x": 2}]', "object 2: it has more than one value for 'x'"),
        ("a.json", ' {"x": {"0": 1}}', "expected a list of objects"),
        ("a.json", '{"x": 1}\n{"x": 2}\n', "an object a line is a .jsonl file"),
    ],
)
def test_json_of_another_form(tmp_path: Path, name: str, text: str, message: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(DataError, match=message):
        read_table(tmp_path / name)


def test_a_large_file_is_looked_through_in_pieces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is mapped counts as the process's memory."""
    monkeypatch.setattr("mmap.mmap", None)
    monkeypatch.setattr("rnnkit.data.tables.csv_file.SCAN", 4)
    path = tmp_path / "a.csv"
    path.write_text("x,y\n1,2\n3,4\n5,6\n")
    assert read_table(path).rows == 3
    path.write_text('x,y\n1,a\n2,"b\n3,c\n4,d"\n')
    with pytest.raises(DataError, match="line 3: a quotation mark opens here"):
        read_table(path, text=["y"])
