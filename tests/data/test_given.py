"""Tables and arrays of a Python program are data like any other."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import rnnkit
from rnnkit.data.given import as_file
from rnnkit.errors import DataError
from tests.conftest import small_config, write_data

FRAME = pd.DataFrame(
    {"a": [n % 2 + n / 100 for n in range(60)], "b": 1.0, "y": ["u", "v"] * 30}, index=range(9, 69)
)


def config(**data: object) -> dict[str, Any]:
    made: dict[str, Any] = small_config(Path("none"), epochs=1)
    del made["data"]["source"]
    return made | {"data": {**made["data"], **data}}


@pytest.mark.parametrize(
    "given", [FRAME, pa.Table.from_pandas(FRAME, preserve_index=False), FRAME.to_dict("series")]
)
def test_one_table_is_one_file_whoever_holds_it(tmp_path: Path, given: object) -> None:
    path = as_file(given, tmp_path / "given")
    assert path == as_file(FRAME.copy(), tmp_path / "given")
    assert [file.name for file in (tmp_path / "given").iterdir()] == [path.name]
    assert pd.read_parquet(path).equals(FRAME.reset_index(drop=True))
    assert as_file(FRAME.assign(b=2.0), tmp_path / "given") != path


def test_a_path_stays_one(tmp_path: Path) -> None:
    assert as_file("a.csv", tmp_path / "given") == Path("a.csv")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (7, "data: int: expected a path, a table of pandas, Polars or Arrow"),
        ([[1, 2]], "data: list: expected a path"),
        ({"a": np.ones(3), "b": np.ones(2)}, "columns must have one dimension and one length"),
        ({"a": np.ones((3, 2))}, "columns must have one dimension and one length"),
    ],
)
def test_what_is_no_data(tmp_path: Path, given: object, message: str) -> None:
    with pytest.raises(DataError, match=message):
        as_file(given, tmp_path / "given")
    assert not list(tmp_path.glob("given/*"))


def test_a_frame_is_trained_on_asked_about_and_resumed(tmp_path: Path) -> None:
    run = rnnkit.train(config(label="y"), data=FRAME, runs=tmp_path)
    [kept] = (tmp_path / "small" / "given").iterdir()
    as_ever = rnnkit.train(config(label="y", source=str(kept)), runs=tmp_path)
    assert run.read_history()[0]["val_loss"] == as_ever.read_history()[0]["val_loss"]
    assert run.read_metadata()["data"] == as_ever.read_metadata()["data"]
    answers = rnnkit.load(run).predict(FRAME[["a", "b"]])  # type: ignore[attr-defined]
    assert answers.probabilities.shape == (60, 2)
    assert rnnkit.evaluate(run, data=FRAME[:10]).examples == 10
    assert rnnkit.resume(run, overrides=["training.epochs=2"]).read_metadata()["epochs"] == 2


def test_arrays_by_the_names_of_an_npz(tmp_path: Path) -> None:
    with np.load(write_data(tmp_path / "data.npz")) as file:
        arrays = {name: file[name] for name in file.files}
    run = rnnkit.train(config(), data=arrays, runs=tmp_path / "runs")
    as_ever = rnnkit.train(config(source=str(tmp_path / "data.npz")), runs=tmp_path / "runs")
    assert run.read_history()[0]["val_loss"] == as_ever.read_history()[0]["val_loss"]
