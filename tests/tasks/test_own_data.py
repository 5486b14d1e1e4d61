"""A run's own data: where they were, moved, changed or grown; no model is needed for that."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnnkit.data.cache import Place
from rnnkit.errors import ChangedData
from rnnkit.files import write_json
from rnnkit.run import Run
from rnnkit.tasks import load_config, task_of
from rnnkit.tasks.own_data import is_own_data, load_own_data, with_tables
from tests.conftest import forecast_config, small_config, token_config

LAYERS = {"layers": [{"gru": {"units": 2}}, {"dense": {}}]}


@dataclasses.dataclass
class Begun:
    """A run that has read its data, and what is heard of them when they are asked for."""

    run: Run
    config: Any
    kept: Any
    dataset: Any
    heard: list[str] = dataclasses.field(default_factory=list)

    def own_data(self) -> Any:
        self.heard.clear()
        task, place = task_of(self.config), Place(self.run.cache)
        return load_own_data(self.run, task, self.config, self.kept, place, self.heard.append)

    def moved(self, path: Path) -> "Begun":
        return dataclasses.replace(self, run=Run(path), heard=[])


def begin(project: Path, config: dict[str, Any]) -> Begun:
    loaded = load_config(config).config
    run = Run(project / "runs" / str(config["name"]) / "20261123-204502")
    run.path.mkdir(parents=True)
    dataset = task_of(loaded).load(loaded, Place(run.cache))
    write_json(run.metadata, {"data": {"source": "", "sha256": dataset.sha256}})
    return Begun(run, loaded, dataset.preprocessing, dataset)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "project" / "data").mkdir(parents=True)
    return tmp_path / "project"


def write_rows(path: Path, rows: int, *, first: int = 0, seed: int = 0) -> Path:
    rng = np.random.default_rng([seed, first])
    lines = [
        f"{a:.3f},{b:.3f},{'uv'[n % 2]}" for n, (a, b) in enumerate(rng.normal(size=(rows, 2)))
    ]
    path.write_text("\n".join(["a,b,y", *lines]) + "\n")
    return path


def labelled(source: Path, **data: Any) -> dict[str, Any]:
    config: dict[str, Any] = small_config(source)
    return {**config, "data": {"source": str(source), "label": "y", **data}}


def of_a_table(project: Path) -> tuple[dict[str, Any], Path]:
    path = write_rows(project / "data" / "table.csv", 40)
    return labelled(path), path


def of_a_pattern(project: Path) -> tuple[dict[str, Any], Path]:
    write_rows(project / "data" / "a.csv", 20)
    return labelled(project / "data" / "*.csv"), project / "data" / "b.csv"


def of_a_query(project: Path) -> tuple[dict[str, Any], Path]:
    write_rows(project / "table.csv", 40)
    names = project / "data" / "names.csv"
    names.write_text("y,name\nu,left\nv,right\n")
    query = "SELECT a, b, name AS y FROM source JOIN names USING (y)"
    return labelled(project / "table.csv", query=query, tables={"names": str(names)}), names


def of_a_text(project: Path) -> tuple[dict[str, Any], Path]:
    path = project / "data" / "letters.txt"
    path.write_text("so it is, and so was it. " * 20)
    config: dict[str, Any] = token_config(path, level="character")
    return {**config, "training": {**config["training"], "window": 8}}, path


def of_texts(project: Path) -> tuple[dict[str, Any], Path]:
    config, path = of_a_text(project)
    return {**config, "data": {**config["data"], "source": str(path.parent)}}, path.parent / "z.txt"


def of_arrays(project: Path) -> tuple[dict[str, Any], Path]:
    path = project / "data" / "frames.npy"
    np.save(path, np.random.default_rng(0).normal(size=(20, 4, 2)))
    data = {"source": str(path), "output": "gaussian", "split": {"validation": 0.2}}
    config: dict[str, Any] = small_config(path)
    return {**config, "task": "next_frame", "data": data, "model": LAYERS}, path


SOURCES = [of_a_table, of_a_pattern, of_a_query, of_a_text, of_texts, of_arrays]


@pytest.mark.parametrize("source", SOURCES)
def test_data_that_stayed_as_they_were(source: Any, project: Path) -> None:
    run = begin(project, source(project)[0])
    assert run.own_data().sha256 == run.dataset.sha256
    assert run.heard == []


@pytest.mark.parametrize("source", SOURCES)
def test_no_part_is_drawn_from_data_that_have_changed(source: Any, project: Path) -> None:
    config, changed = source(project)
    run = begin(project, config)
    with changed.open("ab") as file:
        file.write(b"1.5,0.5,u\n" if changed.name != "b.csv" else b"a,b,y\n1.5,0.5,u\n")
    with pytest.raises(ChangedData, match=r"data have changed since .* or train anew"):
        run.own_data()


@pytest.mark.parametrize("source", SOURCES)
def test_a_project_that_moved_takes_its_data_along(source: Any, project: Path) -> None:
    run = begin(project, source(project)[0])
    elsewhere = project.rename(project.with_name("elsewhere"))
    moved = run.moved(elsewhere / run.run.path.relative_to(project))
    assert moved.own_data().sha256 == run.dataset.sha256
    (said,) = moved.heard
    assert str(elsewhere) in said
    assert said.endswith("which has the same SHA-256")


@pytest.mark.parametrize("place", [".", "run", "run/data"])
def test_a_run_finds_its_data_beside_it(
    place: str, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config, path = of_a_table(project)
    run = begin(project, config)
    moved = run.moved(run.run.path.rename(tmp_path / "run"))
    (tmp_path / place).mkdir(exist_ok=True)
    path.rename(tmp_path / place / path.name)
    monkeypatch.chdir(tmp_path)
    assert moved.own_data().sha256 == run.dataset.sha256


def test_new_rows_are_joined_with_tables_that_moved(project: Path) -> None:
    run = begin(project, of_a_query(project)[0])
    moved = run.moved(project.rename(project.with_name("new")) / run.run.path.relative_to(project))
    (project.with_name("new") / "table.csv").unlink()
    heard: list[str] = []
    found = with_tables(moved.run, run.config, heard.append).data
    names = project.with_name("new") / "data" / "names.csv"
    assert (found.tables, found.source) == ({"names": str(names)}, run.config.data.source)
    assert heard == [f"data.tables are read from {names}"]


def test_what_a_program_gave_moves_with_the_runs(project: Path) -> None:
    given = project / "runs" / "small" / "given"
    given.mkdir(parents=True)
    run = begin(project, labelled(write_rows(given / "0f3a.csv", 40)))
    moved = run.moved(project.rename(project.with_name("new")) / run.run.path.relative_to(project))
    assert moved.own_data().sha256 == run.dataset.sha256


def test_other_data_of_the_same_name_are_not_taken(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config, path = of_a_table(project)
    run = begin(project, config)
    path.unlink()
    monkeypatch.chdir(tmp_path)
    other = write_rows(tmp_path / path.name, 40, seed=1)
    with pytest.raises(ChangedData, match="there is no file") as refused:
        run.own_data()
    assert f"{other} holds others. Put back what it was trained on" in str(refused.value)


def test_whether_a_file_is_what_was_trained_on(project: Path, tmp_path: Path) -> None:
    config, path = of_a_table(project)
    run = begin(project, config)

    def own(file: Path) -> bool:
        return is_own_data(run.run, task_of(run.config), run.config, file)

    copy = tmp_path / "copy.csv"
    copy.write_bytes(path.read_bytes())
    other = write_rows(tmp_path / "other.csv", 40, seed=1)
    assert (own(path), own(copy), own(other), own(tmp_path / "none.csv")) == (
        True, True, False, False,
    )  # fmt: skip


def series(path: Path, **data: Any) -> dict[str, Any]:
    return forecast_config(source=str(path), target="y", **data)


def write_days(path: Path, values: Any, *, newest_first: bool = False) -> Path:
    days = np.datetime64("2024-01-01") + np.arange(len(values))
    lines = [f"{day},{value}" for day, value in zip(days, values, strict=True)]
    path.write_text("\n".join(["t,y", *(lines[::-1] if newest_first else lines)]) + "\n")
    return path


def windows(dataset: Any) -> dict[str, Any]:
    return {name: (part.times.tolist(), part.x().tolist()) for name, part in dataset.parts.items()}


VALUES = np.round(np.sin(np.arange(60)), 3).tolist()


@pytest.mark.parametrize("newest_first", [False, True])
def test_the_parts_of_a_series_that_has_grown_stay(newest_first: bool, project: Path) -> None:
    path = write_days(project / "a.csv", VALUES, newest_first=newest_first)
    run = begin(project, series(path, time="t"))
    write_days(path, [*VALUES, 7, 8, 9], newest_first=newest_first)
    found = run.own_data()
    assert windows(found) == windows(run.dataset)
    assert found.grown.series[0].values[-3:, 0].tolist() == [7, 8, 9]
    assert "the rows of then are still there, with 3 rows after them" in run.heard[0]


def test_what_is_left_out_of_a_series_that_has_grown_is_told(project: Path) -> None:
    path = write_days(project / "a.csv", VALUES)
    run = begin(project, series(path, time="t", format={"bad_rows": "skip"}))
    path.write_text(path.read_text() + "2024-03-01,7\n2024-03-02\n")
    run.own_data()
    assert "1 row left out (format.bad_rows: skip)" in run.heard[0]


def test_a_series_without_times_grows_too(project: Path) -> None:
    path = project / "a.csv"
    path.write_text("\n".join(["y", *map(str, VALUES)]))
    run = begin(project, series(path))
    path.write_text("\n".join(["y", *map(str, [*VALUES, 7])]))
    assert windows(run.own_data()) == windows(run.dataset)


def test_a_panel_grows_by_rows_and_by_series(project: Path) -> None:
    path, rows = project / "a.csv", [f"{s},{n},{v}" for s in "ba" for n, v in enumerate(VALUES)]
    path.write_text("\n".join(["s,n,y", *rows]))
    run = begin(project, series(path, time="n", series="s"))
    path.write_text("\n".join(["s,n,y", "c,1,1", *rows, "a,60,7"]))
    found = run.own_data()
    assert windows(found) == windows(run.dataset)
    assert {one.name: len(one) for one in found.grown.series} == {"a": 61, "b": 60}
    assert run.heard[0].endswith("1 of 3 series are too short to be forecast")


def test_another_column_is_none_of_the_rows(project: Path) -> None:
    path = write_days(project / "a.csv", VALUES)
    run = begin(project, series(path, time="t"))
    path.write_text("\n".join(f"{line},z" for line in path.read_text().split()))
    assert windows(run.own_data()) == windows(run.dataset)


@pytest.mark.parametrize(
    "values",
    [[*VALUES[:30], 5, *VALUES[31:], 7], [*VALUES[1:], 7, 8], VALUES[:-1], [2 * v for v in VALUES]],
    ids=["one changed", "the first is gone", "the last is gone", "all are doubled"],
)
def test_a_series_with_other_rows_than_then_is_refused(values: Any, project: Path) -> None:
    path = write_days(project / "a.csv", VALUES)
    run = begin(project, series(path, time="t"))
    write_days(path, values)
    with pytest.raises(ChangedData, match="have changed since"):
        run.own_data()


def test_rows_that_cannot_be_read_are_told(project: Path) -> None:
    path = write_days(project / "a.csv", VALUES)
    run = begin(project, series(path, time="t"))
    write_days(path, [*VALUES, "broken"])
    with pytest.raises(ChangedData, match=r"a\.csv, line 62.*'broken'.*\n.*have changed"):
        run.own_data()


def test_made_data_are_made_again(project: Path) -> None:
    run = begin(project, forecast_config())
    assert windows(run.own_data()) == windows(run.dataset)
    values = json.loads(run.run.metadata.read_text())
    write_json(run.run.metadata, {**values, "data": {"source": "", "sha256": "0" * 64}})
    assert windows(run.own_data()) == windows(run.dataset)  # its rows are there unchanged
