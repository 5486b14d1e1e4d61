"""What counts as a label, in each format."""

import datetime

import pandas as pd
import pytest

from rnnkit.config.tables import TableFormat
from rnnkit.data.labelled.grouped import read_labels
from rnnkit.data.labelled.section import LabelledData
from rnnkit.data.labelled.spelling import EXPECTED
from rnnkit.data.labelled.tables import read_parts
from rnnkit.data.numbers import factorize
from rnnkit.data.tables.engine import Engine
from rnnkit.data.tables.files import TableFiles
from rnnkit.errors import DataError
from tests.data.tables.reading import read_table


def csv(tmp_path, *labels):
    (tmp_path / "a.csv").write_text("\n".join(["y,x", *(f"{label},0" for label in labels)]))
    return read_table(tmp_path / "a.csv", text=["y"])


def parquet(tmp_path, labels):
    pd.DataFrame({"y": labels}).to_parquet(tmp_path / "a.parquet")
    return read_table(tmp_path / "a.parquet", text=["y"])


def values_of(table):
    return read_labels(table, "y").values


@pytest.mark.parametrize(
    ("written", "values"),
    [
        (["2", "0", "2", "-1"], (2, 0, -1)),
        (["b", "a", "b"], ("b", "a")),
        (["007", "008"], ("007", "008")),
        (["1", "two"], ("1", "two")),
        (["1.5", "x"], ("1.5", "x")),
        (["NA", "None", "nan"], ("NA", "None", "nan")),
        (["True", "false", "TRUE"], ("true", "false")),
        (["true", "maybe"], ("true", "maybe")),
        (["1.0", "2", "1", "-3.00"], (1, 2, -3)),
        (["1.0000000e+00", "-2.0000000e+01"], (1, -20)),
        (["Sit ", "\u00a0sit", "Sit"], ("Sit", "sit")),
        (["cafe\u0301", "caf\u00e9"], ("caf\u00e9",)),
        (["12345678901234567890", "1"], ("12345678901234567890", "1")),
    ],
)
def test_csv_labels_are_integers_when_all_are_written_so(tmp_path, written, values):
    assert values_of(csv(tmp_path, *written)) == values


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ([2, 0, 2], (2, 0)),
        (["2", "0", "2"], ("2", "0")),
        ([True, False], ("true", "false")),
        (["True", "FALSE"], ("true", "false")),
        ([1.0, 0.0], (1, 0)),
        (["1.0", "2"], (1, 2)),
        (["b ", "b", " a"], ("b", "a")),
        (pd.Categorical(["b", "a"], ["a", "b"]), ("b", "a")),
        (pd.array([3, 4], "Int8"), (3, 4)),
    ],
)
def test_typed_labels_keep_their_type(tmp_path, column, values):
    found = values_of(parquet(tmp_path, column))
    assert found == values
    assert [type(value) for value in found] == [type(value) for value in values]


def test_numbers_by_first_appearance(tmp_path):
    codes, values, first = factorize(csv(tmp_path, "b", "a", "b"), "y")
    assert codes.tolist() == [0, 1, 0]
    assert values == ["b", "a"]
    assert first.tolist() == [0, 1]


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (["1", "2.5", "3"], f"line 3, column 'y': 2.5: {EXPECTED}"),
        (["1", "2e3"], f"line 3, column 'y': 2e3: {EXPECTED}"),
        (["a", "", "b", ""], "line 3, column 'y': no value (2 such rows)"),
    ],
)
def test_csv_labels_that_are_none(tmp_path, written, message):
    with pytest.raises(DataError) as error:
        values_of(csv(tmp_path, *written))
    assert str(error.value) == f"{tmp_path / 'a.csv'}, {message}"


@pytest.mark.parametrize(
    ("column", "message"),
    [
        (["a", " "], ", row 2, column 'y': no value but white space"),
        ([1.0, 2.5], f", row 2, column 'y': 2.5: {EXPECTED}"),
        ([1, None], ", row 2, column 'y': no value (1 such row)"),
        (
            [datetime.date(2020, 1, 2)],
            f", row 1, column 'y': 2020-01-02 00:00:00: {EXPECTED}",
        ),
        ([[1], [2]], ": column 'y' holds lists or objects: expected one value a row"),
    ],
)
def test_typed_labels_that_are_none(tmp_path, column, message):
    with pytest.raises(DataError) as error:
        values_of(parquet(tmp_path, column))
    assert str(error.value) == f"{tmp_path / 'a.parquet'}{message}"


@pytest.mark.parametrize(
    ("written", "notes"),
    [
        (["a", "b", "a"], []),
        (
            ["Sit", "Sit\u00a0", "sit", "Sit\u00a0"],
            [
                "column 'y': read 'Sit\u00a0' (2 times) as 'Sit'",
                "column 'y': 'Sit' (3 times) and 'sit' (1 time) differ in capitals alone and are "
                "classes of their own: write them alike where one is meant",
            ],
        ),
        (["1.0", "2", "1"], ["column 'y': read '1.0' (1 time) as 1"]),
        (["True", "true"], ["column 'y': read 'True' (1 time) as 'true'"]),
    ],
)
def test_notes_say_how_labels_are_written(tmp_path, written, notes):
    assert list(read_labels(parquet(tmp_path, written), "y").notes) == notes


def test_blanks_that_the_engine_leaves_out_are_said(tmp_path):
    table = csv(tmp_path, "Sit ", "Sit", " Walk", "Walk")
    assert read_labels(table, "y").values == ("Sit", "Walk")
    assert table.notes == ["column 'y': 2 labels read without the blanks around it"]


def test_blanks_in_files_whose_columns_stand_in_another_order(tmp_path):
    (tmp_path / "a.csv").write_text("x,y\n0,Sit\n0, Walk\n")
    (tmp_path / "b.csv").write_text("y,x\nSit ,1\n Sit,2\n")
    found = TableFiles([tmp_path / "a.csv", tmp_path / "b.csv"], TableFormat(file_column="f"))
    table = found.read(numbers=["x"], text=(), labels=["y", "f"])
    assert table.fields("y") == ["Sit", "Walk", "Sit", "Sit"]
    assert table.fields("x") == [0, 0, 1, 2]
    assert (table.padded("y"), table.padded("f")) == (3, 0)


def test_a_file_is_read_once(tmp_path, monkeypatch):
    (tmp_path / "a.csv").write_text("y,x\nSit ,0.5\nWalk,1.5\n")
    asked, run = [], Engine.run
    monkeypatch.setattr(Engine, "run", lambda self, text: asked.append(text) or run(self, text))
    data = LabelledData(source="a.csv", label="y")
    found = read_parts([tmp_path / "a.csv"], data, ids=False)
    assert found.notes == ("column 'y': 1 label read without the blanks around it",)
    assert sum("read_csv" in text for text in asked) == 1
