"""The sections of `task: next_frame`, and the layers that it refuses."""

import pytest

from rnnkit.config.stack import InputFacts
from tests.config.small import SMALL, block, load, misfits, refusal, stack_of, with_layers

BINARY = InputFacts(shape=(28, 28), outputs=28)


def next_frame(text: str = SMALL, *data: str) -> str:
    text = text.replace("task: classification", "task: next_frame")
    return text.replace("  source: mnist\n", "".join(f"  {d}\n" for d in ("source: mnist", *data)))


def layers(*items: str, data: tuple[str, ...] = ()) -> str:
    return next_frame(with_layers(*items), *data)


def test_the_output_is_derived_for_every_frame() -> None:
    stack = stack_of(layers("gru: {units: 4}", "dense: {}"), BINARY)
    assert stack.problems == ()
    assert stack.output_shape == (28, 28)


def test_what_mnist_need_not_say() -> None:
    data = load(next_frame(SMALL.replace("units: 10", ""))).config.data
    assert (data.image_order, data.scaled_by) == ("rows", "pixels")


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (("output: gaussian", "binarize: threshold"), "binarize (=threshold) makes frames for"),
        (("scale: standard",), "scale (=standard) is for output: gaussian: remove it"),
        (("max_length: 1",), "max_length (=1) must be greater than or equal to 2"),
        (("max_length: 5",), "max_length (=5) would cut images: remove it"),
        (("shrink: 2", "source: x.npz"), "shrink (=2) is for images"),
        (("position: true", "source: x.npz"), "position (=True) is for images"),
        (("split: {stratify: true}",), "unknown key 'stratify'"),
    ],
)
def test_options_that_do_not_fit(lines: tuple[str, ...], message: str) -> None:
    if "source: x.npz" in lines:
        text = next_frame().replace("source: mnist", f"source: x.npz\n  {lines[0]}")
    else:
        text = next_frame(SMALL, *lines)
    assert message in refusal(text)


def test_a_misfit_points_at_its_line() -> None:
    assert refusal(next_frame(SMALL, "max_length: 5")) == block(
        """
        c.yaml:6:3: data: max_length (=5) would cut images: remove it
          6 |   max_length: 5
            |   ^^^^^^^^^^
        """
    )


@pytest.mark.parametrize(
    ("items", "message"),
    [
        (("bidirectional: {layer: {lstm: {units: 2}}}", "dense"), "would read the frames that it"),
        (("lstm: {units: 2, go_backwards: true}", "dense"), "lstm: go_backwards would read"),
        (("lstm: {units: 2}",), "the last layer is lstm; next_frame ends with a dense layer"),
        (("lstm: {units: 2}", "dense: {units: 5}"), "units (=5) must be 28, one a feature"),
        (("lstm: {units: 2}", "dense: {activation: relu}"), "must be linear or sigmoid"),
    ],
)
def test_layers_that_do_not_fit(items: tuple[str, ...], message: str) -> None:
    assert message in misfits(layers(*items), BINARY)


def test_gaussian_outputs_are_linear_and_twice_as_many() -> None:
    items = ("lstm: {units: 2}", "dense: {units: 28, activation: sigmoid}")
    said = misfits(layers(*items, data=("output: gaussian",)), InputFacts((28, 28), outputs=56))
    assert "units (=28) must be 56, a mean and a log-variance a feature" in said
    assert "activation (='sigmoid') before output: gaussian must be linear" in said


def test_unroll_needs_one_length() -> None:
    items = layers("lstm: {units: 2, unroll: true}", "dense")
    assert "unroll needs one length" in misfits(items, InputFacts((None, 28), outputs=28))
    assert misfits(items, BINARY) == ""


def test_smoke() -> None:
    overrides = load(next_frame(SMALL.replace("units: 10", ""))).config.smoke_overrides()
    assert overrides["data.limit"] == 64
