"""Static inputs of a sequence: from the config to a trained run that is judged, asked, resumed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import rnnkit
from rnnkit.cli.app import run as run_command
from rnnkit.config.document import dump_document
from rnnkit.config.stack import InputFacts
from rnnkit.data.batch import INPUT
from rnnkit.data.beside import STATIC
from rnnkit.data.padded_rows import DiskRows
from rnnkit.errors import ConfigError, DataError
from rnnkit.tasks.classification.dataset import facts, load_dataset, outline
from rnnkit.workflows.check import check
from tests.crash.fingerprint import fingerprint
from tests.data.on_disk import Disk
from tests.tasks.classification.small import config_of
from tests.workflows.resume.stopping import KillAt, stopped

OPTIONS: dict[str, Any] = {
    "id": "who", "label": "sick", "features": ["x"], "static": ["age", "site"],
    "scale": "standard", "split": {"column": "part"},
}  # fmt: skip


def visits(people: int = 80) -> pd.DataFrame:
    """People of 2 to 4 visits, whose x says nothing: at site n the old are sick, at m the young."""
    rng = np.random.default_rng(0)
    rows = []
    for who in range(people):
        old, north = who % 2, who // 2 % 2
        for _ in range(2 + who % 3):
            rows.append({
                "who": f"p{who}", "x": rng.normal(), "age": 20 + 50 * old + who / 9,
                "site": "n" if north else "m", "sick": "yes" if old == north else "no",
                "part": ("train", "train", "validation", "test")[who // 4 % 4],
            })  # fmt: skip
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("visits") / "visits.csv"
    visits().to_csv(path, index=False)
    return path


def config_for(source: Path, **options: Any) -> dict[str, Any]:
    site = {"input": "site", "layers": [{"embedding": {"output_dim": 2}}]}
    return {
        "version": 1,
        "name": "visits",
        "task": "classification",
        "data": {"source": str(source), **OPTIONS, **options},
        "model": {
            "layers": [
                {"concatenate": site},
                {"lstm": {"units": 2}},
                {"concatenate": {"input": "static"}},
                {"dense": {"units": 8, "activation": "tanh"}},
                "dense",
            ]
        },
        "training": {
            "epochs": 3,
            "batch_size": 8,
            "jit_compile": False,
            "optimizer": {"name": "adam", "learning_rate": 0.1},
        },
    }


@pytest.fixture(scope="module")
def trained(source: Path) -> rnnkit.Run:
    config = config_for(source)
    config["training"]["epochs"] = 30
    return rnnkit.train(config, runs=source.parent / "runs")


def test_the_inputs(source: Path) -> None:
    config = config_of(source, **OPTIONS)
    dataset = load_dataset(config)
    known = facts(config, dataset.preprocessing)
    assert outline(config) == known
    assert known.beside == {
        STATIC: InputFacts((1,), time="none"),
        "site": InputFacts((1,), integer=True, vocabulary=3, time="none"),
    }
    batch = next(dataset.train.batches(8))  # of like lengths
    assert {name: (x.shape, x.dtype) for name, x in batch.x.items()} == {
        INPUT: ((8, 2, 1), np.float32), STATIC: ((8, 1), np.float32), "site": ((8, 1), np.int32),
    }  # fmt: skip
    ages = dataset.train.beside[STATIC]
    assert (ages.mean(), ages.std()) == pytest.approx((0, 1), abs=1e-5)


def test_shapes_are_inferred(source: Path) -> None:
    """The embedding has an id for what is unknown: 3 * 2; the LSTM reads 1 + 2 features."""
    checked = check(config_for(source))
    rows = [(row.kind, row.output_shape, row.parameters) for row in checked.stack.summaries]
    assert rows == [
        ("embedding", (1, 2), 6), ("concatenate", (None, 3), 0),
        ("lstm", (2,), 4 * 2 * (3 + 2 + 1)), ("concatenate", (3,), 0), ("dense", (8,), 32),
        ("dense", (2,), 18),
    ]  # fmt: skip


def test_an_input_that_nothing_reads(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = config_for(source)
    del config["model"]["layers"][2]
    with pytest.raises(ConfigError, match="no layer reads the input 'static' that the data give"):
        check(config)
    path = tmp_path / "a.yaml"
    path.write_text(dump_document(config_for(source, static=["age", "sites"])))
    assert run_command(["check", str(path)]) == 2
    shown = capsys.readouterr().err
    assert "has no column 'sites' (data.static). Did you mean 'site'?" in " ".join(shown.split())
    line = next(n for n, text in enumerate(path.read_text().splitlines(), 1) if "sites" in text)
    assert f"a.yaml:{line}:" in shown
    assert "^^^^^" in shown


def test_a_run(trained: rnnkit.Run) -> None:
    """Neither age nor site tells the class alone: without both it is a coin's."""
    found = json.loads(trained.evaluation.read_text())
    assert found["accuracy"] > 0.9
    card = json.loads(trained.card.read_text())
    columns = {column["name"]: column for column in card["table"]["columns"]}
    assert columns["site"]["categories"] == ["m", "n"]
    assert columns["age"]["role"] == "static"
    assert "static, 2 values: &#39;m&#39;, &#39;n&#39;" in trained.report.read_text()


def test_new_people(
    trained: rnnkit.Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = rnnkit.load(trained)
    new = visits(8).drop(columns=["sick", "part"])
    assert asked.predict(new).predicted == ["yes", "no", "no", "yes"] * 2
    assert asked.predict(new).notes == ()
    unknown = new.assign(site=new["site"].where(new["who"] != "p3", "z"))
    said = (
        "1 of 8 examples has a value of 'site' that no training example has, such as 'z': it is "
        "read as <unk>, of which training learns nothing"
    )
    assert asked.predict(unknown).notes == (said,)
    with pytest.raises(DataError, match=r"has no column 'age' \(data.static\)"):
        asked.predict(new.drop(columns="age"))
    with pytest.raises(DataError, match=r"line 3: who 'p0' has age '99.0' here, but"):
        new.assign(age=new["age"].where(new.index != 1, 99)).to_csv(tmp_path / "a.csv")
        asked.predict(tmp_path / "a.csv")
    unknown.assign(sick="no").to_csv(tmp_path / "b.csv")
    assert run_command(["predict", str(trained.path), "--data", str(tmp_path / "b.csv")]) == 0
    assert said in " ".join(capsys.readouterr().err.split())
    assert run_command(["evaluate", str(trained.path), "--data", str(tmp_path / "b.csv")]) == 0
    assert f"Note: {said}." in " ".join(capsys.readouterr().out.split())


def test_inspect(trained: rnnkit.Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["inspect", str(trained.path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["trained"]


def test_resume_is_bit_for_bit(source: Path, tmp_path: Path) -> None:
    config = config_for(source)
    run = rnnkit.train(config, runs=tmp_path / "runs")
    resumed = rnnkit.resume(stopped(config, tmp_path / "half", KillAt(7)))
    assert fingerprint(resumed.path) == fingerprint(run.path)


def test_held_back_sites(source: Path) -> None:
    frame = pd.read_csv(source)
    frame.loc[frame["part"] == "test", "site"] = "z"
    path = source.with_name("held.csv")
    frame.to_csv(path, index=False)
    dataset = load_dataset(config_of(path, **OPTIONS))
    assert dataset.preprocessing.beside["site"].known == ("m", "n")
    assert not dataset.test.beside["site"].any()
    assert dataset.notes[-1].startswith("20 of 20 test examples have a value of 'site' that no ")
    drawn = config_of(path, **OPTIONS | {"split": {"validation": 0.5, "stratify": False}})
    assert outline(drawn) == facts(drawn, load_dataset(drawn).preprocessing)


def test_beside_ids_only_static_numbers_are_scaled(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b,age,y\n1,2,10,no\n3,4,20,yes\n2,1,30,no\n")
    options = {"label": "y", "features": ["a", "b"], "static": "age", "scale": "min_max"}
    dataset = load_dataset(config_of(path, ids=True, **options))
    assert dataset.train.store.tolist() == [[1, 2], [3, 4], [2, 1]]
    assert dataset.train.beside[STATIC].tolist() == [[0], [0.5], [1]]
    with pytest.raises(DataError, match="does not apply to the integer ids"):
        load_dataset(config_of(path, ids=True, **options | {"static": None}))


def test_arrays_have_none(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", x_train=np.zeros((4, 2)), y_train=[0, 1, 0, 1])
    with pytest.raises(DataError, match=r"data\.static is for tables"):
        load_dataset(config_of(tmp_path / "a.npz", static="age"))


@pytest.mark.parametrize("wide", [False, True])
def test_values_of_sequences_on_disk(tmp_path: Path, disk: Disk, wide: bool) -> None:
    """A wide table's parts are drawn by content, which `outline` must then read as well."""
    options, frame = OPTIONS | {"split": {"validation": 0.5}}, visits()
    if wide:
        frame = frame.groupby("who").head(1)
        options |= {"id": None, "features": ["x", "z"]}
    frame.assign(z=1.5 * frame["x"]).to_csv(tmp_path / "a.csv", index=False)
    config = config_of(tmp_path / "a.csv", **options)
    in_ram = load_dataset(config)
    disk()
    assert outline(config, disk.place) == facts(config, in_ram.preprocessing)
    for _ in range(2):  # written, and found again
        on_disk = load_dataset(config, disk.place)
        assert isinstance(on_disk.train.store, DiskRows)
        assert on_disk.preprocessing == in_ram.preprocessing
        for one, other in zip(in_ram.train.batches(8), on_disk.train.batches(8), strict=True):
            assert {k: x.tolist() for k, x in one.x.items()} == {
                k: x.tolist() for k, x in other.x.items()
            }
