"""Static inputs beside windows and whole sequences: read, trained, compared, looked at."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import rnnkit
from rnnkit.cli.app import run as run_command
from rnnkit.data.beside import STATIC
from rnnkit.data.measured.targets import TargetScale
from rnnkit.errors import DataError
from rnnkit.tasks.regression.dataset import facts, load_dataset, outline, read_new
from rnnkit.tasks.regression.field import baselines
from tests.crash.fingerprint import fingerprint
from tests.tasks.regression.small import WINDOWS, config_of, machines, values_of
from tests.workflows.resume.stopping import KillAt, stopped

OPTIONS: dict[str, Any] = {**WINDOWS, "target": "worth", "static": ["size", "plant"]}


def plants(units: int = 40) -> pd.DataFrame:
    """What a machine is worth follows from its size and its plant, and a little from its heat."""
    frame = machines(units)
    number = frame["unit"].str[1:].astype(int)
    frame["size"] = np.random.default_rng(1).normal(size=units)[number]
    frame["plant"] = np.where(number // 2 % 2, "north", "south")
    side = np.where(frame["plant"] == "north", 1, -1)
    return frame.assign(worth=2 * frame["size"] + 3 * side + frame["heat"] / 10)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("plants") / "plants.csv"
    plants().to_csv(path, index=False)
    return path


def training(source: Path) -> dict[str, Any]:
    values: dict[str, Any] = values_of(source, **OPTIONS)
    plant = {"input": "plant", "layers": [{"embedding": {"output_dim": 2}}]}
    values["model"]["layers"][1:1] = [{"concatenate": {"input": "static"}}, {"concatenate": plant}]
    return values


@pytest.fixture(scope="module")
def trained(source: Path) -> rnnkit.Run:
    return rnnkit.train(training(source), runs=source.parent / "runs")


def test_windows_have_the_values_of_their_unit(source: Path) -> None:
    config = config_of(source, **OPTIONS)
    dataset = load_dataset(config)
    assert outline(config) == facts(config, dataset.preprocessing)
    kept, train = dataset.preprocessing, dataset.train
    assert kept.beside["plant"].known == ("north", "south")
    of = plants().groupby("unit")[["size", "plant"]].first()
    scale = kept.beside[STATIC].scale
    sizes = of.loc[train.names.tolist(), "size"].to_numpy()
    assert train.beside[STATIC].ravel() == pytest.approx(
        (sizes - scale.offset) / scale.divisor, abs=1e-6
    )
    expected = [1 if plant == "north" else 2 for plant in of.loc[train.names.tolist(), "plant"]]
    assert train.beside["plant"].ravel().tolist() == expected
    units = pd.unique(train.names)  # each counts once, however many windows it has
    assert scale.offset == pytest.approx((of.loc[units, "size"].mean(),))
    some = train.take(np.array([5, 0]))
    assert some.beside["plant"].tolist() == train.beside["plant"][[5, 0]].tolist()


def test_the_ridges_read_them_too(source: Path) -> None:
    """What is linear in them is left with no error."""
    config = config_of(source, **OPTIONS)
    dataset = load_dataset(config)
    kept = dataset.preprocessing
    scale = TargetScale(kept.target_scale, config.data)
    said = baselines(dataset.train, dataset.test, scale, None)["ridge on the last row"]
    assert said.ravel() == pytest.approx(dataset.test.actual.ravel(), abs=1e-2)


def test_a_run(
    trained: rnnkit.Run, source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    columns = json.loads(trained.card.read_text())["table"]["columns"]
    assert [c["name"] for c in columns if c["role"] == "static"] == ["size", "plant"]
    asked = rnnkit.load(trained)
    new = plants(4).drop(columns=["worth"]).assign(plant="east")
    said: list[str] = []
    found = asked.predict(new, on_message=said.append)
    windows = int((new.groupby("unit").size() - 3).clip(0).sum())
    assert len(found.values) == windows
    note = (
        "4 of 4 examples have a value of 'plant' that no training example has, such as 'east': it "
        "is read as <unk>, of which training learns nothing"
    )
    assert said[0] == note
    plants(4).assign(plant="east").to_csv(tmp_path / "a.csv", index=False)
    assert run_command(["evaluate", str(trained.path), "--data", str(tmp_path / "a.csv")]) == 0
    assert f"Note: {note}." in " ".join(capsys.readouterr().out.split())
    part = read_new(tmp_path / "a.csv", asked.config, asked.preprocessing)
    assert not part.beside["plant"].any()
    assert run_command(["inspect", str(trained.path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["trained"]


def test_resume_is_bit_for_bit(trained: rnnkit.Run, source: Path, tmp_path: Path) -> None:
    resumed = rnnkit.resume(stopped(training(source), tmp_path / "half", KillAt(3)))
    assert fingerprint(resumed.path) == fingerprint(trained.path)


def test_whole_sequences(tmp_path: Path) -> None:
    """Of a long table and of a wide one; the parts are drawn."""
    long = plants().assign(worth=lambda f: f.groupby("unit")["worth"].transform("first"))
    wide = long.groupby("unit").head(1)
    options = {"target": "worth", "static": ["size", "plant"], "split": {"test": 0.2}}
    for frame, more in ((long, {"id": "unit"}), (wide, {})):
        frame.to_csv(path := tmp_path / "a.csv", index=False)
        config = config_of(path, **options, **more, features=["heat", "noise"])
        dataset = load_dataset(config)
        assert outline(config) == facts(config, dataset.preprocessing)
        assert dataset.train.beside[STATIC].shape == (len(dataset.train), 1)
    changed = long.assign(size=long["heat"])
    changed.to_csv(path, index=False)
    with pytest.raises(DataError, match=r"one of data\.features"):
        load_dataset(config_of(path, **options, id="unit", features="heat"))


def test_what_tells_the_target(tmp_path: Path) -> None:
    frame = plants().assign(worth=lambda f: f["heat"] + f["noise"])
    frame["late"] = frame.groupby("unit")["worth"].transform("first")
    number = frame["unit"].str[1:].astype(int)
    frame = frame.assign(row=number + 3, price=2 * number**2 + 1.5)
    path = tmp_path / "a.csv"

    def findings(target: str, **options: Any) -> dict[str, str]:
        frame.assign(late=frame[target]).to_csv(path, index=False)
        found = load_dataset(config_of(path, **OPTIONS | {"target": target} | options)).audited
        return {f.check: f.text for f in found.findings}

    found = findings("price", static=["size", "late", "row"])
    assert "the target 'price' is 'late' of the same row" in found["answers"]
    assert found["numbers"].startswith("feature 'row' numbers the rows")
    assert findings("worth", features=["heat"], static=["size", "row"]).keys() == {"numbers"}
    whole = {"window": None, "split": {"test": 0.2}}
    assert "is 'late' of the same" in findings("price", static="late", **whole)["answers"]
    frame["kind"], frame["grade"] = number % 4 / 2, (number % 4).map("abcd".__getitem__)
    found = findings("kind", static=["plant", "grade"], **whole)
    assert found["answers"].startswith("'grade' alone tells the target 'kind' of every example")
