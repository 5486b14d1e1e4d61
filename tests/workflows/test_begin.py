"""`start_from`: a run that begins with the weights of another, on real ones."""

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import rnnkit
from rnnkit.errors import ConfigError, RunError
from rnnkit.workflows.begin import begun_model, fixed, started
from rnnkit.workflows.check import load, read
from rnnkit.workflows.load import load as load_run
from rnnkit.workflows.resume import resume
from rnnkit.workflows.watch import Watch
from tests.conftest import small_config, token_config, write_data


def labelled_texts(folder: Path, run: object, **first: object) -> dict[str, Any]:
    """A classifier of lines of letters whose first layers are those of `prose`, frozen."""
    lines = ["so it is\tgood", "it was so?\tbad", "is it so\tgood", "was it so?\tbad"] * 10
    (folder / "lines.tsv").write_text("\n".join(["text\tlabel", *lines]) + "\n")
    return {
        "version": 1,
        "name": "lines",
        "task": "classification",
        "start_from": str(run),
        "data": {
            "source": str(folder / "lines.tsv"),
            "text": "text",
            "label": "label",
            "level": "character",
            "split": {"validation": 0.25},
        },
        "model": {
            "layers": [
                {"embedding": {"output_dim": 4, **first}},
                {"lstm": {"units": 8, "trainable": False}},
                "dense",
            ]
        },
        "training": {"epochs": 1, "batch_size": 8, "jit_compile": False},
    }


@pytest.fixture(scope="module")
def begun(prose: rnnkit.Run, tmp_path_factory: pytest.TempPathFactory) -> rnnkit.Run:
    folder = tmp_path_factory.mktemp("begun")
    heard: list[tuple[str, str]] = []
    run = rnnkit.train(
        labelled_texts(folder, prose.path, trainable=False),
        runs=folder / "runs",
        watch=Watch([], heard.extend, print),
    )
    assert ("taken", "lstm_2: all of it") in heard
    return run


def weights(run: rnnkit.Run) -> dict[str, list[np.ndarray]]:
    return {layer.name: layer.get_weights() for layer in load_run(run).model.layers}


def test_frozen_weights_are_those_of_the_run_to_the_bit(
    prose: rnnkit.Run, begun: rnnkit.Run
) -> None:
    old, new = weights(prose), weights(begun)
    for there, here in zip(old["lstm_2"], new["lstm_2"], strict=True):
        np.testing.assert_array_equal(there, here)
    letters = load_run(prose).preprocessing.names.inputs["input"]
    own = load_run(begun).preprocessing.names.inputs["input"]
    shared = letters.keys() & own.keys()
    assert {"s", "o", " "} <= shared
    assert "?" not in shared
    for letter in shared:
        np.testing.assert_array_equal(
            old["embedding_1"][0][letters[letter]], new["embedding_1"][0][own[letter]]
        )


def test_what_was_taken_is_kept(prose: rnnkit.Run, begun: rnnkit.Run) -> None:
    start = begun.read_metadata()["start"]
    assert start["run"] == prose.name
    assert len(start["sha256"]) == 64
    taken = {name: one["taken"] for name, one in start["layers"].items()}
    assert taken == {"embedding_1": True, "lstm_2": True, "dense_3": False}
    page = begun.report.read_text()
    assert "What its weights began with" in page
    assert start["sha256"] in page
    assert "it has none of the 2 outputs there" in page


def test_it_goes_on_without_the_other_run(begun: rnnkit.Run, tmp_path: Path) -> None:
    """Asked for more epochs, and evaluated, where `start_from` names nothing any more."""
    copy = tmp_path / "runs" / "lines" / begun.path.name
    shutil.copytree(begun.path, copy, symlinks=True)
    text = (copy / "config.resolved.yaml").read_text()
    (copy / "config.resolved.yaml").write_text(text.replace("prose", "gone"))
    run = resume(str(copy), overrides=["training.epochs=2"])
    assert len(run.read_history()) == 2
    for there, here in zip(weights(begun)["lstm_2"], weights(run)["lstm_2"], strict=True):
        np.testing.assert_array_equal(there, here)


def test_a_run_stopped_before_its_first_checkpoint_begins_so_again(
    prose: rnnkit.Run, begun: rnnkit.Run, tmp_path: Path
) -> None:
    copy = tmp_path / "runs" / "lines" / begun.path.name
    shutil.copytree(begun.path, copy, symlinks=True)
    shutil.rmtree(copy / "checkpoints")
    rnnkit.Run(copy).update_metadata(status="interrupted", epochs=0)
    run = resume(str(copy))
    for there, here in zip(weights(begun).items(), weights(run).items(), strict=True):
        for one, other in zip(there[1], here[1], strict=True):
            np.testing.assert_array_equal(one, other, err_msg=there[0])
    shutil.rmtree(copy / "checkpoints")
    start = run.read_metadata()["start"]
    run.update_metadata(status="interrupted", start={**start, "sha256": "0" * 64})
    with pytest.raises(RunError, match="begins with are others now"):
        resume(str(copy))


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"start_from": "nowhere"}, "start_from: no run 'nowhere'"),
        ({"name": "a"}, "no layer can take its weights from .*: embedding_1: there is no layer"),
    ],
)
def test_what_is_refused(
    config: Mapping[str, object], message: str, trained: rnnkit.Run, tmp_path: Path
) -> None:
    source = tmp_path / "text.txt"
    source.write_text("so it is\n" * 400)
    whole = {**token_config(source, level="character"), "start_from": str(trained.path), **config}
    whole["model"] = {"layers": [{"embedding": {"output_dim": 4}}, {"gru": {"units": 8}}, "dense"]}
    with pytest.raises(ConfigError, match=message):
        rnnkit.train(whole, runs=tmp_path / "runs")
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    "damage", [lambda raw: raw[:-9], lambda raw: raw.replace(b"lstm", b"lsdm")]
)
def test_a_damaged_model_is_refused_before_there_is_a_run(
    damage: Callable[[bytes], bytes], prose: rnnkit.Run, tmp_path: Path
) -> None:
    copy = rnnkit.Run(shutil.copytree(prose.path, tmp_path / "copy"))
    copy.model.write_bytes(damage(copy.model.read_bytes()))
    with pytest.raises(ConfigError, match=r"start_from: .*model.keras: damaged .*name another run"):
        rnnkit.train(labelled_texts(tmp_path, copy.path), runs=tmp_path / "runs")
    assert not (tmp_path / "runs").exists()


def test_an_option_says_the_device_of_both_models(trained: rnnkit.Run, tmp_path: Path) -> None:
    source = str(trained.path)
    config = {**small_config(write_data(tmp_path / "data.npz")), "start_from": source}
    checked = started(read(load({**config, "device": "gpu:9"}, overrides=(), smoke=False))).checked
    model, there = begun_model(checked, device="cpu"), weights(trained)
    for layer in model.layers:
        for one, other in zip(layer.get_weights(), there[layer.name], strict=True):
            np.testing.assert_array_equal(one, other, err_msg=layer.name)


def test_repeats_begin_with_one_run(trained: rnnkit.Run, tmp_path: Path) -> None:
    """`latest` and a name of its own would be the run before."""
    config = {**small_config(write_data(tmp_path / "data.npz")), "start_from": "latest"}
    runs = trained.path.parents[1]
    loaded = fixed(load(config, overrides=(), smoke=False), runs=runs)
    assert loaded.config.start_from == str(trained.path)
