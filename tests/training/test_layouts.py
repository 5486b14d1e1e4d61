"""The layout of recurrent steps: timed where it may matter, kept for the machine."""

import dataclasses
import json
import os
from pathlib import Path

import pytest

from rnnkit.config.infer import infer_stack
from rnnkit.config.stack import InputFacts
from rnnkit.layers import LSTM
from rnnkit.runtime import keras
from rnnkit.training import layouts
from rnnkit.training.devices import Device
from rnnkit.training.layouts import DEFAULT, Seconds, Shape, layout_of, measured, unheeded
from tests.config.small import load, with_layers

CPU, GPU = Device("cpu", "a processor", 2), Device("gpu:0", "a GPU", 2)
OTHER = "features_first"
HALF = Seconds(features_last=2.0, features_first=1.0)
LARGE = ("lstm: {units: 256}", "dense")
KERAS_S = "lstm: {units: 256, unroll: true}"
SMALL = ("lstm: {units: 64}", "gru: {units: 512}", KERAS_S, "dense")


@pytest.fixture(autouse=True)
def timed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Shape]:
    """The other layout is twice as fast; gives what was timed."""
    asked: list[Shape] = []

    def half(shape: Shape) -> Seconds:
        asked.append(shape)
        return HALF

    monkeypatch.setattr(layouts, "_timed", half)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    measured.cache_clear()
    return asked


def chosen(*layers: str, override: str = "seed=0", device: Device = CPU) -> str:
    loaded = load(with_layers(*layers), override)
    stack = infer_stack(loaded, InputFacts((28, 28), outputs=2), sequence_output=False)
    return layout_of(loaded.config, stack, device, rows=16)


def test_only_a_large_lstm_is_timed(timed: list[Shape]) -> None:
    assert chosen(*SMALL) == DEFAULT
    assert timed == []
    assert chosen(*LARGE) == OTHER
    assert timed == [Shape(rows=16, features=28, units=256)]


def test_the_largest_of_several_is_timed(timed: list[Shape]) -> None:
    both = "bidirectional: {layer: {lstm: {units: 300, use_bias: false}}}"
    assert chosen("lstm: {units: 256}", both, "dense") == OTHER
    assert timed == [Shape(rows=16, features=256, units=300)]


@pytest.mark.parametrize(
    ("override", "device"),
    [
        ("seed=1", GPU),
        ("training.jit_compile=false", CPU),
        ("model.kernels=keras", CPU),
        ("training.dtype_policy=mixed_bfloat16", CPU),
        ("training.layout=features_last", CPU),
    ],
)
def test_where_nothing_is_timed(override: str, device: Device, timed: list[Shape]) -> None:
    assert chosen(*LARGE, device=device, override=override) == DEFAULT
    assert timed == []


def test_the_config_has_the_last_word(timed: list[Shape]) -> None:
    assert chosen(*SMALL, override="training.layout=features_first") == OTHER
    assert timed == []


def test_a_smoke_run_times_nothing() -> None:
    plain = load(with_layers(*LARGE)).config.smoke_overrides()
    stated = load(with_layers(*LARGE), "training.layout=features_first").config.smoke_overrides()
    assert (plain["training.layout"], stated["training.layout"]) == (DEFAULT, OTHER)


def test_noise_does_not_choose() -> None:
    assert Seconds(1.0, 0.97).faster == DEFAULT
    assert Seconds(1.0, 0.9).faster == OTHER


def test_a_shape_is_timed_once_for_a_machine(timed: list[Shape], tmp_path: Path) -> None:
    one, other = Shape(16, 28, 256), Shape(16, 28, 512)
    for shape in (one, other, one):
        measured.cache_clear()  # as in another process
        assert measured(shape) == HALF
    assert timed == [one, other]
    assert len(json.loads((tmp_path / "rnnkit" / "layouts.json").read_text())) == 2


@pytest.mark.parametrize(
    "damage",
    ["", "[]", '{"a": 1}', '{"a": {}}', '{"a": {"features_last": 1, "features_first": -1}}'],
)
def test_a_damaged_file_is_written_anew(damage: str, timed: list[Shape], tmp_path: Path) -> None:
    file = tmp_path / "rnnkit" / "layouts.json"
    file.parent.mkdir()
    file.write_text(damage)
    measured(Shape(16, 28, 256))
    assert list(json.loads(file.read_text()).values()) == [dataclasses.asdict(HALF)]


def test_without_a_place_to_keep_it(timed: list[Shape], tmp_path: Path) -> None:
    (tmp_path / "rnnkit").write_text("a file where the folder would be")
    assert measured(Shape(16, 28, 256)) == HALF


def test_without_a_home(timed: list[Shape], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    monkeypatch.setattr(os.path, "expanduser", str)  # as of a user whom the system does not list
    assert measured(Shape(16, 28, 256)) == HALF


def test_it_is_timed_for_real(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    seconds = layouts._timed(Shape(rows=4, features=2, units=3))
    assert all(0 < taken < 5 for taken in dataclasses.astuple(seconds))


def test_a_layout_that_no_layer_has_is_told_of() -> None:
    dense = keras.Sequential([keras.Input((3, 2)), keras.layers.LSTM(2)])
    kernels = keras.Sequential([keras.Input((3, 2)), LSTM(2)])
    assert "no layer runs rnnkit's kernels" in unheeded(dense, OTHER)[0]
    assert unheeded(dense, DEFAULT) == unheeded(dense, None) == unheeded(kernels, OTHER) == []
