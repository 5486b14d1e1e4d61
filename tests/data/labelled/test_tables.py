"""Wide and long tables -> examples."""

import datetime
import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnkit.data.labelled import tables
from rnnkit.data.labelled.section import LabelledData
from rnnkit.errors import DataError

LONG = """id,time,x,y
b,2,5,dog
a,1,1,cat
b,1,4,dog
a,3,3,cat
a,2,2,cat
"""


def read(tmp_path, text, *, ids=False, **options):
    path = tmp_path / "a.csv"
    path.write_text(text)
    return tables.read_parts([path], LabelledData(source=str(path), **options), ids=ids).parts


def lists(examples) -> list[list[list[float]]]:
    s = examples.sequences
    return [s.values[a : a + n].tolist() for a, n in zip(s.starts, s.lengths, strict=True)]


def test_wide(tmp_path):
    text = "a1,b1,a2,b2,y\n1,2,3,4,cat\n5,6,7,8,dog\n"
    train = read(tmp_path, text, label="y", features_per_step=2)["train"]
    assert lists(train) == [[[1, 2], [3, 4]], [[5, 6], [7, 8]]]
    assert train.labels.values == ("cat", "dog")
    assert train.names is None
    steps = read(tmp_path, text, label="y")["train"]
    assert lists(steps)[0] == [[1], [2], [3], [4]]


def test_a_tsv_is_read_as_the_csv(tmp_path):
    text = "a1,a2,y\n1,2,3\n4,5,6\n"
    of_csv = read(tmp_path, text, label="y")["train"]
    path = tmp_path / "a.tsv"
    path.write_text(text.replace(",", "\t"))
    parts = tables.read_parts([path], LabelledData(source=str(path), label="y"), ids=False).parts
    assert lists(parts["train"]) == lists(of_csv)
    assert parts["train"].labels.values == of_csv.labels.values == (3, 6)


def test_long_is_sorted_by_time_and_ids_keep_their_order(tmp_path):
    train = read(tmp_path, LONG, label="y", id="id", time="time")["train"]
    assert train.names.tolist() == ["b", "a"]
    assert lists(train) == [[[4], [5]], [[1], [2], [3]]]
    assert [train.labels.values[code] for code in train.labels.codes] == ["dog", "cat"]


def test_long_without_time_keeps_the_rows_order(tmp_path):
    train = read(tmp_path, LONG, label="y", id="id", features=["x"])["train"]
    assert lists(train) == [[[5], [4]], [[1], [3], [2]]]


def test_equal_times_keep_the_rows_order(tmp_path):
    text = "id,time,x,y\n" + "".join(f"{n % 2},{n // 40},{n},{n % 2}\n" for n in range(100))
    train = read(tmp_path, text, label="y", id="id", time="time")["train"]
    assert lists(train) == [[[n] for n in range(k, 100, 2)] for k in (0, 1)]


@pytest.mark.parametrize(
    "times",
    [
        ["2019-12-31", "2020-01-02", "2020-01-10"],
        ["2020-01-01T09:00:00+02:00", "2020-01-01T08:00:00Z", "2020-01-01T09:30:00Z"],
        ["9", "10", "11"],
        ["-1.5", "0", "1e3"],
    ],
)
def test_times_are_numbers_or_dates(tmp_path, times):
    rows = [f"a,{time},{n},0" for n, time in enumerate(times)]
    text = "\n".join(["id,time,x,y", *reversed(rows), "b,0,9,1" if times[0][:2] != "20" else ""])
    train = read(tmp_path, text, label="y", id="id", time="time")["train"]
    assert lists(train)[0] == [[0], [1], [2]]


@settings(max_examples=30)
@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 5), st.integers(0, 99)), min_size=1)
)
def test_long_is_what_grouping_and_stable_sorting_give(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("long") / "a.parquet"
    label = {"a": 0, "b": 1, "c": 0}
    frame = pd.DataFrame(rows, columns=["id", "time", "x"])
    frame.assign(y=frame["id"].map(label)).to_parquet(path)
    data = LabelledData(source=str(path), label="y", id="id", time="time")
    train = tables.read_parts([path], data, ids=False).parts["train"]
    names = list(dict.fromkeys(name for name, _, _ in rows))
    expected = [
        [[x] for _, _, x in sorted((r for r in rows if r[0] == name), key=lambda r: r[1])]
        for name in names
    ]
    assert train.names.tolist() == names
    assert lists(train) == expected
    assert [train.labels.values[code] for code in train.labels.codes] == [label[n] for n in names]


@pytest.mark.parametrize("suffix", ["parquet", "jsonl"])
@pytest.mark.parametrize(
    "times",
    [
        [datetime.date(2020, 1, 2), datetime.date(2020, 1, 1)],
        [datetime.datetime(2020, 1, 1, 9), datetime.datetime(2020, 1, 1, 8)],
        [3, 2.5],
    ],
)
def test_typed_times(tmp_path, suffix, times):
    path = tmp_path / f"a.{suffix}"
    frame = pd.DataFrame({"id": "a", "time": times, "x": [1, 2], "y": 0})
    if suffix == "parquet":
        frame.to_parquet(path)
    else:
        rows = frame.to_dict("records")
        path.write_text("\n".join(json.dumps(row, default=lambda t: t.isoformat()) for row in rows))
    data = LabelledData(source=str(path), label="y", id="id", time="time")
    assert lists(tables.read_parts([path], data, ids=False).parts["train"]) == [[[2], [1]]]


def test_a_label_is_constant_within_an_example(tmp_path):
    with pytest.raises(DataError) as error:
        read(tmp_path, LONG.replace("3,3,cat", "3,3,cow"), label="y", id="id", time="time")
    assert str(error.value) == (
        f"{tmp_path / 'a.csv'}, line 5: id 'a' has y 'cow' here, but 'cat' in line 3: each "
        "example has one"
    )


def test_a_column_can_say_the_part(tmp_path):
    text = "x,y,part\n1,a,train\n2,b,test\n3,b,train\n4,a,validation\n"
    parts = read(tmp_path, text, label="y", split={"column": "part"})
    assert {part: lists(examples) for part, examples in parts.items()} == {
        "train": [[[1]], [[3]]],
        "validation": [[[4]]],
        "test": [[[2]]],
    }


def test_a_part_is_constant_within_an_example(tmp_path):
    text = "id,x,y,part\n1,1,a,train\n1,2,a,test\n"
    with pytest.raises(
        DataError, match="line 3: id '1' has part 'test' here, but 'train' in line 2"
    ):
        read(tmp_path, text, label="y", id="id", split={"column": "part"})


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        (["train", "val"], ", line 3, column 'part': 'val' must be train, validation or test"),
        (["test", "test"], ": column 'part' says 'train' for no example"),
        (["train", ""], ", line 3, column 'part': no value (1 such row)"),
    ],
)
def test_parts_that_are_none(tmp_path, parts, message):
    text = "x,y,part\n" + "".join(f"1,{n},{part}\n" for n, part in enumerate(parts))
    with pytest.raises(DataError) as error:
        read(tmp_path, text, label="y", split={"column": "part"})
    assert str(error.value) == f"{tmp_path / 'a.csv'}{message}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id,time,x,y\n1,1,1,a\n,2,2,a\n", ", line 3, column 'id': no value (1 such row)"),
        ("id,time,x,y\n1,1,1,a\n1,,2,a\n", ", line 3, column 'time': no value"),
        (
            "id,time,x,y\n1,1986-01-02,1,a\n1,1/3/1986,2,a\n",
            ", line 3, column 'time': '1/3/1986' is not a date as in 2020-12-31 or "
            "2020-12-31T23:59:59; of another form, as %d/%m/%Y, data.query makes one: "
            'SELECT * REPLACE (strptime("time", \'%d/%m/%Y\') AS "time") FROM source',
        ),
        (
            "id,time,x,y\n1,1,1,a\n1,two,2,a\n",
            ", line 3, column 'time': 'two' is not a number",
        ),
    ],
)
def test_rows_without_a_place(tmp_path, text, message):
    with pytest.raises(DataError) as error:
        read(tmp_path, text, label="y", id="id", time="time")
    assert str(error.value) == f"{tmp_path / 'a.csv'}{message}"


def test_ids_are_one_a_step(tmp_path):
    train = read(tmp_path, "a,b,y\n1,2,x\n3,4,z\n", label="y", ids=True)["train"]
    assert train.sequences.values.dtype == np.int32
    with pytest.raises(DataError, match="2 features a time step: a model that starts with an emb"):
        read(tmp_path, "a,b,y\n1,2,x\n3,4,z\n", label="y", features_per_step=2, ids=True)


def test_new_data_may_have_other_columns_and_another_format(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a,b,y\n1,2,cat\n3,4,dog\n")
    data = LabelledData(source=str(path), label="y")
    columns = tables.read_parts([path], data, ids=False).columns
    new = tmp_path / "new.jsonl"
    new.write_text('{"more": "?", "b": 8, "a": 7}\n')
    examples = tables.read_new([new], columns, data, ids=False, labelled=False)
    assert lists(examples) == [[[7], [8]]]
    assert examples.labels.codes.tolist() == [-1]
    with pytest.raises(DataError) as error:
        tables.read_new([new], columns, data, ids=False, labelled=True)
    assert str(error.value) == (
        f"{new} has no column 'y' (data.label).\n{new}: its columns are more, b, a"
    )
