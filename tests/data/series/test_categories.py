"""Columns of categories: ids that the training rows know, counted where they do not."""

import dataclasses

import numpy as np
import pytest

from rnnkit.data.batch import INPUT
from rnnkit.errors import ColumnError
from rnnkit.tasks.forecasting.dataset import facts, load_dataset, outline
from rnnkit.tasks.forecasting.future import future_part
from rnnkit.tasks.forecasting.reading import read_future, read_new
from tests.data.series.small import section, write_table

OPTIONS = {
    "target": "y", "features": ["mood"], "known": ["k", "sky"], "categorical": ["sky", "mood"],
    "lookback": 2, "scale": "none", "split": {"validation": 0.2, "test": 0.2},
}  # fmt: skip
SKY = ["rain", "sun"] * 18 + ["snow", "sun", "rain", "sun"]


def table(tmp_path, name="a.csv", **columns):
    rows = {"y": range(40), "k": range(100, 140), "sky": SKY, "mood": ["good"] * 40, **columns}
    return write_table(tmp_path / name, rows)


def test_ids_stand_beside_the_numbers(tmp_path):
    data = section(table(tmp_path), **OPTIONS)
    dataset = load_dataset(data)
    assert dataset.preprocessing.categories == {"sky": ("rain", "sun"), "mood": ("good",)}
    [batch] = dataset.train.take([0]).batches(1)
    assert batch.x[INPUT][0].tolist() == [[0, 100, 0], [1, 101, 0], [0, 102, 1]]
    assert batch.x["sky"].tolist() == [[1, 2, 1]]
    assert batch.x["mood"].tolist() == [[1, 1, 0]]  # not known ahead
    beside = facts(data, dataset.preprocessing).beside
    assert [(one.shape, one.vocabulary) for one in beside.values()] == [((3,), 3), ((3,), 2)]
    assert outline(data) == facts(data, dataset.preprocessing)


def test_one_that_training_never_saw_is_counted(tmp_path):
    dataset = load_dataset(section(table(tmp_path), **OPTIONS))
    assert (
        "1 of 40 rows has a value of 'sky' that no training row has, such as 'snow': it is read as "
        "<unk>, of which training learns nothing" in "\n".join(dataset.notes)
    )
    assert dataset.test.ids()["sky"][:, -1].tolist() == [1, 2, 1, 2, 0, 2, 1, 2]


def test_new_rows_have_the_ids_of_the_run(tmp_path):
    data = section(table(tmp_path), **OPTIONS)
    kept = load_dataset(data).preprocessing
    new = table(tmp_path, "new.csv", sky=["sun", "hail"] * 20)
    assert read_new(new, data, kept).take([0]).ids()["sky"].tolist() == [[2, 0, 2]]


def test_so_has_what_is_known_ahead(tmp_path):
    data = section(table(tmp_path), **OPTIONS)
    kept = load_dataset(data).preprocessing
    path = write_table(tmp_path / "future.csv", {"k": [7], "sky": ["sun"]})
    part = future_part(data, kept, steps=1, ahead=read_future(path, data, kept))
    assert part.ids()["sky"].tolist() == [[1, 2, 2]]
    assert part.x()[0, :, 1].tolist() == [138, 139, 7]


def test_rows_at_the_end_say_it_too(tmp_path):
    path = table(tmp_path, y=[*range(38), None, None])
    dataset = load_dataset(section(path, **OPTIONS))
    ahead = dataclasses.replace(dataset.rows, series=dataset.rows.future)
    part = future_part(dataset.data, dataset.preprocessing, steps=1, ahead=ahead)
    assert part.ids()["sky"].tolist() == [[0, 2, 1]]


def test_a_category_is_a_column_that_is_read(tmp_path):
    with pytest.raises(ColumnError, match=r"'k' \(data\.categorical\) is none of data\.features"):
        load_dataset(section(table(tmp_path), target="y", categorical=["k"]))


def test_a_hole_is_mended_like_any_other(tmp_path):
    path = table(tmp_path, sky=["sun", None, *SKY[2:]])
    dataset = load_dataset(section(path, **OPTIONS, missing="forward_fill"))
    assert np.isin(dataset.train.ids()["sky"], [1, 2]).all()
    assert "1 of 40 rows has no value for sky: line 3" in "\n".join(dataset.notes)
