"""Whether the output, the names and the monitors of a config fit: found without TensorFlow."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from rnnkit.errors import ConfigError, DataError
from rnnkit.workflows.check import check
from tests.config.small import ROWS, SMALL, block, load, misfits, with_layers

TWO = dataclasses.replace(ROWS, outputs=2)
LSTM = "lstm: {units: 4}"


def test_a_config_that_fits() -> None:
    assert misfits(SMALL) == ""
    assert misfits(with_layers(LSTM, "dense: {units: 1, activation: sigmoid}"), TWO) == ""
    assert misfits(with_layers(LSTM, "dense: {units: 2, activation: softmax}"), TWO) == ""


def test_too_few_units_for_the_classes() -> None:
    assert misfits(with_layers(LSTM, "dense: {units: 8, activation: softmax}")) == block(
        """
        c.yaml:9:22: dense: units (=8) for 10 classes must be 10: leave `units` out, with activation: softmax
          9 |     - dense: {units: 8, activation: softmax}
            |                      ^
        """  # noqa: E501
    )


@pytest.mark.parametrize(
    ("last", "loss", "message"),
    [
        ("dense: {units: 1, activation: sigmoid}", "", "9:22: dense: units (=1) for 10 classes "
         "must be 10: leave `units` out, with activation: softmax"),
        ("dense: {units: 12, activation: softmax}", "", "9:22: dense: units (=12) for 10 classes "
         "must be 10: leave `units` out, with activation: softmax"),
        ("dense: {units: 10, activation: relu}", "", "9:38: dense: activation (='relu') before "
         "sparse_categorical_crossentropy must be softmax or linear"),
        ("dense: {units: 10}", "binary_crossentropy", "12:9: training: loss "
         "(='binary_crossentropy') is for 2 classes, not 10: use sparse_categorical_crossentropy"),
        ("lstm: {units: 10}", "", "9:7: the last layer is lstm; classification ends with a "
         "dense layer"),
    ],
)  # fmt: skip
def test_outputs_that_do_not_fit_ten_classes(last: str, loss: str, message: str) -> None:
    text = with_layers(LSTM, last) + (f"  loss: {loss}\n" if loss else "")
    assert misfits(text).splitlines()[0] == f"c.yaml:{message}"


@pytest.mark.parametrize(
    ("last", "loss", "message"),
    [
        ("dense: {units: 2}", "binary_crossentropy", "dense: units (=2) before "
         "binary_crossentropy must be 1: set units: 1, with activation: sigmoid"),
        ("dense: {units: 1}", "sparse_categorical_crossentropy", "dense: units (=1) for 2 classes "
         "must be 2: leave `units` out, with activation: softmax"),
        ("dense: {units: 3, activation: softmax}", "null", "dense: units (=3) for 2 classes "
         "must be 2: leave `units` out, with activation: softmax"),
        ("dense: {units: 1, activation: softmax}", "binary_crossentropy", "dense: activation "
         "(='softmax') before binary_crossentropy must be sigmoid or linear"),
    ],
)  # fmt: skip
def test_outputs_that_do_not_fit_two_classes(last: str, loss: str, message: str) -> None:
    head = misfits(with_layers(LSTM, last) + f"  loss: {loss}\n", TWO).splitlines()[0]
    assert head.split(": ", 1)[1] == message


def test_names_that_are_taken() -> None:
    text = with_layers(
        "lstm: {units: 4, name: a}",
        "lstm: {units: 4, name: a}",
        "dropout: {rate: 0.1, name: dense_4}",
        "dense: {units: 10}",
        "dense: {units: 10, name: input}",
    )
    assert misfits(text) == block(
        """
        c.yaml:9:30: layer 2, lstm, has the name 'a' of layer 1: choose another
          9 |     - lstm: {units: 4, name: a}
            |                              ^
        c.yaml:10:34: layer 3, dropout, has the name 'dense_4' of layer 4: choose another
          10 |     - dropout: {rate: 0.1, name: dense_4}
             |                                  ^^^^^^^
        c.yaml:12:32: layer 5, dense, has the name 'input' of the input: choose another
          12 |     - dense: {units: 10, name: input}
             |                                ^^^^^
        """
    )


def test_a_monitor_that_is_not_logged() -> None:
    text = (
        SMALL + "  early_stopping: {monitor: val_acuracy}\n  schedule: {name: reduce_on_plateau, "
    )
    assert misfits(text + "monitor: top_3_accuracy}\n") == block(
        """
        c.yaml:12:29: early_stopping: monitor (='val_acuracy') is not logged. Did you mean 'val_accuracy'? Logged here: loss, accuracy, val_loss or val_accuracy
          12 |   early_stopping: {monitor: val_acuracy}
             |                             ^^^^^^^^^^^
        c.yaml:13:48: schedule: monitor (='top_3_accuracy') is not logged. Did you mean 'accuracy'? Logged here: loss, accuracy, val_loss or val_accuracy
          13 |   schedule: {name: reduce_on_plateau, monitor: top_3_accuracy}
             |                                                ^^^^^^^^^^^^^^
        """  # noqa: E501
    )


def test_a_validation_that_is_not_there_cannot_be_watched() -> None:
    text = SMALL + "  early_stopping: {patience: 2}\n"
    assert misfits(text) == ""
    without = dataclasses.replace(ROWS, validated=False)
    assert misfits(text, without) == block(
        """
        c.yaml:12:19: early_stopping watches val_loss, but there are no validation examples: set data: {split: {validation: 0.1}}, or watch loss
          12 |   early_stopping: {patience: 2}
             |                   ^^^^^^^^^^^^^
        """  # noqa: E501
    )
    assert misfits(SMALL + "  early_stopping: {monitor: accuracy}\n", without) == ""


def table(rows: int = 12) -> None:
    """c.csv: a label and two columns; t its number."""
    lines = [f"{i},{i % 2},{i * i % 7},{'yn'[i % 2]}" for i in range(rows)]
    Path("c.csv").write_text("t,a,b,label\n" + "\n".join(lines) + "\n")


OF_TASKS = {
    "classification": "{source: c.csv, label: label, split: {validation: SHARE}}",
    "forecasting": "{source: c.csv, time: t, target: b, lookback: 2, split: {validation: SHARE}}",
    "next_token": "{source: c.txt, level: character, split: {validation: SHARE}}",
    "next_frame": "{source: c.npy, output: gaussian, split: {validation: SHARE}}",
    "mnist": "{source: mnist, split: {validation: SHARE}}",
    "mnist rows": "{source: mnist, binarize: threshold, split: {validation: SHARE}}",
    "wti": "{source: wti, missing: drop, lookback: 2, split: {validation: SHARE}}",
}


def of_task(kind: str, share: str, tail: str = "") -> str:
    task = {"mnist": "classification", "mnist rows": "next_frame", "wti": "forecasting"}
    head = f"version: 1\nname: x\ntask: {task.get(kind, kind)}\n"
    data = OF_TASKS[kind].replace("SHARE", share)
    embedding = "[{embedding: {output_dim: 2}}, {gru: {units: 2}}, dense]"
    layers = embedding if kind == "next_token" else "[{gru: {units: 2}}, dense]"
    training = f"training: {{epochs: 1, batch_size: 2{tail}}}\n"
    return f"{head}data: {data}\nmodel: {{layers: {layers}}}\n{training}"


@pytest.mark.parametrize("kind", OF_TASKS)
def test_a_share_of_too_little_is_refused_as_train_would(kind: str) -> None:
    table()
    Path("c.txt").write_text("the cat sat on the mat. " * 20)
    np.save("c.npy", np.random.default_rng(0).normal(size=(12, 5, 2)))
    load(of_task(kind, "0.25", ", early_stopping: {patience: 1}"))
    assert check("c.yaml").facts.validated
    load(of_task(kind, "0.000001"))
    with pytest.raises(DataError, match=r"c\.yaml:4:8: .*data\.split\.validation .*is none"):
        check("c.yaml")
    share = "0" if kind in ("wti", "forecasting") else "null"
    load(of_task(kind, share, ", early_stopping: {patience: 1}"))
    with pytest.raises(ConfigError, match="watches val_loss, but there are no validation"):
        check("c.yaml")


def test_an_absolute_number_is_no_date() -> None:
    load(of_task("wti", "100"))
    with pytest.raises(DataError, match=r"validation: 100.* leaves nothing for training"):
        check("c.yaml")


def test_weights_of_classes_that_are_not_there() -> None:
    table()
    load(of_task("classification", "0.25", ", class_weight: {y: 2, m: 1}"))
    with pytest.raises(DataError, match="the training data have no class 'm'"):
        check("c.yaml")


@pytest.mark.parametrize("kind", OF_TASKS)
def test_a_batch_that_cannot_fit(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    table()
    Path("c.txt").write_text("the cat sat on the mat. " * 2000)
    np.save("c.npy", np.random.default_rng(0).normal(size=(12, 5, 2)))
    text = of_task(kind, "0.25", ", window: 4" if kind == "next_token" else "")
    load(text + "device: cpu\n")
    check("c.yaml")
    monkeypatch.setattr("rnnkit.workflows.fit.ram_size", lambda: 100_000)
    check("c.yaml", overrides=["training.batch_size=2"])
    with pytest.raises(ConfigError, match=r"batch_size .*takes at least") as caught:
        check("c.yaml", overrides=["training.batch_size=4000"])
    at_most = int(str(caught.value).split("at most ")[1].split()[0].replace(",", ""))
    check("c.yaml", overrides=[f"training.batch_size={at_most}"])
    with pytest.raises(ConfigError, match="parameters and their gradients take"):
        check("c.yaml", overrides=[f"model.layers.{kind == 'next_token':d}.gru.units=2000"])


def test_everything_at_once_in_the_order_of_the_file() -> None:
    text = with_layers(
        "lstm: {units: 4, return_sequences: false}",
        "lstm: {units: 4, name: input}",
        "dense: {units: 8}",
    )
    found = misfits(text + "  early_stopping: {monitor: x}\n")
    heads = [line for line in found.splitlines() if line.startswith("c.yaml")]
    assert [head.split(":")[1] for head in heads] == ["9", "9", "10", "13"]


def test_a_missing_source() -> None:
    Path("c.yaml").write_text(SMALL.replace("source: mnist", "source: rows.npz"))
    Path("row.npz").touch()
    with pytest.raises(DataError) as caught:
        check("c.yaml")
    missing = Path("rows.npz").absolute()
    message = f"c.yaml:5:3: there is no file {missing}. Did you mean 'row.npz'?"
    assert str(caught.value).splitlines()[0] == message


def test_labels_are_counted_in_the_data() -> None:
    np.savez("x.npz", x_train=np.zeros((24, 5, 3)), y_train=np.arange(24) % 12)
    load(SMALL.replace("mnist", "x.npz"))
    with pytest.raises(ConfigError) as caught:
        check("c.yaml")
    assert str(caught.value).splitlines()[0] == (
        "c.yaml:9:22: dense: units (=10) for 12 classes must be 12: leave `units` out, with "
        "activation: softmax"
    )
