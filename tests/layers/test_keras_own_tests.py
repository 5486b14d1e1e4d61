"""Keras's own tests of its recurrent layers, with rnnkit's layers in the place of Keras's."""

import importlib.util
from types import SimpleNamespace
from typing import Any

import pytest

from rnnkit import layers
from rnnkit.runtime import keras

MODULES = ("lstm_test", "gru_test", "simple_rnn_test", "bidirectional_test")

pytestmark = pytest.mark.filterwarnings("ignore:`shuffle=True` was passed")  # of Keras's own fits


def _own_tests(name: str) -> dict[str, Any]:
    """The test classes of one of Keras's test modules, which see rnnkit's layers."""
    spec = importlib.util.find_spec(f"keras.src.layers.rnn.{name}")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)  # its own copy: Keras's stays as it is
    spec.loader.exec_module(module)
    ours = {recurrent: getattr(layers, recurrent) for recurrent in ("LSTM", "GRU", "SimpleRNN")}
    vars(module)["layers"] = SimpleNamespace(**{**vars(keras.layers), **ours})
    return {
        f"{name}.{key}": case
        for key, case in vars(module).items()
        if isinstance(case, type) and case.__module__ == module.__name__
    }


for _name in MODULES:
    globals().update(_own_tests(_name))
