"""Columns -> numbers, or the line, column and value that is none."""

import numpy as np
import pandas as pd
import pytest

from rnnkit.data.numbers import factorize, list_pieces, read_matrix, read_numbers
from rnnkit.data.tables.table import Table
from rnnkit.errors import DataError
from tests.data.tables.reading import read_table


def csv(tmp_path, text: str) -> Table:
    (tmp_path / "a.csv").write_text(text)
    return read_table(tmp_path / "a.csv", text=())


def jsonl(tmp_path, *lines: str) -> Table:
    (tmp_path / "a.jsonl").write_text("\n".join(lines))
    return read_table(tmp_path / "a.jsonl", text=())


def parquet(tmp_path, **columns) -> Table:
    pd.DataFrame(columns).to_parquet(tmp_path / "a.parquet")
    return read_table(tmp_path / "a.parquet", text=())


def test_columns_stand_side_by_side_in_the_order_asked(tmp_path):
    table = csv(tmp_path, "a,b,c\n1,2.5,True\n3,-4e2,False\n")
    matrix = read_matrix(table, ["c", "b", "a"], ids=False)
    assert matrix.dtype == np.float64
    assert matrix.tolist() == [[1, 2.5, 1], [0, -400, 3]]


@pytest.mark.parametrize("written", ["aabbbc", "aabac", "abcabc", "a"])
def test_values_are_numbered_wherever_their_rows_stand(tmp_path, written):
    codes, values, first = factorize(csv(tmp_path, "\n".join(["y", *written])), "y")
    assert [values[code] for code in codes] == list(written)
    assert first.tolist() == [written.index(value) for value in values]


def test_a_value_that_is_missing_among_rows_that_stand_together(tmp_path):
    table = parquet(tmp_path, y=["a", "a", None, "b"])
    assert table.codes("y")[0].tolist() == [0, 0, -1, 1]


def test_pieces_fill_one_array(tmp_path, monkeypatch):
    monkeypatch.setattr("rnnkit.data.tables.table.PIECE", 4)
    table = csv(tmp_path, "a,b\n" + "".join(f"{n},{-n}\n" for n in range(5)))
    expected = [[n, -n] for n in range(5)]
    assert read_matrix(table, ["a", "b"], ids=False).tolist() == expected
    assert read_numbers(table, ["a", "b"]).tolist() == expected
    assert read_matrix(table, ["a"], ids=True).tolist() == [[n] for n in range(5)]


def test_nullable_and_unsigned_columns(tmp_path):
    table = parquet(tmp_path, a=pd.array([1, 2], "Int64"), b=np.array([2**63, 1], np.uint64))
    assert read_matrix(table, ["a", "b"], ids=False).tolist() == [[1, 2.0**63], [2, 1]]


def test_float64_with_holes(tmp_path):
    table = csv(tmp_path, "a,b\n0.1,\n1e300,.\n")
    numbers = read_numbers(table, ["b", "a"])
    assert numbers[:, 1].tolist() == [0.1, 1e300]
    assert np.isnan(numbers[:, 0]).all()
    with pytest.raises(DataError, match=r"a.csv, line 3, column 'a': the value is infinite"):
        read_numbers(csv(tmp_path, "a\n1\n-inf\n"), ["a"])


def test_ids(tmp_path):
    matrix = read_matrix(csv(tmp_path, "a,b\n1,2\n3,0\n"), ["a", "b"], ids=True)
    assert matrix.dtype == np.int32
    assert matrix.tolist() == [[1, 2], [3, 0]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "a,b\n1,2\n3,foo\n",
            ", line 3, column 'b': 'foo' is not a number; if the column is not a feature, name "
            "those that are in data.features",
        ),
        (
            'a,b\n1,2\n3,"1,5"\n',
            ", line 3, column 'b': '1,5' is not a number; if the column is not a feature, name "
            "those that are in data.features; '1,5' has a decimal comma. State how it is written, "
            'under `data:`\n  format: {decimal: ","}',
        ),
        (
            "a,b\n1,2\n,\n3,\n",
            ", line 3, column 'a': no value (3 such fields in 2 rows): fill them, or leave such "
            'rows out with data.query: SELECT * FROM source WHERE "a" IS NOT NULL; sequences of '
            "unequal length that stand in a row each go into a long table, data.id",
        ),
        (
            "a,b\n1,2\n-inf,5\n",
            ", line 3, column 'a': -inf is not a finite float32 number (1 such field in 1 row): "
            "fill them, or leave such rows out with data.query: SELECT * FROM source WHERE "
            '"a" BETWEEN -3e38 AND 3e38; sequences of unequal length that stand in a row each '
            "go into a long table, data.id",
        ),
        (
            "a,b\n1,1e39\n",
            ", line 2, column 'b': 1e+39 is not a finite float32 number (1 such field in 1 row): "
            "fill them, or leave such rows out with data.query: SELECT * FROM source WHERE "
            '"b" BETWEEN -3e38 AND 3e38; sequences of unequal length that stand in a row each '
            "go into a long table, data.id",
        ),
    ],
)
def test_fields_that_are_no_features(tmp_path, text, message):
    with pytest.raises(DataError) as error:
        read_matrix(csv(tmp_path, text), ["a", "b"], ids=False)
    assert str(error.value) == f"{tmp_path / 'a.csv'}{message}"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a\n1\n-2\n", "line 3, column 'a': -2"),
        ("a\n1.5\n2\n", "line 2, column 'a': 1.5"),
        ("a,b\n1,1\n,1\n", "line 3, column 'a': no value"),
        ("a\n1\n4294967296\n", "line 3, column 'a': 4294967296"),
        ("a\n1\n99999999999999999999\n", "line 3, column 'a': 100000000000000000000"),
    ],
)
def test_fields_that_are_no_ids(tmp_path, text, found):
    with pytest.raises(DataError) as error:
        read_matrix(csv(tmp_path, text), ["a"], ids=True)
    assert str(error.value) == f"{tmp_path / 'a.csv'}, {found}: ids are integers from 0"


def test_dates_are_no_features(tmp_path):
    table = parquet(tmp_path, day=pd.to_datetime(["2020-01-01", "2020-01-02"]))
    with pytest.raises(DataError, match=r"column 'day' holds dates or times, not numbers"):
        read_matrix(table, ["day"], ids=False)


def test_lists_beside_other_columns(tmp_path):
    table = jsonl(tmp_path, '{"a": [1, 2], "b": 1}')
    with pytest.raises(DataError, match=r"line 1, column 'a': \[1, 2\] is not a number; if"):
        read_matrix(table, ["a", "b"], ids=False)


def test_lists(tmp_path):
    flat = jsonl(tmp_path, '{"x": [1, 2, 3]}', '{"x": [4.5]}')
    assert flat.holds_lists("x")
    [sequences] = list_pieces(flat, "x", features_per_step=1, ids=False)
    assert sequences.values.tolist() == [[1], [2], [3], [4.5]]
    assert sequences.lengths.tolist() == [3, 1]

    paired = jsonl(tmp_path, '{"x": [1, 2, 3, 4]}', '{"x": [5, 6]}')
    [sequences] = list_pieces(paired, "x", features_per_step=2, ids=False)
    assert sequences.values.tolist() == [[1, 2], [3, 4], [5, 6]]
    assert sequences.lengths.tolist() == [2, 1]

    nested = parquet(tmp_path, x=[[[1, 2], [3, 4]], [[5, 6]]])
    [sequences] = list_pieces(nested, "x", features_per_step=1, ids=True)
    assert sequences.values.dtype == np.int32
    assert sequences.values.tolist() == [[1, 2], [3, 4], [5, 6]]
    assert sequences.lengths.tolist() == [2, 1]


@pytest.mark.parametrize(
    ("second", "per_step", "ids", "message"),
    [
        ("[]", 1, False, ", line 2, column 'x': expected a list of at least one number"),
        ("7", 1, False, ", line 2, column 'x': expected a list of at least one number"),
        (
            "[[1, 2], [3]]",
            1,
            False,
            ": column 'x': expected lists of numbers, or lists of time steps with as many numbers "
            "each",
        ),
        (
            '["a"]',
            1,
            False,
            ": column 'x': expected lists of numbers, or lists of time steps with as many numbers "
            "each",
        ),
        (
            "[1, 2, 3]",
            2,
            False,
            ", line 2, column 'x': 3 numbers cannot be divided into steps of "
            "data.features_per_step (=2)",
        ),
        (
            "[1, NaN]",
            1,
            False,
            ", line 2, column 'x': nan: features must be finite float32 numbers",
        ),
        ("[1, -3]", 1, True, ", line 2, column 'x': -3: ids are integers from 0"),
    ],
)
def test_lists_that_do_not_fit(tmp_path, second, per_step, ids, message):
    table = jsonl(tmp_path, '{"x": [1, 2]}', f'{{"x": {second}}}')
    with pytest.raises(DataError) as error:
        list(list_pieces(table, "x", features_per_step=per_step, ids=ids))
    assert str(error.value) == f"{tmp_path / 'a.jsonl'}{message}"
