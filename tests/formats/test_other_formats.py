"""SavedModel and LiteRT: they answer as Keras does, and go on from states."""

from pathlib import Path

import numpy as np
import pytest

from rnnkit.config.layers import Conv1D
from rnnkit.config.layers.cells import LSTM
from rnnkit.errors import OptionError
from rnnkit.formats import FORMATS, find_format, litert, saved_model
from rnnkit.formats.network import NEXT, OUTPUT
from tests.formats.networks import (
    END,
    EQUAL,
    NESTED,
    PADDED,
    RECURRENT,
    UNEQUAL,
    X,
    nested,
    network,
    recurrent,
    stepwise,
)

MODULES = {"saved_model": saved_model, "litert": litert}


@pytest.mark.parametrize("to", MODULES)
@pytest.mark.parametrize("name", ["lstm relu", "gru reset before", "lstm both ways"])
def test_padding_is_skipped(
    to: str, name: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    found = recurrent(RECURRENT[name], UNEQUAL)
    MODULES[to].write(found, tmp_path / "model", None)
    given = MODULES[to].opened(tmp_path / "model", found)({"input": PADDED})
    np.testing.assert_allclose(given[OUTPUT], found.call({"input": PADDED})[OUTPUT], atol=1e-5)
    assert "XNNPACK" not in capfd.readouterr().err


@pytest.mark.parametrize("to", MODULES)
def test_a_convolution_over_more_steps_than_a_file_has_before_it_is_asked(
    to: str, tmp_path: Path
) -> None:
    found = network([Conv1D(filters=2, kernel_size=5, strides=2), LSTM(units=2), END], EQUAL)
    MODULES[to].write(found, tmp_path / "model", None)
    given = MODULES[to].opened(tmp_path / "model", found)({"input": X})
    np.testing.assert_allclose(given[OUTPUT], found.call({"input": X})[OUTPUT], atol=1e-5)


def test_inputs_beside_the_first(tmp_path: Path) -> None:
    found = nested()
    saved_model.write(found, tmp_path / "model", None)
    given = saved_model.opened(tmp_path / "model", found)(NESTED)
    np.testing.assert_allclose(given[OUTPUT], found.call(NESTED)[OUTPUT], atol=1e-5)


def test_litert_has_no_sequences_of_sequences(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="--to litert: LiteRT has no form of it: "):
        litert.write(nested(), tmp_path / "model", None)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("to", MODULES)
def test_states_go_on_where_a_call_ended(to: str, tmp_path: Path) -> None:
    found, path = stepwise(), tmp_path / "model"
    ids = np.array([[1, 2, 3, 4, 1]], np.int32)
    MODULES[to].write(found, path, None)
    ask = MODULES[to].opened(path, found)
    before = ask({"input": ids[:, :3], **found.zeros(1)})
    states = {one.name: before[NEXT + one.name] for one in found.states}
    after = ask({"input": ids[:, 3:], **states})
    expected = found.call({"input": ids, **found.zeros(1)})[OUTPUT]
    np.testing.assert_allclose(
        np.concatenate([before[OUTPUT], after[OUTPUT]], axis=1), expected, atol=1e-5
    )


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(OptionError, match="--quantize int8: not for saved_model: a SavedModel"):
        find_format("saved_model", "int8")


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    missing = FORMATS["onnx"]._replace(packages=("no_such_package",))
    monkeypatch.setitem(FORMATS, "onnx", missing)
    with pytest.raises(OptionError, match=r"no_such_package, .* pip install 'rnnkit\[onnx\]'"):
        find_format("onnx", None)
