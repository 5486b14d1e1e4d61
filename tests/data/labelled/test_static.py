"""Columns with one value an example: read, fitted, refused, looked at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from rnnkit.data.beside import STATIC, BesideInput, Categories, rows_of
from rnnkit.data.labelled import tables
from rnnkit.data.labelled.beside import columns_with, fit_beside, unseen_notes
from rnnkit.data.labelled.leaks import audit
from rnnkit.data.labelled.section import LabelledData
from rnnkit.errors import ColumnError, DataError
from tests.data.on_disk import Disk

LONG = {"id": "who", "label": "y", "features": ["x"], "static": ["age", "site"]}
ROWS = """who,x,age,site,y,n
a,7,30,north,no,1
a,2,30,north,no,1
b,3,41.5,south,yes,2
b,4,41.5,south,yes,2
b,5,41.5,south,yes,2
c,6,52,north,no,3
"""


def found(tmp_path: Path, text: str = ROWS, **options: Any) -> tables.Found:
    path = tmp_path / "a.csv"
    path.write_text(text)
    data = LabelledData.model_validate({"source": str(path), **LONG, **options})
    return tables.read_parts([path], data, ids=False)


def message(tmp_path: Path, text: str, **options: Any) -> str:
    with pytest.raises(DataError) as error:
        found(tmp_path, text, **options)
    return str(error.value).replace(str(tmp_path), "")


def test_numbers_are_one_input_and_each_category_one(tmp_path: Path) -> None:
    read = found(tmp_path)
    beside = read.parts["train"].beside
    assert list(beside) == [STATIC, "site"]
    assert beside[STATIC].tolist() == [[30], [41.5], [52]]
    assert beside["site"].values == ("north", "south")
    assert beside["site"].codes.tolist() == [0, 1, 0]
    assert (read.columns.static, read.columns.categories) == (("age",), ("site",))
    columns = {c.name: c for c in read.card.columns}
    assert (columns["age"].role, columns["age"].minimum, columns["age"].maximum) == (
        "static", 30, 52,
    )  # fmt: skip
    assert columns["site"].categories == ("north", "south")
    assert read.card.unused == ("n",)


def test_of_a_wide_table_they_are_no_features(tmp_path: Path) -> None:
    text = "a1,a2,age,site,y\n1,2,30,n,no\n3,4,40,s,yes\n"
    options = {"id": None, "features": None, "static": ["a?e", "site"]}
    read = found(tmp_path, text, **options)
    assert read.columns.features == ("a1", "a2")
    assert read.parts["train"].beside[STATIC].tolist() == [[30], [40]]
    left = found(tmp_path, text, **options | {"exclude": ["site"]})
    assert list(left.parts["train"].beside) == [STATIC]


def test_a_value_that_changes_within_an_id(tmp_path: Path) -> None:
    assert message(tmp_path, ROWS.replace("a,2,30", "a,2,31")) == (
        "/a.csv, line 3: who 'a' has age '31.0' here, but '30.0' in line 2: each example has one; "
        "a column that changes with time is one of data.features"
    )
    assert "line 6: who 'b' has site 'north' here, but 'south' in line 4" in message(
        tmp_path, ROWS.replace("b,5,41.5,south", "b,5,41.5,north")
    )


@pytest.mark.parametrize("missing", ["", "NA"])
def test_a_missing_value(tmp_path: Path, missing: str) -> None:
    said = message(tmp_path, ROWS.replace("41.5", missing))
    assert said.startswith("/a.csv, line 4, column 'age': no value (3 such fields in 3 rows)")


def test_a_missing_name(tmp_path: Path) -> None:
    said = message(tmp_path, ROWS.replace("south", ""))
    assert said == "/a.csv, line 4, column 'site': no value (3 such rows)"
    assert found(tmp_path, ROWS.replace("south", "NA")).notes == (
        "static column 'site': 'NA' is a value like any other: where it stands for none, drop "
        "these rows",
    )


def test_numbers_among_names(tmp_path: Path) -> None:
    notes = found(tmp_path, ROWS.replace("41.5", "old")).notes
    assert notes == (
        "static column 'age': 2 of 3 different values are numbers, but 'old' is none: all are read "
        "as names",
    )
    coded = found(tmp_path, ROWS.replace("41.5", "007"))
    assert coded.parts["train"].beside["age"].values == ("007", "30", "52")
    assert "but some begin with a zero" in coded.notes[0]


def test_names_that_inputs_cannot_have(tmp_path: Path) -> None:
    with pytest.raises(ColumnError, match="input of its name, which already is one: rename it"):
        found(tmp_path, ROWS.replace("site", "input"), static=["input"])
    with pytest.raises(ColumnError, match="a name with a / cannot be one: rename it"):
        found(tmp_path, ROWS.replace("site", "a/b"), static=["a/b"])
    with pytest.raises(ColumnError, match=r"no column fits 'z\*' \(static\)"):
        found(tmp_path, static=["z*"])
    with pytest.raises(
        ColumnError, match=r"has no column 'agee' \(data.static\). Did you mean 'age'"
    ):
        found(tmp_path, static=["agee"])
    for column in ("y", "x", "who"):
        with pytest.raises(
            ColumnError, match=f"'{column}' is in data.static and read as something else"
        ):
            found(tmp_path, static=[column])


def test_examples_differ_by_them(tmp_path: Path) -> None:
    text = "x,z,age,site,y\n1,2,30,n,no\n1,2,40,n,yes\n1,2,30,s,no\n1,2,30,n,yes\n"
    whole = found(tmp_path, text, id=None, features=["x", "z"]).parts["train"]
    a, b, c, d = whole.keys.tolist()
    assert len({a, b, c}) == 3
    assert d == a
    assert (whole.looked_at.content == whole.keys).all()
    fewer = whole.looked_at.take(np.array([2, 1]))
    assert fewer.keys.tolist() == [c, b]


def test_what_is_learnt_of_the_training_examples(tmp_path: Path) -> None:
    read = found(tmp_path)
    whole, parts = read.parts["train"].beside, {"test": read.parts["train"]}
    kept = fit_beside(rows_of(whole, np.array([1, 0])), read.columns, "standard")
    assert kept["site"].known == ("north", "south")
    ages = kept[STATIC].array(whole[STATIC])
    assert ages.dtype == np.float32
    assert ages.ravel() == pytest.approx([-1, 1, (52 - 35.75) / 5.75])
    assert kept["site"].array(whole["site"]).tolist() == [[1], [2], [1]]
    fewer = fit_beside(rows_of(whole, np.array([0, 2])), read.columns, "none")
    assert fewer["site"].known == ("north",)
    assert fewer["site"].facts.vocabulary == 2
    assert fewer["site"].array(whole["site"]).tolist() == [[1], [0], [1]]
    assert unseen_notes(parts, fewer) == (
        "1 of 3 test examples has a value of 'site' that no training example has, such as 'south': "
        "it is read as <unk>, of which training learns nothing",
    )
    assert unseen_notes(parts, kept) == ()
    again = BesideInput.model_validate_json(kept[STATIC].model_dump_json())
    assert again == kept[STATIC]


def test_codes_that_a_query_makes_names(tmp_path: Path) -> None:
    query = "SELECT *, concat('s', n) AS place FROM source"
    beside = found(tmp_path, query=query, static=["n", "place"]).parts["train"].beside
    assert list(beside) == [STATIC, "place"]
    assert beside["place"].values == ("s1", "s2", "s3")


def test_new_data_of_another_form(tmp_path: Path) -> None:
    """A site that is called 7 stays a name, an age a number, whatever the file says."""
    read = found(tmp_path)
    kept = fit_beside(read.parts["train"].beside, read.columns, "none")
    pd.DataFrame({"who": ["z"], "x": [1.0], "site": [7], "age": [20]}).to_parquet(
        new := tmp_path / "new.parquet"
    )
    columns = columns_with(read.columns, kept)
    data = LabelledData.model_validate({"source": "a.csv", **LONG})
    beside = tables.read_new([new], columns, data, ids=False, labelled=False).beside
    assert (beside["site"].values, beside[STATIC].tolist()) == (("7",), [[20]])


def test_on_disk(tmp_path: Path, disk: Disk) -> None:
    in_ram = found(tmp_path)
    disk()
    path = tmp_path / "a.csv"
    data = LabelledData.model_validate({"source": str(path), **LONG})
    for _ in range(2):  # written, and found again
        read = tables.read_parts([path], data, disk.place, ids=False, sha256=lambda: "1")
        assert not isinstance(read.parts["train"].sequences.values, np.ndarray)
        assert read.columns == in_ram.columns
        assert read.card == in_ram.card
        beside, expected = read.parts["train"].beside, in_ram.parts["train"].beside
        assert beside[STATIC].tolist() == expected[STATIC].tolist()
        assert isinstance(beside["site"], Categories)
        assert beside["site"].codes.tolist() == expected["site"].codes.tolist()


def test_what_tells_the_label(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    count = 60
    y = rng.integers(0, 2, count)
    frame = pd.DataFrame({
        "who": np.arange(count), "x": rng.normal(size=count), "y": np.where(y, "yes", "no"),
        "age": rng.normal(size=count), "told": y + rng.random(count) / 2,
        "site": np.array(["n", "m", "s", "o"])[2 * (rng.random(count) > 0.5) + y],
        "place": rng.choice(["u", "v"], count), "row": np.arange(count) + 5,
    })  # fmt: skip
    path = tmp_path / "b.csv"
    pd.concat([frame, frame]).to_csv(path, index=False)
    static = ["age", "told", "site", "place", "row"]
    data = LabelledData.model_validate({"source": str(path), **LONG, "static": static})
    read = tables.read_parts([path], data, ids=False)
    findings = audit(read.parts, read.parts, ["no", "yes"], read.columns).findings
    said = {f.check: f.text for f in findings}
    assert said.keys() == {"numbers", "labels"}
    assert said["numbers"].startswith("feature 'row' numbers the rows")
    assert said["labels"].startswith("each of feature 'told', feature 'site' alone tells the label")
