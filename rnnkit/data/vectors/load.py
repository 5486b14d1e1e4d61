"""The `data:` section of a next_frame config -> a dataset; new files -> Frames like it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rnnkit.config.next_frame import NextFrameData
from rnnkit.config.stack import InputFacts
from rnnkit.data import files
from rnnkit.data.disk import DiskArray, DiskRows
from rnnkit.data.order import ImageOrder, image_order
from rnnkit.data.scaling import fit_scale
from rnnkit.data.sequences import Sequences
from rnnkit.data.vectors import arrays, binarize, midi
from rnnkit.data.vectors.dataset import FrameDataset, Frames
from rnnkit.data.vectors.padding import padded
from rnnkit.data.vectors.preprocessing import FramePreprocessing
from rnnkit.data.vectors.ranges import check_range
from rnnkit.data.vectors.splits import Raw, in_pieces, limit_parts, split_parts
from rnnkit.data.wording import counted
from rnnkit.datasets import EMBEDDED
from rnnkit.errors import DataError

TASK = "next_frame"
KINDS = (".npz", ".npy")

Source = files.Source | midi.MidiFolder


def load_dataset(data: NextFrameData, *, seed: int) -> FrameDataset:
    """Read, binarise, split and pad.

    Args:
        data: the config's section, its source an absolute path or an embedded name.
        seed: decides the parts, a limit's subset and a permutation of pixels; not the frozen
            binarisation.

    Raises:
        DataError: the data are missing, damaged, or do not fit the section.
    """
    source = _find_source(data)
    sha256 = source.checksum()
    found = _read_parts(source, data)
    kept = _kept(found, data, source.where, seed=seed)
    raw = {part: _raw(s, kept, part=part, where=source.where) for part, s in found.items()}
    raw = split_parts(raw, data.split, seed=seed, where=source.where)
    raw = limit_parts(raw, data.limit, max_length=data.max_length, seed=seed)
    if data.scaled_by not in ("none", "pixels"):
        scale = fit_scale(data.scaled_by, _flat(raw["train"].frames, kept.length))
        kept = kept.model_copy(update={"scale": scale})
    redraw = data.binarize == "stochastic"
    ready = {id(r): _frames(r, kept, redraw=redraw and r is raw["train"]) for r in raw.values()}
    parts = {part: ready[id(r)] for part, r in raw.items()}
    return FrameDataset(
        source=source.name,
        sha256=sha256,
        train=parts["train"],
        validation=parts.get("validation"),
        test=parts.get("test"),
        preprocessing=kept,
    )


def input_facts(data: NextFrameData, *, seed: int = 0) -> InputFacts:
    """What a model must know of the data; embedded data are not read for it.

    Args:
        data: the config's section, its source an absolute path or an embedded name.
        seed: decides the parts.

    Raises:
        DataError: the data are missing, damaged, or do not fit the section.
    """
    source = _find_source(data)
    if isinstance(source, files.Source) and source.embedded is not None:
        shape, sizes = source.embedded.input_shape, source.embedded.parts
        black = np.zeros((), np.uint8)  # one byte, however many the images
        found = {
            part: Sequences.of_equal_length(np.broadcast_to(black, (count, *shape)))
            for part, count in sizes.items()
        }
        kept = _kept(found, data, source.where, seed=seed)
        raw = {part: Raw(sequences) for part, sequences in found.items()}
    else:
        found = _read_parts(source, data)
        kept = _kept(found, data, source.where, seed=seed)
        raw = {part: _raw(s, kept, part=part, where=source.where) for part, s in found.items()}
    raw = split_parts(raw, data.split, seed=seed, where=source.where)
    return dataclasses.replace(
        kept.facts, validated="validation" in raw, steps=int(raw["train"].frames.lengths.max())
    )


def read_new(path: Path, kept: FramePreprocessing) -> Frames:
    """Read new sequences as a run's data were read; binarised as the test part of a source is.

    Raises:
        DataError: they do not fit the run.
    """
    if path.is_dir():
        if kept.time_step is None:
            raise DataError(f"{path} is a folder, but the run was not trained on MIDI files")
        rolls = midi.MidiFolder(path).read(time_step=kept.time_step)
        found = rolls.get("test", rolls["train"])
    else:
        found = arrays.read_new(files.find_file(path, kinds=KINDS))
    where, features, longest = str(path), found.values.shape[1], int(found.lengths.max())
    if kept.order is None:
        _refuse_single_frames(longest, where)
    if kept.order is not None:
        rows = int(found.lengths.min())
        size = (longest if rows == kept.order.height * kept.shrink else rows, features)
        kept.order.check(size, where, shrink=kept.shrink)
    elif features != kept.features:
        raise DataError(
            f"{where}: {counted(features, 'feature')} a frame, but the run was trained on "
            f"{kept.features}"
        )
    elif kept.equal and {*np.unique(found.lengths)} != {kept.length}:
        found = in_pieces(found, kept.max_length)
        if {*np.unique(found.lengths)} != {kept.length}:
            raise DataError(
                f"{where}: sequences of {int(found.lengths.min())} to {longest} frames, but the "
                f"run was trained on {kept.length} in every one"
            )
    raw = _raw(found, kept, part="test", where=where)
    return _frames(raw.in_pieces(kept.max_length), kept)


def _find_source(data: NextFrameData) -> Source:
    """The source, once options that cannot apply to it are refused."""
    folder = Path(data.source)
    if data.source not in EMBEDDED and folder.is_dir():
        for name, wrong in (
            ("order", data.order is not None),
            ("binarize", data.binarize != "none"),
            ("scale", data.scaled_by != "none"),
            ("output", data.output != "bernoulli"),
        ):
            if wrong:
                value = getattr(data, name)
                raise DataError(
                    f"data.{name} (={value}) does not apply to {folder}: piano rolls are frames "
                    "of 0 and 1: remove it"
                )
        return midi.MidiFolder(folder)
    if data.time_step is not None:
        raise DataError(
            f"data.time_step (={data.time_step}) is for a folder of MIDI files: remove it"
        )
    return files.find_source(data.source, TASK, kinds=KINDS)


def _read_parts(source: Source, data: NextFrameData) -> dict[str, Sequences]:
    if isinstance(source, midi.MidiFolder):
        return source.read(time_step=data.time_step or midi.DEFAULT_STEP)
    return arrays.read_parts(source.path)


def _kept(
    found: Mapping[str, Sequences], data: NextFrameData, where: str, *, seed: int
) -> FramePreprocessing:
    """What the run keeps, but for a scale that the training part decides."""
    lengths = np.concatenate([in_pieces(s, data.max_length).lengths for s in found.values()])
    shortest, length = int(lengths.min()), int(lengths.max())
    features = int(found["train"].values.shape[1])
    order: ImageOrder | None = None
    if data.image_order is not None:
        if shortest != length:
            raise DataError(
                f"data.order (={data.order}) is for images of one size, but the sequences of "
                f"{where} have {shortest} to {length} frames: remove it"
            )
        if length % data.shrink or features % data.shrink:
            raise DataError(
                f"data.shrink (={data.shrink}) must divide both sides of the images of {where}, "
                f"{length} × {features}"
            )
        size = (length // data.shrink, features // data.shrink)
        order = image_order(data.image_order, size, seed=seed, where=where)
        length, features = order.shape
    _refuse_single_frames(length, where)
    midi_folder = data.source not in EMBEDDED and Path(data.source).is_dir()
    return FramePreprocessing(
        features=features,
        length=length,
        equal=order is not None or shortest == length,
        output=data.output,
        context=data.context,
        position=data.position,
        binarize=data.binarize,
        scale=fit_scale("pixels", np.empty((0, features))) if data.scaled_by == "pixels" else None,
        shrink=data.shrink,
        order=order,
        time_step=(data.time_step or midi.DEFAULT_STEP) if midi_folder else None,
        max_length=data.max_length,
    )


def _refuse_single_frames(longest: int, where: str) -> None:
    if longest == 1:
        raise DataError(
            f"{where}: every sequence is one frame long: there is no next one to predict"
        )


def _raw(sequences: Sequences, kept: FramePreprocessing, *, part: str, where: str) -> Raw:
    """Checked, binarised, and in the order of the run."""
    if isinstance(sequences.values, DiskArray):
        _refuse_on_disk(kept, where)
    divisor = 1.0 if kept.scale is None else 255.0  # other scales are for gaussian frames
    if kept.output == "bernoulli":
        check_range(sequences, divisor, f"{where}, {part}")
    if kept.order is not None and kept.shrink > 1:
        sequences = _shrunk(sequences, kept.order, kept.shrink)
    values, grey = sequences.values, None
    if kept.binarize != "none":
        values = binarize.frozen(values, kept.binarize, divisor=divisor, part=part)
        grey = sequences.values if kept.binarize == "stochastic" else None
    if kept.order is None:
        return Raw(Sequences(values, sequences.starts, sequences.lengths), grey)
    ordered = _ordered(values, kept.order)
    grey = None if grey is None else _ordered(grey, kept.order).values
    return Raw(ordered, grey)


def _refuse_on_disk(kept: FramePreprocessing, where: str) -> None:
    """What changes frames before they are read needs them in memory."""
    for name, value, wrong in (
        ("binarize", kept.binarize, kept.binarize != "none"),
        ("order", kept.order and kept.order.name, kept.order is not None),
    ):
        if wrong:
            raise DataError(
                f"{where} is too large for the memory, and frames that stay on disk are read as "
                f"they are: data.{name} (={value}) does not apply: remove it, and save the frames "
                "as they are to be read"
            )


def _shrunk(sequences: Sequences, order: ImageOrder, side: int) -> Sequences:
    """Images whose pixels are the means of squares of `side` pixels."""
    squares = sequences.values.reshape(-1, order.height, side, order.width, side)
    return Sequences.of_equal_length(squares.mean(axis=(2, 4), dtype=np.float32))


def _ordered(values: NDArray[np.generic], order: ImageOrder) -> Sequences:
    images = values.reshape(-1, order.height, order.width)
    return Sequences.of_equal_length(order.apply(images))


def _flat(sequences: Sequences, length: int) -> NDArray[np.generic] | DiskRows:
    """All frames of these sequences, (S, F); of those on disk (N, T, F)."""
    if isinstance(sequences.values, DiskArray):
        return DiskRows(sequences.values, sequences.starts, sequences.lengths, length, "post")
    spans = zip(sequences.starts, sequences.lengths, strict=True)
    return np.concatenate([sequences.values[start : start + length] for start, length in spans])


def _frames(raw: Raw, kept: FramePreprocessing, *, redraw: bool = False) -> Frames:
    lengths = raw.frames.lengths
    longest = max(kept.length, int(lengths.max()))
    redrawn = None
    if redraw and raw.grey is not None:
        redrawn = padded(Sequences(raw.grey, raw.frames.starts, lengths), longest)
    return Frames(padded(raw.frames, longest), lengths, kept, redrawn)
