"""Sequences that a model drew: as arrays in the form of the source, as pictures, as MIDI files."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.vectors.dataset import Beginnings
from rnnkit.data.vectors.midi import write_midi
from rnnkit.data.vectors.preprocessing import FramePreprocessing
from rnnkit.data.vectors.section import FrameData
from rnnkit.files import replacing
from rnnkit.tasks.next_frame.plots.frames import plot_completions, plot_samples

MOST_PICTURES = 12  # of sequences that are no images


@dataclasses.dataclass(frozen=True, eq=False)
class Drawn:
    """N sequences that a model made up or completed.

    Args:
        scaled: (N, T, F), as scaled as the model's input.
        beginnings: the N real ones that were completed, alike; None where nothing was given.
        data: how the run reads frames.
        kept: what was learnt from its data.
    """

    scaled: NDArray[np.float32]
    beginnings: Beginnings | None
    data: FrameData
    kept: FramePreprocessing

    @property
    def given(self) -> int:
        """Frames of each that were given."""
        return 0 if self.beginnings is None else self.beginnings.given

    @property
    def frames(self) -> NDArray[Any]:
        """(N, T, F), or images (N, height, width), in the form of the training data."""
        return self._in_source_form(self.scaled)

    @property
    def originals(self) -> NDArray[Any] | None:
        """The real ones that were completed, alike; None where nothing was given."""
        found = self.beginnings
        return None if found is None else self._in_source_form(found.frames)

    def plot(self, path: str | Path) -> None:
        """Write an SVG or PNG: a grid of images, or the first sequences one above the other.

        Raises:
            RunError: the file cannot be written.
        """
        most = len(self.scaled) if self.kept.order is not None else MOST_PICTURES
        shown = self.scaled[:most]
        if self.beginnings is None:
            plot_samples(shown, self.data, self.kept, path)
        else:
            frames, lengths, given = self.beginnings
            real = Beginnings(frames[:most], lengths[:most], given)
            plot_completions(real, shown, self.data, self.kept, path)

    def save(self, path: str | Path) -> None:
        """Write an .npz: `x`, and of completed ones also `originals` and their `lengths`.

        Raises:
            RunError: the file cannot be written.
        """
        arrays: dict[str, Any] = {"x": self.frames}
        if self.beginnings is not None:
            arrays |= {"originals": self.originals, "lengths": self.beginnings.lengths}
        with replacing(Path(path)) as temporary, temporary.open("wb") as file:
            np.savez_compressed(file, **arrays)

    def write_midi(self, path: str | Path) -> list[Path]:
        """Write piano rolls to play; of more than one, each file's name gets its number.

        Returns:
            The files.

        Raises:
            RunError: a file cannot be written.
        """
        path, count = Path(path), len(self.scaled)
        digits = int(math.log10(count)) + 1
        paths = [path]
        if count > 1:
            paths = [path.with_stem(f"{path.stem}-{n:0{digits}}") for n in range(1, count + 1)]
        for one, roll in zip(paths, self.scaled, strict=True):
            with replacing(one) as temporary:
                write_midi(temporary, roll, time_step=self.data.step)
        return paths

    def _in_source_form(self, frames: NDArray[np.float32]) -> NDArray[Any]:
        """Unscaled, images upright."""
        values: NDArray[Any] = frames
        if (scale := self.kept.scale) is not None:
            kind = np.float32 if self.data.output == "bernoulli" else np.float64
            values = frames * np.array(scale.divisor, kind) + np.array(scale.offset, kind)
        if self.data.output == "bernoulli" and np.array_equal(values, np.rint(values)):
            values = values.astype(np.uint8)
        return values if self.kept.order is None else self.kept.order.undo(values)
