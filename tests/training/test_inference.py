"""Computing with a trained model: one pass over a part gives all that judging needs."""

import dataclasses
from typing import cast

import numpy as np
import pytest

import rnnkit
from rnnkit.data.batch import RowFeed
from rnnkit.training.inference import Inference


def test_one_pass_gives_means_and_outputs(
    trained: rnnkit.Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = rnnkit.load(trained)
    part = cast(RowFeed, loaded.own_data().validation)
    inference = loaded.inference
    with monkeypatch.context() as patch:
        patch.setattr(Inference, "_predict", None)  # a second program, and a second pass
        means, outputs = inference.means_and_outputs(part)
    assert means == inference.means(part)
    np.testing.assert_allclose(outputs, inference.outputs(part), rtol=1e-6)
    other = dataclasses.replace(inference, batch_size=7)  # the last batch is filled up
    np.testing.assert_allclose(other.means_and_outputs(part)[1], outputs, rtol=1e-5)
