"""`rnnkit compare`: runs on the same examples, what keeps them from it, and the page."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import rnnkit
from rnnkit.cli.app import run as command
from rnnkit.workflows.compare import compare
from tests.conftest import forecast_config, small_config, write_data


@pytest.fixture(scope="module")
def other(trained: rnnkit.Run, tmp_path_factory: pytest.TempPathFactory) -> rnnkit.Run:
    """On the same data as the session's, a simple_rnn of one unit."""
    config: dict[str, Any] = small_config(trained.path.parents[2] / "data.npz", epochs=1)
    config["model"]["layers"][0] = {"simple_rnn": {"units": 1}}
    return rnnkit.train({**config, "name": "other"}, runs=tmp_path_factory.mktemp("other"))


@pytest.mark.parametrize(
    ("fixture", "measure"),
    [("trained", "accuracy"), ("forecasting", "rmse"), ("games", "loss"), ("prose", "loss")],
)
def test_answers_example_by_example_give_the_score_of_the_evaluation(
    fixture: str, measure: str, request: pytest.FixtureRequest
) -> None:
    run: rnnkit.Run = request.getfixturevalue(fixture)
    opened = rnnkit.load(run)
    part, _ = opened.own_data().held_back or (None, "")
    assert part is not None
    paired = opened.paired(part)
    assert paired.measure == measure
    assert paired.score == pytest.approx((run.read_evaluation() or {})[measure])


def test_two_classifiers(trained: rnnkit.Run, other: rnnkit.Run) -> None:
    found = compare([trained, other])
    [pair] = found.pairs
    evaluations = [run.read_evaluation() or {} for run in (trained, other)]
    assert found.scores == pair.outcome.scores
    assert found.scores == pytest.approx([one["accuracy"] for one in evaluations])
    assert pair.outcome.examples == evaluations[0]["examples"]
    one, two = pair.outcome.only or (0, 0)
    assert (one - two) / pair.outcome.examples == pytest.approx(found.scores[0] - found.scores[1])
    assert f"on the same {pair.outcome.examples} examples; " in pair.sentence
    assert "McNemar, p" in pair.sentence
    differences = {one.key: one.values for one in found.differences}
    assert differences == {
        "model.layers": ("lstm, dropout, dense", "simple_rnn, dropout, dense"),
        "model.layers.0.lstm.units": ("4", "–"),
        "model.layers.0.lstm.dropout": ("0.1", "–"),
        "model.layers.0.simple_rnn.units": ("–", "1"),
        "training.epochs": ("2", "1"),
    }
    assert [run.letter for run in found.runs] == ["A", "B"]
    assert [len(run.history) for run in found.runs] == [2, 1]


def test_a_lookback_is_no_other_part(forecasting: rnnkit.Run, tmp_path: Path) -> None:
    """The same windows are forecast; where fewer of a part can be, those that both have."""
    longer = rnnkit.train(
        forecast_config(lookback=6, split={"validation": 0.3, "test": 0.15}), runs=tmp_path
    )
    found = compare([forecasting, longer])
    evaluation = longer.read_evaluation() or {}
    assert found.outcome.examples == evaluation["windows"]
    assert found.scores[1] == pytest.approx(evaluation["rmse"])
    assert found.runs[0].numbers == {}
    assert "compared are the" in found.notes[0]


@pytest.mark.usefixtures("painted")
def test_the_verb(
    trained: rnnkit.Run, other: rnnkit.Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "compare.html"
    runs = [str(trained.path), str(other.path)]
    assert command(["compare", *runs, "--output", str(page)]) == 0
    shown = capsys.readouterr()
    assert f"A  {trained.name}" in shown.out
    assert f"judging B: {other.name}" in shown.err and f"page: {page}" in shown.err
    text = page.read_text(encoding="utf-8")
    assert "data:image/svg+xml;base64," in text
    assert "McNemar" in text and "simple_rnn" in text
    assert command(["compare", *runs, "--output", str(page), "--json"]) == 0
    shown = capsys.readouterr()
    assert "in place of what was there" in shown.err
    values = json.loads(shown.out)
    assert values["pairs"][0]["sentence"] in text.replace("&lt;", "<")
    assert values["runs"][1]["path"] == str(other.path)


def test_examples_of_a_file(trained: rnnkit.Run, other: rnnkit.Run, tmp_path: Path) -> None:
    path = write_data(tmp_path / "fresh.npz", examples=33, seed=9)
    with np.load(path) as arrays:
        np.savez(path, x=arrays["x_train"], y=arrays["y_train"])
    found = compare([trained, other], data=path)
    assert (found.part, found.outcome.examples) == (str(path), 33)
    assert found.runs[0].numbers == {}


def test_three_are_held_against_the_first(trained: rnnkit.Run, other: rnnkit.Run) -> None:
    third = rnnkit.Run(other.path.with_name("20990101-000000"))
    shutil.copytree(other.path, third.path)
    found = compare([trained, other, third])
    assert [(pair.one, pair.other) for pair in found.pairs] == [("A", "B"), ("A", "C")]
    first, second = found.pairs
    assert first.outcome.p_value is not None
    assert first.p_value == second.p_value == pytest.approx(min(1, 2 * first.outcome.p_value))
    assert any("Holm" in note for note in found.notes)
    equal = compare([third, str(other.path.parent)])
    assert equal.pairs[0].sentence.startswith("A and B are equally good: accuracy ")
    assert equal.notes[0] == f"'{other.path.parent}' has 2 runs; B is {other.path.name}."


def test_what_cannot_be_compared(
    trained: rnnkit.Run,
    other: rnnkit.Run,
    forecasting: rnnkit.Run,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def refused(*runs: rnnkit.Run) -> str:
        assert command(["compare", *(str(run.path) for run in runs)]) in (1, 2)
        return capsys.readouterr().err

    assert "name two runs or more" in refused(trained)
    assert "named twice" in refused(trained, other, trained)
    assert "only runs of one task" in refused(trained, forecasting)
    copy = rnnkit.Run(tmp_path / "small" / "20990101-000000")
    shutil.copytree(trained.path, copy.path)
    resolved = copy.resolved_config.read_text(encoding="utf-8")
    copy.resolved_config.write_text(resolved.replace("seed: 3", "seed: 4"), encoding="utf-8")
    message = refused(trained, copy)
    assert "not judged on the same examples: A on 26, B on 24, of which 5 are the same" in message
    assert "the configs differ in seed (3, 4)" in message
    copy.update_metadata(data={"source": "x", "sha256": "f" * 64})
    assert "different data: SHA-256 " in refused(trained, copy)
    copy.model.unlink()
    assert "finish it first: rnnkit resume" in refused(trained, copy)
