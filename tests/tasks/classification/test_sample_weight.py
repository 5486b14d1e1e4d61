"""A column of weights: what each example's training loss counts, and nothing else."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnnkit.errors import ColumnError, DataError
from rnnkit.tasks.classification.dataset import load_dataset, read_new
from tests.tasks.classification.small import config_of
from tests.tasks.classification.test_on_disk import compare

RNG = np.random.default_rng(0)
OPTIONS: dict[str, Any] = {"label": "kind", "sample_weight": "counts", "split": {"validation": 0.3}}


def write_wide(path: Path, weights: list[object]) -> Path:
    rows = [f"{a:.3f},{b:.3f},{'ab'[i % 2]},{w}"
            for i, ((a, b), w) in enumerate(zip(RNG.normal(size=(len(weights), 2)), weights,
                                                strict=True))]  # fmt: skip
    path.write_text("v0,v1,kind,counts\n" + "\n".join(rows) + "\n")
    return path


def test_each_example_of_training_counts_its_own(tmp_path: Path) -> None:
    weights: list[object] = [0.5, 1, 2, 0] * 10
    source = write_wide(tmp_path / "wide.csv", weights)
    dataset = load_dataset(config_of(source, **OPTIONS))
    expected = np.array(weights, float)[list(map(int, dataset.train.ids))]
    [batch] = dataset.train.batches(len(dataset.train))
    assert batch.weight.tolist() == expected.tolist()
    assert batch.valid.all()
    assert dataset.validation is not None
    [batch] = dataset.validation.batches(len(dataset.validation))
    assert (batch.weight == 1).all()
    [note] = [note for note in dataset.notes if "weighs" in note]
    assert "'counts' weighs the loss of the training examples, 0 to 2, mean" in note
    assert dataset.card.table is not None
    assert dataset.card.table.columns[-1].role == "sample_weight"
    assert dataset.preprocessing.columns == ("v0", "v1")


def test_it_is_multiplied_by_its_class_s(tmp_path: Path) -> None:
    source = write_wide(tmp_path / "wide.csv", [0.5, 1, 2, 3] * 5)
    config = config_of(source, **OPTIONS)
    training = config.training.model_copy(update={"class_weight": {"b": 10.0}})
    alone, both = (
        load_dataset(one).train
        for one in (config, config.model_copy(update={"training": training}))
    )
    assert alone.weight is not None
    assert both.weight is not None
    assert both.weight.tolist() == (alone.weight * np.where(alone.y == 1, 10, 1)).tolist()


def test_new_data_need_no_weights(tmp_path: Path) -> None:
    config = config_of(write_wide(tmp_path / "wide.csv", [1] * 20), **OPTIONS)
    kept = load_dataset(config).preprocessing
    (tmp_path / "new.csv").write_text("v0,v1,kind\n1,2,a\n")
    assert read_new(tmp_path / "new.csv", config, kept).weight is None


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (-1, r"line 4, column 'counts': -1 \(1 such row\): a sample weight is a number from 0"),
        ("", r"line 4, column 'counts': no value \(1 such row\): a sample weight is"),
        ("much", r"line 4, column 'counts': .*'much'"),
        ("inf", r"line 4, column 'counts': .*infinite"),
    ],
)
def test_what_is_no_weight(tmp_path: Path, wrong: object, message: str) -> None:
    source = write_wide(tmp_path / "wide.csv", [1, 1, wrong, *[1] * 17])
    with pytest.raises(DataError, match=message):
        load_dataset(config_of(source, **OPTIONS))


def test_all_of_them_zero(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="every sample weight is 0"):
        load_dataset(config_of(write_wide(tmp_path / "wide.csv", [0] * 20), **OPTIONS))


def test_a_column_that_is_not_there(tmp_path: Path) -> None:
    source = write_wide(tmp_path / "wide.csv", [1] * 20)
    with pytest.raises(ColumnError, match="count"):
        load_dataset(config_of(source, **{**OPTIONS, "sample_weight": "count"}))


def test_arrays_have_none(tmp_path: Path) -> None:
    np.savez(tmp_path / "data.npz", x_train=RNG.normal(size=(8, 3, 1)), y_train=np.arange(8) % 2)
    with pytest.raises(DataError, match=r"data\.sample_weight is for tables"):
        load_dataset(config_of(tmp_path / "data.npz", sample_weight="counts"))


def write_long(path: Path, *, steps: int = 4, last: float = 0) -> Path:
    rows = [f"m{i},{value:.3f},{'ab'[i % 2]},{i % 3 + last * (step == 3) + 1}"
            for i in range(30) for step, value in enumerate(RNG.normal(size=steps))]  # fmt: skip
    path.write_text("machine,v,kind,counts\n" + "\n".join(rows) + "\n")
    return path


def test_of_a_long_table_it_is_constant_within_an_example(tmp_path: Path) -> None:
    options = {**OPTIONS, "id": "machine"}
    train = load_dataset(config_of(write_long(tmp_path / "long.csv"), **options)).train
    assert train.weight is not None
    assert train.weight.tolist() == [int(name[1:]) % 3 + 1 for name in train.ids]
    with pytest.raises(DataError, match=r"has counts .2.0. here, but .1.0. in line 2: each"):
        load_dataset(config_of(write_long(tmp_path / "long.csv", last=1), **options))


def test_on_disk_they_are_the_same(tmp_path: Path, disk: Any) -> None:
    compare(write_long(tmp_path / "long.csv"), {**OPTIONS, "id": "machine"}, disk)
