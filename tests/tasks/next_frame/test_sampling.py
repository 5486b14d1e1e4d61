"""Samples are what a step-by-step use of the trained model would give."""

from typing import Any

import numpy as np
import pytest

from rnnkit.config.checks import check_config
from rnnkit.data.order import image_order
from rnnkit.data.vectors.dataset import shifted
from rnnkit.data.vectors.preprocessing import FramePreprocessing
from rnnkit.models.build import build_model
from rnnkit.runtime import keras
from rnnkit.tasks import load_config
from rnnkit.tasks.next_frame.config import NextFrameConfig
from rnnkit.tasks.next_frame.dataset import facts
from rnnkit.tasks.next_frame.sampling import FrameSampler

LENGTH, FEATURES = 6, 5
ROWS = image_order("rows", (LENGTH, FEATURES), seed=0, where="")

Layers = tuple[dict[str, Any], ...]


def trained(
    layers: Layers, *, jit_compile: bool = False, **data: Any
) -> tuple[keras.Model, FrameSampler]:
    """A model with weights large enough to matter, and what draws from it."""
    order = ROWS if "order" in data else None
    kept = FramePreprocessing(features=FEATURES, length=LENGTH, equal=True, order=order)
    loaded = load_config({
        "version": 1, "name": "s", "task": "next_frame", "data": {"source": "x.npz", **data},
        "model": {"layers": [*layers, {"dense": {}}]},
        "training": {"epochs": 1, "jit_compile": jit_compile},
    })  # fmt: skip
    config = loaded.config
    assert isinstance(config, NextFrameConfig)
    stack = check_config(loaded, facts(config, kept))
    keras.utils.set_random_seed(0)
    model = build_model(stack.layers, facts(config, kept), use_kernels=True)
    rng = np.random.default_rng(0)
    model.set_weights([rng.normal(0, 1, w.shape) for w in model.get_weights()])
    return model, FrameSampler(model, config, stack, kept)


CASES: list[tuple[Layers, dict[str, Any]]] = [
    (({"lstm": {"units": 3}}, {"gru": {"units": 4}}), {}),
    (({"simple_rnn": {"units": 4}},), {"context": 3}),
    (
        ({"gru": {"units": 4, "reset_after": False}}, {"dropout": {"rate": 0.5}}),
        {"output": "gaussian"},
    ),
    (
        ({"lstm": {"units": 4}}, {"layer_normalization": {}}),
        {"position": True, "order": "rows"},
    ),
    (({"dense": {"units": 3}},), {"context": 2}),  # nothing is carried
]


@pytest.mark.parametrize(("layers", "data"), CASES)
def test_the_likeliest_frames_are_a_fixed_point(layers: Layers, data: dict[str, Any]) -> None:
    """At temperature 0 the model, shown a whole sample, predicts each of its frames."""
    # compiled once: the loops are the same
    model, sampler = trained(layers, jit_compile="position" in data, **data)
    given = np.random.default_rng(2).integers(0, 2, (3, 2, FEATURES)).astype(np.float32)
    frames = sampler.draw(3, length=LENGTH, seed=0, temperature=0.0, given=given)
    assert frames.shape == (3, LENGTH, FEATURES)
    assert np.array_equal(frames[:, :2], given)
    x = shifted(frames, data.get("context", 1))
    if "position" in data:
        x = np.concatenate([x, np.broadcast_to(np.eye(LENGTH), (3, LENGTH, LENGTH))], axis=2)
    said = model(x).numpy()
    expected = said[:, :, :FEATURES] if "output" in data else said > 0
    assert frames[:, 2:] == pytest.approx(expected[:, 2:].astype(np.float32), abs=1e-4)


def test_some_begin_with_given_frames() -> None:
    layers, data = CASES[1]
    _, sampler = trained(layers, **data)
    given = np.full((3, LENGTH, FEATURES), 7, np.float32)
    frames = sampler.draw(3, length=LENGTH, seed=0, given=given, begins=np.array([0, 2, LENGTH]))
    assert (frames == 7).all(axis=2).tolist() == [
        [False] * 6,
        [True] * 2 + [False] * 4,
        [True] * 6,
    ]


def test_seeds_and_temperatures() -> None:
    _, sampler = trained(CASES[0][0])
    one, same, other = (sampler.draw(20, length=LENGTH, seed=s) for s in (1, 1, 2))
    assert np.array_equal(one, same) and not np.array_equal(one, other)
    assert len(np.unique(one.reshape(20, -1), axis=0)) > 10  # rows differ from one another
    assert len(np.unique(sampler.draw(20, length=9, seed=1, temperature=0.0)[:, 0], axis=0)) == 1


def test_samples_have_the_model_s_frequencies() -> None:
    """A first frame is drawn with the probabilities that the model gives to zeros."""
    model, sampler = trained(({"lstm": {"units": 3}},))
    drawn = sampler.draw(4000, length=1, seed=3)[:, 0]
    logits = model(np.zeros((1, LENGTH, FEATURES), np.float32)).numpy()[0, 0]
    assert drawn.mean(axis=0) == pytest.approx(1 / (1 + np.exp(-logits)), abs=0.03)
