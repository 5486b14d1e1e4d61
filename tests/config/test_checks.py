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
        c.yaml:9:22: dense: units (=8) cannot hold 10 classes: set units: 10 and activation: softmax
          9 |     - dense: {units: 8, activation: softmax}
            |                      ^
        """
    )


@pytest.mark.parametrize(
    ("last", "loss", "message"),
    [
        ("dense: {units: 1, activation: sigmoid}", "", "9:22: dense: units (=1) cannot hold 10 "
         "classes: set units: 10 and activation: softmax"),
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
         "binary_crossentropy must be 1"),
        ("dense: {units: 1}", "sparse_categorical_crossentropy", "dense: units (=1) cannot hold "
         "2 classes: set units: 2 and activation: softmax"),
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
        c.yaml:12:29: early_stopping: monitor (='val_acuracy') is not logged. Did you mean 'val_accuracy'?
          12 |   early_stopping: {monitor: val_acuracy}
             |                             ^^^^^^^^^^^
        c.yaml:13:48: schedule: monitor (='top_3_accuracy') is not logged. Did you mean 'accuracy'?
          13 |   schedule: {name: reduce_on_plateau, monitor: top_3_accuracy}
             |                                                ^^^^^^^^^^^^^^
        """  # noqa: E501
    )


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
    np.savez("x.npz", x_train=np.zeros((12, 5, 3)), y_train=np.arange(12))
    load(SMALL.replace("mnist", "x.npz"))
    with pytest.raises(ConfigError) as caught:
        check("c.yaml")
    assert str(caught.value).splitlines()[0] == (
        "c.yaml:9:22: dense: units (=10) cannot hold 12 classes: set units: 12 and "
        "activation: softmax"
    )
