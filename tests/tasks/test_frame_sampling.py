"""Samples are what a step-by-step use of the trained model would give."""

from typing import Any

import numpy as np
import pytest

from rnnkit.config.checks import check_config
from rnnkit.config.loading import load_config
from rnnkit.config.stack import InputFacts
from rnnkit.data.order import image_order
from rnnkit.data.vectors.dataset import shifted
from rnnkit.data.vectors.preprocessing import FramePreprocessing
from rnnkit.models.build import build_model
from rnnkit.runtime import keras
from rnnkit.tasks.frame_output import FrameOutput
from rnnkit.tasks.frame_sampling import FrameSampler

LENGTH, FEATURES = 6, 5


def kept_as(output: str = "bernoulli", **values: Any) -> FramePreprocessing:
    return FramePreprocessing(features=FEATURES, length=LENGTH, equal=True, output=output, **values)


def trained(kept: FramePreprocessing, *layers: dict[str, Any]) -> tuple[Any, Any]:
    """A model with weights large enough to matter, and its layers."""
    facts: InputFacts = kept.facts
    config = {
        "version": 1, "name": "s", "task": "next_frame", "data": {"source": "mnist"},
        "model": {"layers": [*layers, {"dense": {}}]}, "training": {"epochs": 1},
    }  # fmt: skip
    stack = check_config(load_config(config), facts)
    keras.utils.set_random_seed(0)
    model = build_model(stack.layers, facts, use_kernels=True)
    rng = np.random.default_rng(0)
    model.set_weights([rng.normal(0, 1, w.shape) for w in model.get_weights()])
    return model, stack.layers


CASES = [
    (kept_as(), ({"lstm": {"units": 3}}, {"gru": {"units": 4}})),
    (kept_as(context=3), ({"simple_rnn": {"units": 4}},)),
    (
        kept_as("gaussian"),
        ({"gru": {"units": 4, "reset_after": False}}, {"dropout": {"rate": 0.5}}),
    ),
    (
        kept_as(position=True, order=image_order("rows", (LENGTH, FEATURES), seed=0, where="")),
        ({"lstm": {"units": 4}}, {"layer_normalization": {}}),
    ),
    (kept_as(context=2), ({"dense": {"units": 3}},)),  # nothing is carried
]


@pytest.mark.parametrize(("kept", "layers"), CASES)
def test_the_likeliest_frames_are_a_fixed_point(kept: FramePreprocessing, layers: Any) -> None:
    """At temperature 0 the model, shown a whole sample, predicts each of its frames."""
    model, specs = trained(kept, *layers)
    output = FrameOutput(gaussian=kept.output == "gaussian", from_sigmoid=False)
    # compiled once: the loops are the same
    sampler = FrameSampler(model, specs, kept, output, jit_compile=kept.position)
    given = np.random.default_rng(2).integers(0, 2, (3, 2, FEATURES)).astype(np.float32)
    frames = sampler.draw(3, length=LENGTH, seed=0, temperature=0.0, given=given)
    assert frames.shape == (3, LENGTH, FEATURES)
    assert np.array_equal(frames[:, :2], given)
    x = shifted(frames, kept.context)
    if kept.places is not None:
        x = np.concatenate([x, np.broadcast_to(kept.places, (3, *kept.places.shape))], axis=2)
    said = model(x).numpy()
    expected = said[:, :, :FEATURES] if kept.output == "gaussian" else said > 0
    assert frames[:, 2:] == pytest.approx(expected[:, 2:].astype(np.float32), abs=1e-4)


def test_some_begin_with_given_frames() -> None:
    kept, layers = CASES[1]
    model, specs = trained(kept, *layers)
    output = FrameOutput(gaussian=False, from_sigmoid=False)
    sampler = FrameSampler(model, specs, kept, output, jit_compile=False)
    given = np.full((3, LENGTH, FEATURES), 7, np.float32)
    frames = sampler.draw(3, length=LENGTH, seed=0, given=given, begins=np.array([0, 2, LENGTH]))
    assert (frames == 7).all(axis=2).tolist() == [
        [False] * 6,
        [True] * 2 + [False] * 4,
        [True] * 6,
    ]


def test_seeds_and_temperatures() -> None:
    model, specs = trained(CASES[0][0], *CASES[0][1])
    output = FrameOutput(gaussian=False, from_sigmoid=False)
    sampler = FrameSampler(model, specs, CASES[0][0], output, jit_compile=False)
    one, same, other = (sampler.draw(20, length=LENGTH, seed=s) for s in (1, 1, 2))
    assert np.array_equal(one, same) and not np.array_equal(one, other)
    assert len(np.unique(one.reshape(20, -1), axis=0)) > 10  # rows differ from one another
    assert len(np.unique(sampler.draw(20, length=9, seed=1, temperature=0.0)[:, 0], axis=0)) == 1


def test_samples_have_the_model_s_frequencies() -> None:
    """A first frame is drawn with the probabilities that the model gives to zeros."""
    kept = kept_as()
    model, specs = trained(kept, {"lstm": {"units": 3}})
    output = FrameOutput(gaussian=False, from_sigmoid=False)
    sampler = FrameSampler(model, specs, kept, output, jit_compile=False)
    drawn = sampler.draw(4000, length=1, seed=3)[:, 0]
    logits = model(np.zeros((1, LENGTH, FEATURES), np.float32)).numpy()[0, 0]
    assert drawn.mean(axis=0) == pytest.approx(1 / (1 + np.exp(-logits)), abs=0.03)
