"""Which columns are features, and what is said when they cannot be."""

import pytest

from rnnkit.data.labelled.columns import choose_columns
from rnnkit.data.labelled.section import LabelledData
from rnnkit.data.labelled.tables import read_parts
from rnnkit.errors import ColumnError, DataError


def choose(tmp_path, header="id,time,part,a,b,c,label", **options):
    path = tmp_path / "a.csv"
    names = header.split(",")
    return choose_columns(str(path), names, LabelledData(source=str(path), **options))


def test_every_other_column_is_a_feature(tmp_path):
    columns = choose(tmp_path, label="label", id="id", time="time", split={"column": "part"})
    assert columns.features == ("a", "b", "c")
    assert (columns.label, columns.id, columns.time) == ("label", "id", "time")


def test_features_can_be_named_in_any_order(tmp_path):
    assert choose(tmp_path, label="label", features=["c", "a"]).features == ("c", "a")


@pytest.mark.parametrize(
    ("options", "features"),
    [
        ({"features": "x*"}, ("x1", "x2", "x[3]")),
        ({"features": ["x[3]", "x[12]"]}, ("x[3]", "x1", "x2")),
        ({"exclude": "x2"}, ("x1", "x[3]", "n")),
        ({"features": ["n", "x?"], "exclude": ["x2", "y*"]}, ("n", "x1")),
    ],
)
def test_patterns(tmp_path, options, features):
    """A column's own name comes first; the label is no feature by a pattern."""
    found = choose(tmp_path, header="xlabel,x1,x2,x[3],n,yy", label="xlabel", **options)
    assert [name for name in found.features if name != "yy"] == list(features)


def test_patterns_that_fit_nothing(tmp_path):
    with pytest.raises(ColumnError) as error:
        choose(tmp_path, label="label", features=["a", "z*"], exclude="y?")
    assert error.value.problems == (
        (("data", "exclude", 0), "no column fits 'y?' (exclude)"),
        (("data", "features", 1), "no column fits 'z*' (features)"),
    )


def test_everything_that_is_missing_and_once_what_there_is(tmp_path):
    path = tmp_path / "a.csv"
    columns = f"{path}: its columns are id, time, part, a, b, c, label"
    with pytest.raises(ColumnError) as error:
        choose(tmp_path)
    assert str(error.value) == f"{path}: name the column with the class in data.label\n{columns}"
    options = {"features": ["a", "bb", "zz"], "id": "idd", "time": "tme"}
    with pytest.raises(ColumnError) as error:
        choose(tmp_path, label="lable", split={"column": "parts"}, **options)
    assert error.value.problems == (
        (("data", "label"), f"{path} has no column 'lable' (data.label). Did you mean 'label'?"),
        (("data", "id"), f"{path} has no column 'idd' (data.id). Did you mean 'id'?"),
        (("data", "time"), f"{path} has no column 'tme' (data.time). Did you mean 'time'?"),
        (
            ("data", "split", "column"),
            f"{path} has no column 'parts' (data.split.column). Did you mean 'part'?",
        ),
        (("data", "features", 1), f"{path} has no column 'bb' (data.features). Did you mean 'b'?"),
        (("data", "features", 2), f"{path} has no column 'zz' (data.features)."),
    )
    assert str(error.value).count("its columns are") == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"label": "label", "features": []}, ": no column is left for the features"),
        (
            {"label": "label", "features": ["a", "label"]},
            ": 'label' is data.label and among data.features: the model would read the answer",
        ),
    ],
)
def test_columns_that_do_not_fit(tmp_path, options, message):
    with pytest.raises(DataError) as error:
        choose(tmp_path, **options)
    assert str(error.value) == f"{tmp_path / 'a.csv'}{message}"


def test_a_long_table_has_one_step_a_row(tmp_path):
    with pytest.raises(DataError, match=r"data.features_per_step \(=3\) is for wide tables"):
        choose(tmp_path, label="label", id="id", features=["a", "b", "c"], features_per_step=3)


def test_a_column_without_a_name_must_be_left_out_on_purpose(tmp_path):
    with pytest.raises(DataError, match="column 1 has no name: name the feature columns in"):
        choose(tmp_path, header=",a,label", label="label")
    assert choose(tmp_path, header=",a,label", label="label", features=["a"]).features == ("a",)


def parts(tmp_path, text, name="a.csv", **options):
    (tmp_path / name).write_text(text)
    data = LabelledData(source=str(tmp_path / name), label="y", **options)
    return read_parts([tmp_path / name], data, ids=False)


@pytest.mark.parametrize(
    ("name", "order"),
    [
        ("Unnamed: 0", [0, 1, 2, 3, 4, 5]),
        ("", [1, 2, 3, 4, 5, 6]),
        ("Unnamed: 0", [4, 0, 5, 2, 1, 3]),  # shuffled, then written with its index
        ("Nr", [1, 2, 3, 4, 5, 6]),
    ],
)
def test_a_column_that_numbers_the_rows_is_no_feature_unless_named(tmp_path, name, order):
    rows = "".join(f"{n},{n % 4 / 10},{'ab'[n % 2]}\n" for n in order)
    found = parts(tmp_path, f"{name},x,y\n{rows}")
    shown = name or "column1"
    assert found.columns.features == ("x",)
    assert found.notes[0].startswith(f"'{shown}' numbers the rows: left out of the features")
    found = parts(tmp_path, f"{name},x,y\n{rows}", features=[shown, "x"])
    assert found.columns.features == (shown, "x")
    assert found.notes[0].startswith(f"'{shown}' numbers the rows and is a feature")


def test_of_other_formats_too(tmp_path):
    rows = "".join(f'{{"n": {n}, "x": {n % 4}, "y": "{"ab"[n % 2]}"}}\n' for n in range(6))
    assert parts(tmp_path, rows, name="a.jsonl").columns.features == ("x",)


@pytest.mark.parametrize("numbers", [[0, 1, 2, 0, 1, 2], [0, 1, 2, 3, 4, 6], [2, 3, 4, 5, 6, 7]])
def test_other_whole_numbers_are_features(tmp_path, numbers):
    rows = "".join(f"{n},{'ab'[n % 2]}\n" for n in numbers)
    found = parts(tmp_path, f"n,y\n{rows}")
    assert (found.columns.features, found.notes) == (("n",), ())


def test_time_steps_are_counted_without_it(tmp_path):
    rows = "".join(f"{n},{n % 4},{n % 3},{'ab'[n % 2]}\n" for n in range(6))
    assert len(parts(tmp_path, f",x,z,y\n{rows}", features_per_step=2).columns.features) == 2
    with pytest.raises(DataError, match=r"2 feature columns cannot be divided into time steps of"):
        parts(tmp_path, f",x,z,y\n{rows}", features_per_step=3)
