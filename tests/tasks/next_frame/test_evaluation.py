"""Training, evaluation and baselines of next_frame runs, from config to run folder."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

import rnnkit
from rnnkit.tasks.next_frame.evaluation import NextFrameEvaluation
from rnnkit.tasks.next_frame.objective import objective
from rnnkit.workflows.evaluate import read_evaluation
from tests.conftest import painting
from tests.tasks.next_frame.small import frames_config, opened, stripes, waves


@pytest.fixture(scope="module")
@painting()
def images(tmp_path_factory: pytest.TempPathFactory) -> rnnkit.Run:
    folder = tmp_path_factory.mktemp("images")
    np.savez(folder / "stripes.npz", x_train=stripes(), x_test=stripes(40, seed=1))
    config = frames_config(
        folder / "stripes.npz", order="rows", scale="pixels", binarize="threshold"
    )
    config["data"]["split"] = {"validation": "test"}
    config["training"]["metrics"] = ["bits_per_dim"]
    return rnnkit.train(config, runs=folder / "runs")


@pytest.fixture(scope="module")
def ragged(tmp_path_factory: pytest.TempPathFactory) -> rnnkit.Run:
    folder = tmp_path_factory.mktemp("ragged")
    np.savez(folder / "waves.npz", **waves())
    config = frames_config(folder / "waves.npz", output="gaussian", scale="standard")
    return rnnkit.train(config, runs=folder / "runs")


def test_the_nats_of_each_sequence(images: rnnkit.Run, ragged: rnnkit.Run) -> None:
    for run, noun in ((images, "image"), (ragged, "sequence")):
        trained = opened(run)
        part, _ = trained.own_data().held_back or (None, "")
        assert part is not None
        paired = trained.paired(part)
        expected = (run.read_evaluation() or {})["nats_per_frame"]
        assert (paired.noun, paired.score) == (noun, pytest.approx(expected))


def test_images(images: rnnkit.Run) -> None:
    values = images.read_evaluation()
    last = images.read_history()[-1]
    assert values["loss"] == pytest.approx(last["val_loss"], rel=1e-5)
    assert values["nats_per_sequence"] == pytest.approx(6 * values["nats_per_frame"])
    assert values["bits_per_dim"] == pytest.approx(values["nats_per_sequence"] / 30 / math.log(2))
    assert values["bits_per_dim"] == pytest.approx(last["val_bits_per_dim"], rel=1e-5)
    names = [b["name"] for b in values["baselines"]]
    assert names == ["independent", "previous frame", "neighbour table"]
    by_name = {b["name"]: b["nats_per_sequence"] for b in values["baselines"]}
    # five fair coins a row, or a copy of the row before: only its first row costs
    assert by_name["independent"] == pytest.approx(30 * math.log(2), rel=0.05)
    assert 5 * math.log(2) * 0.95 < by_name["previous frame"] < 0.4 * by_name["independent"]
    assert "best baseline, previous frame" in values["verdict"]
    for name in ("samples", "completions", "positions"):
        assert (images.plots / f"{name}.svg").stat().st_size > 2_000
    page = images.report.read_text()
    assert page.count("data:image/svg+xml") >= 4
    assert "What the model draws" in page


def test_evaluation_again(images: rnnkit.Run) -> None:
    before = images.read_evaluation()
    again = json.loads(rnnkit.evaluate(images).model_dump_json())
    assert again.keys() == before.keys()
    assert again["loss"] == pytest.approx(before["loss"], rel=1e-5)
    assert again["baselines"] == before["baselines"]
    assert json.loads(images.evaluation.read_text()) == again


def test_the_best_baseline(images: rnnkit.Run) -> None:
    found = read_evaluation(images)
    assert isinstance(found, NextFrameEvaluation)
    least = min(cost.nats_per_frame for cost in found.baselines)
    assert found.baseline_numbers["loss"] == found.baseline_numbers["nats_per_frame"] == least
    assert found.baseline_numbers.keys() < found.numbers.keys()


def test_new_files(images: rnnkit.Run, tmp_path: Path) -> None:
    np.save(tmp_path / "new.npy", stripes(7, seed=5))
    result = opened(images).evaluate(tmp_path / "new.npy")
    assert result.sequences == 7
    assert len(result.baselines) == 3
    assert (images.plots / "samples-new.svg").exists()


def test_the_saved_model_gives_the_same_nats(images: rnnkit.Run) -> None:
    """model.keras, read by plain Keras, assigns the evaluation's probabilities."""
    from rnnkit.runtime import keras

    part = opened(images).own_data().test
    assert part is not None
    batch = next(part.batches(len(part)))
    logits = keras.models.load_model(images.model).predict(batch.x, verbose=0)
    nats = np.logaddexp(0, logits) - batch.y * logits
    expected = images.read_evaluation()["nats_per_sequence"]
    assert nats.sum() / len(part) == pytest.approx(expected, rel=1e-4)


def test_ragged_gaussian(ragged: rnnkit.Run) -> None:
    values = ragged.read_evaluation()
    assert values["loss"] == pytest.approx(ragged.read_history()[-1]["val_loss"], rel=1e-5)
    assert values["sequences"] == 12
    by_name = {b["name"]: b["nats_per_frame"] for b in values["baselines"]}
    assert list(by_name) == ["independent", "previous frame"]
    # a unit Gaussian for each feature; a rotation, known but for the first frame
    assert by_name["independent"] == pytest.approx(math.log(2 * math.pi * math.e), abs=0.2)
    assert by_name["previous frame"] < by_name["independent"] - 1
    scale = opened(ragged).preprocessing.scale
    more = sum(map(math.log, scale.divisor))
    assert f"costs {more:+.4f} nats more" in values["notes"][1]


def test_filler_and_padding_count_nothing(ragged: rnnkit.Run) -> None:
    """The loss by hand, one sequence at a time, without batches or padding."""
    trained = opened(ragged)
    part, loss = trained.own_data().validation, objective(trained.config, trained.stack).loss
    assert part is not None
    total = 0.0
    for row, length in enumerate(part.lengths):
        y = part.frames(slice(row, row + 1))[:, :length]
        x = np.concatenate([np.zeros((1, 1, 2), np.float32), y[:, :-1]], axis=1)
        total += float(loss(y, trained.model(x)).numpy().sum())
    assert ragged.read_evaluation()["nats_per_frame"] == pytest.approx(
        total / part.frame_count, rel=1e-4
    )


def test_learning_beats_chance(images: rnnkit.Run) -> None:
    history = images.read_history()
    assert history[-1]["loss"] < history[0]["loss"] < 5 * math.log(2) * 1.2
