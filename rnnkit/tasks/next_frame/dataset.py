"""A next_frame config -> its sequences of frames in parts; new files -> Frames like them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rnnkit.config.stack import InputFacts
from rnnkit.data import files
from rnnkit.data.audit import audit_copies
from rnnkit.data.cache import Place
from rnnkit.data.disk import DiskArray
from rnnkit.data.keys import content_keys, pieces
from rnnkit.data.order import ImageOrder, image_order
from rnnkit.data.padded_rows import CutRows, DiskRows, pad_sequences
from rnnkit.data.scaling import fit_scale, narrowed, rounding_notes
from rnnkit.data.sequences import Sequences
from rnnkit.data.splits import check_split, separation
from rnnkit.data.vectors import arrays
from rnnkit.data.vectors.dataset import FrameDataset, Frames
from rnnkit.data.vectors.preprocessing import FramePreprocessing
from rnnkit.data.vectors.section import FrameData
from rnnkit.data.vectors.splits import Raw, in_pieces, limit_parts, split_parts
from rnnkit.data.vectors.tunes import TuneFolder, are_tunes
from rnnkit.datasets import EMBEDDED
from rnnkit.errors import DataError
from rnnkit.tasks.next_frame.config import NextFrameConfig
from rnnkit.tasks.next_frame.preparing import Keep, prepared
from rnnkit.words import counted

KINDS = (".npz", ".npy")
DRAWN = "whole sequences, by their content and the seed, cut afterwards"

Source = files.Source | TuneFolder


def load_dataset(config: NextFrameConfig, place: Place | None = None) -> FrameDataset:
    """Read, binarise, split and pad.

    The seed decides the parts, a limit's subset and a permutation of pixels; not the frozen
    binarisation.

    Args:
        config: the config, its source an absolute path or an embedded name.
        place: where data that must be converted go.

    Raises:
        DataError: the data are missing, damaged, or do not fit the config.
    """
    data, seed = config.data, config.seed
    source = find_source(data)
    sha256 = source.checksum()
    found, notes = _read_parts(source, data, place)
    audited = None
    if len(found) > 1 and getattr(source, "embedded", None) is None:  # what is drawn has none
        audited = audit_copies({part: content_keys(s) for part, s in found.items()}, "sequence")
    kept = _kept(found, data, source, seed=seed)
    where, keep = source.where, Keep(place, lambda: sha256)
    raw = {
        part: prepared(s, data, kept, part=part, where=where, keep=keep)
        for part, s in found.items()
    }
    raw = split_parts(raw, data.split, seed=seed, where=source.where)
    raw = limit_parts(raw, data.limit, max_length=data.max_length, seed=seed)
    if data.scaled_by == "none" and data.output == "gaussian":
        notes += rounding_notes(values for values, _ in pieces(found["train"]))
    if data.scaled_by not in ("none", "pixels"):
        scale = fit_scale(data.scaled_by, _flat(raw["train"].frames, kept.length))
        kept = kept.model_copy(update={"scale": scale})
    redraw = data.binarize == "stochastic"
    ready = {
        id(r): _frames(r, data, kept, redraw=redraw and r is raw["train"]) for r in raw.values()
    }
    parts = {part: ready[id(r)] for part, r in raw.items()}
    return FrameDataset(
        source=source.name,
        sha256=sha256,
        train=parts["train"],
        validation=parts.get("validation"),
        test=parts.get("test"),
        preprocessing=kept,
        separation=separation(found, data.split, DRAWN),
        notes=notes,
        audited=audited,
    )


def outline(config: NextFrameConfig, place: Place | None = None) -> InputFacts:
    """What a model must know of the data; embedded data are not read for it.

    Raises:
        DataError: the data are missing, damaged, or do not fit the config.
    """
    data = config.data
    source = find_source(data)
    notes: tuple[str, ...] = ()
    if isinstance(source, files.Source) and source.embedded is not None:
        shape, sizes = source.embedded.input_shape, source.embedded.parts
        black = np.zeros((), np.uint8)  # one byte, however many the images
        found = {
            part: Sequences.of_equal_length(np.broadcast_to(black, (count, *shape)))
            for part, count in sizes.items()
        }
        kept = _kept(found, data, source, seed=config.seed)
        raw = {part: Raw(sequences) for part, sequences in found.items()}
    else:
        found, notes = _read_parts(source, data, place)
        kept = _kept(found, data, source, seed=config.seed)
        raw = {p: prepared(s, data, kept, part=p, where=source.where) for p, s in found.items()}
    check_split(raw, data.split, where=source.where)
    longest = int(raw["train"].frames.lengths.max())
    validated = "validation" in raw or data.split.validation is not None
    return dataclasses.replace(facts(config, kept), validated=validated, steps=longest, notes=notes)


def facts(config: NextFrameConfig, kept: FramePreprocessing) -> InputFacts:
    """Padding comes last and the loss leaves it out, so the model needs no mask."""
    data, places = config.data, kept.places(config.data)
    width = kept.features * data.context + (0 if places is None else places.shape[1])
    return InputFacts(
        shape=(kept.length if kept.equal else None, width),
        outputs=kept.features * (2 if data.output == "gaussian" else 1),
    )


def read_new(
    path: Path, config: NextFrameConfig, kept: FramePreprocessing, place: Place | None = None
) -> Frames:
    """Read new sequences as a run's data were read; binarised as the test part of a source is.

    Args:
        path: an .npz with x_test, values_test, x or values; an .npy; or a folder of tunes, all
            of which must be sound.
        config: the run's.
        kept: what was learnt from its data.
        place: where data that must be converted go.

    Raises:
        DataError: they do not fit the run.
    """
    data = config.data
    if are_tunes(path):
        if not kept.midi:
            raise DataError(f"{path} holds tunes, but the run was not trained on any")
        rolls, left_out = TuneFolder(path).read(time_step=data.step)
        if left_out.count:
            raise DataError(f"{path}: {left_out.sentence('cannot be read')}: take them out")
        found = rolls.get("test", rolls["train"])
    else:
        found = arrays.read_new(files.find_file(path, kinds=KINDS), place)
    where, features, longest = str(path), found.values.shape[1], int(found.lengths.max())
    if kept.order is None:
        _refuse_single_frames(longest, where)
    if kept.order is not None:
        rows = int(found.lengths.min())
        size = (longest if rows == kept.order.height * data.shrink else rows, features)
        kept.order.check(size, where, shrink=data.shrink)
    elif features != kept.features:
        raise DataError(
            f"{where}: {counted(features, 'feature')} a frame, but the run was trained on "
            f"{kept.features}"
        )
    elif kept.equal and {*np.unique(found.lengths)} != {kept.length}:
        found = in_pieces(found, data.max_length)
        if {*np.unique(found.lengths)} != {kept.length}:
            raise DataError(
                f"{where}: sequences of {int(found.lengths.min())} to {longest} frames, but the "
                f"run was trained on {kept.length} in every one"
            )
    keep = Keep(place, lambda: files.checksum([path]))
    raw = prepared(found, data, kept, part="test", where=where, keep=keep)
    return _frames(raw.in_pieces(data.max_length), data, kept)


def find_source(data: FrameData) -> Source:
    """The source, once options that cannot apply to it are refused."""
    folder = Path(data.source)
    if data.source not in EMBEDDED and are_tunes(folder):
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
        return TuneFolder(folder)
    if data.time_step is not None:
        raise DataError(f"data.time_step (={data.time_step}) is for tunes: remove it")
    return files.find_source(data.source, "images", kinds=KINDS)


def _read_parts(
    source: Source, data: FrameData, place: Place | None
) -> tuple[dict[str, Sequences], tuple[str, ...]]:
    """The sequences of each part, and what was left out, as sentences."""
    if isinstance(source, files.Source):
        return arrays.read_parts(source.path, place), ()
    parts, left_out = source.read(time_step=data.step)
    return parts, (f"{source.where}: {left_out.sentence('are left out')}",) * bool(left_out.count)


def _kept(
    found: Mapping[str, Sequences], data: FrameData, source: Source, *, seed: int
) -> FramePreprocessing:
    """What the run keeps, but for a scale that the training part decides."""
    lengths = np.concatenate([in_pieces(s, data.max_length).lengths for s in found.values()])
    shortest, length = int(lengths.min()), int(lengths.max())
    features, where = int(found["train"].values.shape[1]), source.where
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
    return FramePreprocessing(
        features=features,
        length=length,
        equal=order is not None or shortest == length,
        scale=fit_scale("pixels", np.empty((0, features))) if data.scaled_by == "pixels" else None,
        order=order,
        midi=isinstance(source, TuneFolder),
    )


def _refuse_single_frames(longest: int, where: str) -> None:
    if longest == 1:
        raise DataError(
            f"{where}: every sequence is one frame long: there is no next one to predict"
        )


def _flat(sequences: Sequences, length: int) -> NDArray[np.generic] | DiskRows:
    """All frames of these sequences, (S, F); of those on disk (N, T, F)."""
    if isinstance(sequences.values, DiskArray):
        return DiskRows(sequences.values, sequences.starts, sequences.lengths, length, "post")
    spans = zip(sequences.starts, sequences.lengths, strict=True)
    return np.concatenate([sequences.values[start : start + length] for start, length in spans])


def _frames(raw: Raw, data: FrameData, kept: FramePreprocessing, *, redraw: bool = False) -> Frames:
    lengths = raw.frames.lengths
    longest = max(kept.length, int(lengths.max()))
    redrawn = None
    if redraw and raw.grey is not None:
        grey = Sequences(raw.grey, raw.frames.starts, lengths)
        redrawn = pad_sequences(grey, longest)
    frames = pad_sequences(raw.frames, longest)
    if isinstance(frames, DiskRows) or frames.dtype != np.float64:
        return Frames(frames, lengths, data, kept, redrawn)
    scale = kept.scale
    scaled = frames.narrowed(scale) if isinstance(frames, CutRows) else narrowed(frames, scale)
    return Frames(scaled, lengths, data, kept, redrawn, scaled=True)
