"""Arrays of sequences, or a folder of MIDI files -> a config that predicts the next frame."""

from __future__ import annotations

from rnnkit.config.draft import Key
from rnnkit.data.look.arrays import ArraysLook
from rnnkit.data.look.source import Look, TunesLook
from rnnkit.tasks.proposing import (
    Proposal,
    adam,
    batch_size_for,
    early_stopping,
    epochs_for,
    recurrent_weights,
)

_OF_A_TUNE = 300  # frames, about
_KEYS = 88  # of a piano


def propose(look: Look) -> Proposal | None:
    """See `rnnkit.tasks.contract.Task.propose`."""
    if isinstance(look, TunesLook):
        return _of_tunes(look)
    return _of_arrays(look) if isinstance(look, ArraysLook) else None


def _of_tunes(look: TunesLook) -> Proposal:
    data = [Key("time_step", 0.125, "seconds a frame: a sixteenth at 120 beats a minute")]
    if not look.parts and look.files >= 10:
        data.append(Key("split", {"validation": 0.1}, "a share of the tunes, at random"))
    return Proposal(
        fit=0.9,
        why=f"it is a folder of {look.files:,} MIDI files, read as piano rolls",
        data=data,
        **_model(look.files, _OF_A_TUNE, _KEYS, held_back=look.parts or look.files >= 10),
        doubts=["time_step: shorter than the shortest notes"],
    )


def _of_arrays(look: ArraysLook) -> Proposal | None:
    x, values = look.of("x"), look.of("values")
    frames = x or values
    if frames is None or frames.kind not in "biuf" or len(frames.shape) != (3 if x else 2):
        return None
    bits = frames.distinct <= 2 and frames.minimum >= 0 and frames.maximum <= 1
    data = [Key("output", "bernoulli", "frames of 0 and 1")]
    if not bits and frames.kind == "u":
        data = [
            Key("output", "bernoulli", "bytes, as images have them: each is drawn as 0 or 1"),
            Key("scale", "pixels", f"x / 255: bytes up to {frames.maximum:.0f}"),
            Key("binarize", "stochastic", "drawn anew in every epoch"),
            Key("order", "rows", "a frame is a row of an image"),
            Key("position", True, "the model need not count the rows"),
        ]
    elif not bits:
        data = [
            Key("output", "gaussian", "frames of any numbers"),
            Key("scale", "standard", "mean 0, deviation 1, by the training part"),
        ]
    offsets = look.of("offsets")
    sequences = frames.shape[0] if x or offsets is None else offsets.shape[0] - 1
    steps = frames.shape[1] if x else max(2, frames.shape[0] // max(1, sequences))
    if sequences >= 10 and not any(name.endswith("_validation") for name in look.arrays):
        data.append(Key("split", {"validation": 0.1}, "a share of the sequences, at random"))
    labelled = look.of("y") is not None
    return Proposal(
        fit=0.4 if labelled else 0.8,
        why=f"it holds {sequences:,} sequences of frames" + ("" if labelled else " and no labels"),
        data=data,
        **_model(sequences, steps, frames.shape[-1], held_back=sequences >= 10),
        doubts=["output: what a frame holds", "task: what else could be asked of these sequences?"],
    )


def _model(sequences: int, steps: int, features: int, *, held_back: bool) -> dict[str, list[Key]]:
    """A stack and a training of a few minutes for so many sequences."""
    units = 64 if sequences < 200 else 128 if sequences < 10_000 else 256
    weights = recurrent_weights(4, features, units) + units * features
    epochs = epochs_for(weights, sequences * steps, most=60 if sequences < 10_000 else 10)
    training = [
        Key("epochs", epochs, "at most; a few minutes on two cores"),
        Key("batch_size", min(batch_size_for(sequences), 8 if steps > 200 else 128)),
        adam(3e-3),
        Key("schedule", "cosine_decay", "the rate falls to 0 at the end"),
    ]
    if held_back:
        training.append(early_stopping(max(3, epochs // 5)))
    layers = [
        Key("lstm", {"units": units}, f"for {sequences:,} sequences of about {steps:,} frames"),
        Key("dense", None, "as many units as a frame asks for"),
    ]
    return {"layers": layers, "training": training}
