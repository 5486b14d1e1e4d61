"""What each verb says of a run whose data are not those that it was trained on any more."""

import shutil
from pathlib import Path

import numpy as np
import pytest

import rnnkit
from rnnkit.errors import ChangedData
from rnnkit.workflows.data import describe_data
from rnnkit.workflows.inspect import inspect
from tests.conftest import forecast_config, write_data


def copy_of(run: rnnkit.Run, folder: Path) -> rnnkit.Run:
    """The run in a project of its own, with its data."""
    project = run.path.parents[2]
    shutil.copytree(project, folder, dirs_exist_ok=True)
    copy = rnnkit.Run(folder / run.path.relative_to(project))
    text = copy.resolved_config.read_text()
    copy.resolved_config.write_text(text.replace(str(project), str(folder)))
    return copy


def write_days(path: Path, count: int) -> Path:
    days = np.datetime64("2024-01-01") + np.arange(count)
    values = np.sin(np.arange(count) ** 1.5).round(4)
    path.write_text("\n".join(["t,y", *(f"{d},{v}" for d, v in zip(days, values, strict=True))]))
    return path


@pytest.fixture(scope="module")
def daily(tmp_path_factory: pytest.TempPathFactory) -> rnnkit.Run:
    folder = tmp_path_factory.mktemp("daily")
    source = str(write_days(folder / "daily.csv", 120))
    config = forecast_config(source=source, time="t", target="y")
    return rnnkit.train(config, runs=folder / "runs")


def test_a_series_that_has_grown(daily: rnnkit.Run, tmp_path: Path) -> None:
    run = copy_of(daily, tmp_path)
    before, score = rnnkit.load(run).forecast(), run.read_evaluation()
    write_days(tmp_path / "daily.csv", 125)
    after = rnnkit.load(run).forecast()
    assert before.times[0, 0] == np.datetime64("2024-04-30")
    assert after.times[0, 0] == np.datetime64("2024-05-05")
    for level, (low, high) in before.intervals.items():
        assert np.allclose(np.subtract(*after.intervals[level][::-1]), high - low)
    assert (before.notes, len(after.notes)) == ([], 1)
    heard: list[str] = []
    assert rnnkit.evaluate(run, on_message=heard.append).model_dump(mode="json") == score
    assert inspect(run, examples=5, on_message=heard.append).inspection.examples == 5
    assert [text.partition(" has ")[2][:35] for text in heard] == 2 * [
        "changed since the training: the row"
    ]
    assert "the data have changed since" in describe_data(run.path).card.notes[0]


def test_forecasts_of_new_rows_need_no_old_ones(daily: rnnkit.Run, tmp_path: Path) -> None:
    run = copy_of(daily, tmp_path)
    trained = rnnkit.load(run)
    new = write_days(tmp_path / "daily.csv", 40).rename(tmp_path / "new.csv")
    found = trained.forecast(data=new)
    assert found.times[0, 0] == np.datetime64("2024-02-10")
    assert all(np.isnan(ends).all() for ends in found.intervals.values())
    (note,) = found.notes
    assert note.startswith(f"no intervals: there is no file {tmp_path / 'daily.csv'}. Put back")
    heard: list[str] = []
    judged = rnnkit.evaluate(run, data=new, on_message=heard.append)
    assert set(judged.targets[0].baselines) == {"naive"}
    assert judged.mase is None
    assert heard[0].startswith("without baselines that learn from data: there is no file")
    with pytest.raises(ChangedData):
        trained.forecast()


def test_a_text_that_has_grown(prose: rnnkit.Run, tmp_path: Path) -> None:
    run, text = copy_of(prose, tmp_path), tmp_path / "prose.txt"
    new = tmp_path / "new.txt"
    new.write_text("so was it, and so it is.\n" * 4)
    text.write_text(text.read_text() + "so it is,\n")
    for ask in (rnnkit.evaluate, inspect):
        with pytest.raises(ChangedData, match=r"prose\.txt: the data have changed since"):
            ask(run)
    trained, heard = rnnkit.load(run), list[str]()
    assert "".join(trained.generate(length=5, seed=1))
    assert next(trained.predict("so")).tokens
    judged = trained.evaluate(new, on_message=heard.append)
    assert set(judged.baselines.known) == {"uniform"}
    assert (judged.hardest, judged.sample) == ((), None)
    assert heard[0].startswith("without baselines that learn from data: ")


def test_sequences_without_the_text_that_trained(games: rnnkit.Run, tmp_path: Path) -> None:
    run = copy_of(games, tmp_path)
    new = (tmp_path / "games.txt").rename(tmp_path / "new.txt")
    heard: list[str] = []
    judged = rnnkit.evaluate(run, data=new, on_message=heard.append)
    assert {position.ngram_loss for position in judged.positions} == {None}
    assert "new.txt is what the run was trained on: part of what is judged" in heard[1]


def test_examples_that_have_changed(trained: rnnkit.Run, tmp_path: Path) -> None:
    run = copy_of(trained, tmp_path)
    write_data(tmp_path / "data.npz", examples=124)
    for ask in (rnnkit.evaluate, inspect):
        with pytest.raises(ChangedData, match=r"data\.npz: the data have changed since"):
            ask(run)
    with np.load(tmp_path / "data.npz") as arrays:
        np.savez(tmp_path / "new.npz", x=arrays["x_train"], y=arrays["y_train"])
    assert rnnkit.evaluate(run, data=tmp_path / "new.npz").examples == 124
    assert len(rnnkit.load(run).predict(tmp_path / "new.npz").predicted) == 124


def test_resume_finds_the_data_beside_a_moved_run(trained: rnnkit.Run, tmp_path: Path) -> None:
    run = copy_of(trained, tmp_path)
    data = (tmp_path / "data.npz").rename(run.path / "data.npz")
    other = ["training.epochs=3", "seed=9"]
    with pytest.raises(rnnkit.ConfigError, match=r"seed: 3 -> 9$"):  # its data are those of then
        rnnkit.resume(run, overrides=other)
    data.unlink()
    with pytest.raises(ChangedData, match=r"data with --set data\.source=FILE \(`resume`\)"):
        rnnkit.resume(run, overrides=other)
