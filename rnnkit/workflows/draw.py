"""`rnnkit generate` for frames: a run -> sequences that it draws, as arrays, pictures and MIDI."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.memory import is_large
from rnnkit.data.sequences import Indices
from rnnkit.data.vectors.dataset import Beginnings, Frames
from rnnkit.data.vectors.midi import write_midi
from rnnkit.data.vectors.preprocessing import FramePreprocessing
from rnnkit.data.wording import counted
from rnnkit.errors import OptionError
from rnnkit.files import is_stream, replacing
from rnnkit.reports.plots.frames import plot_completions, plot_samples
from rnnkit.runs import Run
from rnnkit.tasks.next_frame import NextFrame
from rnnkit.workflows.build import TrainedModel, open_run, own_data
from rnnkit.workflows.outputs import check_outputs

MOST_PICTURES = 12  # of sequences that are no images


@dataclasses.dataclass(frozen=True, eq=False)
class Drawn:
    """Sequences that a model drew.

    Args:
        frames: (N, T, F), or images (N, height, width), in the form of the training data.
        originals: the real ones that were completed, alike; None where nothing was given.
        lengths: frames of each original, after which it is padding; None where there are none.
        given: frames of each that were given.
        written: the files.
    """

    frames: NDArray[Any]
    originals: NDArray[Any] | None
    lengths: Indices | None
    given: int
    written: tuple[Path, ...]


def draw(
    run: str | Run,
    *,
    count: int = 64,
    length: int | None = None,
    temperature: float = 1.0,
    seed: int = 0,
    complete: bool = False,
    image: str | Path | None = None,
    output: str | Path | None = None,
    midi: str | Path | None = None,
    device: str | None = None,
) -> Drawn:
    """Draw sequences with a trained model.

    Args:
        run: a run folder, a run's name, or `latest`.
        count: how many sequences.
        length: frames of each; None: as long as the longest of the training data.
        temperature: below 1 likelier frames, above 1 more surprising ones; 0 the likeliest.
        seed: equal seeds give equal sequences.
        complete: give the first half of real sequences that the run kept back, or else of its
            training data, and draw the rest.
        image: a PNG to write: a grid of images, or the sequences one above the other.
        output: an .npz to write: x, and when completing also originals and their lengths.
        midi: a .mid to write; with more than one sequence its name gets their numbers.
        device: as `rnnkit train --device`; None takes the run's.

    Raises:
        RunError: the run cannot be opened, or a file cannot be written.
        OptionError: its task draws no frames, an option does not apply, or a file has no folder.
        DataError: the data to complete cannot be read.
    """
    check_outputs({"image": image, "output": output, "midi": midi}, output=[".npz"])
    trained = open_run(run, device=device)
    task, kept = trained.task, trained.preprocessing
    if not isinstance(task, NextFrame):
        raise OptionError(f"{trained.run.path}: its task, {trained.config.task}, draws no frames")
    length = _length(length, kept, complete=complete)
    if not complete and is_large(size := 4 * count * length * kept.features):
        raise OptionError(
            f"{count:,} sequences of {counted(length, 'frame')} take {size:,} bytes, more than a "
            "quarter of this machine's memory: set --count or --length lower"
        )
    if midi is not None and kept.time_step is None:
        raise OptionError(f"{trained.run.path}: it was not trained on MIDI files: leave out --midi")
    originals = _originals(trained, count, seed) if complete else None
    drawn = task.sampler(trained.inference, kept).draw(
        count if originals is None else len(originals.frames),
        length=length if originals is None else originals.frames.shape[1],
        seed=seed,
        temperature=temperature,
        given=None if originals is None else originals.frames[:, : originals.given],
    )
    result = Drawn(
        frames=in_source_form(drawn, kept),
        originals=None if originals is None else in_source_form(originals.frames, kept),
        lengths=None if originals is None else originals.lengths,
        given=0 if originals is None else originals.given,
        written=(),
    )
    written = []
    if image is not None:
        _write_image(Path(image), drawn, originals, kept)
        written.append(Path(image))
    if output is not None:
        _write_arrays(Path(output), result)
        written.append(Path(output))
    if midi is not None:
        written += _write_midi(Path(midi), drawn, kept)
    return dataclasses.replace(result, written=tuple(written))


def in_source_form(frames: NDArray[np.float32], kept: FramePreprocessing) -> NDArray[Any]:
    """Frames as the model has them -> as the training data were: unscaled, images upright."""
    values: NDArray[Any] = frames
    if kept.scale is not None:
        values = frames * np.array(kept.scale.divisor, np.float32)
        values = values + np.array(kept.scale.offset, np.float32)
    if kept.output == "bernoulli" and np.array_equal(values, np.rint(values)):
        values = values.astype(np.uint8)
    return values if kept.order is None else kept.order.undo(values)


def _length(length: int | None, kept: FramePreprocessing, *, complete: bool) -> int:
    if length is not None and complete:
        raise OptionError(
            "--length: completed sequences are as long as the real ones: leave it out"
        )
    if length is not None and kept.equal and length != kept.length:
        what = "images" if kept.order is not None else "sequences"
        raise OptionError(
            f"--length {length}: the run learned {what} of {kept.length} frames: leave it out"
        )
    return length or kept.length


def _originals(trained: TrainedModel, count: int, seed: int) -> Beginnings:
    """Real sequences from what was kept back, or else from the training part."""
    dataset: Any = own_data(trained)
    part: Frames = dataset.train if dataset.held_back is None else dataset.held_back[0]
    found = part.beginnings(count, seed=seed)
    if not len(found.frames):
        raise OptionError(
            "--complete: every sequence that was kept back is one frame long: leave it out"
        )
    return found


def _write_image(
    path: Path,
    drawn: NDArray[np.float32],
    originals: Beginnings | None,
    kept: FramePreprocessing,
) -> None:
    most = len(drawn) if kept.order is not None else MOST_PICTURES
    if originals is None:
        plot_samples(drawn[:most], kept, path)
    else:
        frames, lengths, given = originals
        plot_completions(Beginnings(frames[:most], lengths[:most], given), drawn[:most], kept, path)


def _write_arrays(path: Path, result: Drawn) -> None:
    arrays: dict[str, Any] = {"x": result.frames}
    if result.originals is not None:
        arrays |= {"originals": result.originals, "lengths": result.lengths}
    with replacing(path) as temporary, temporary.open("wb") as file:
        np.savez_compressed(file, **arrays)


def _write_midi(path: Path, drawn: NDArray[np.float32], kept: FramePreprocessing) -> list[Path]:
    digits = int(math.log10(len(drawn))) + 1
    paths = [path] * len(drawn)
    if len(drawn) > 1 and not is_stream(path):
        paths = [path.with_stem(f"{path.stem}-{n:0{digits}}") for n in range(1, len(drawn) + 1)]
    for one, roll in zip(paths, drawn, strict=True):
        with replacing(one) as temporary:
            write_midi(temporary, roll, time_step=kept.time_step or 0)
    return list(dict.fromkeys(paths))
